// The queue of follow-ups: kept in the state database, filled by rules and by hand, told of over the
// outbox of notices.
//
//   FollowUps follow_ups(deps);
//   follow_ups.Look(FollowUps::What::kFeedback);      // each few seconds, by follow_up_watch.h
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "insight/follow_up.h"
#include "insight/follow_up_settings.h"
#include "notify/notify.h"
#include "state/people_records.h"
#include "store/store.h"

namespace sightglass::insight {

/// All of it must outlive the queue.
struct FollowUpDeps {
    state::PeopleRecords& records;
    const store::Store& store;
    notify::Outbox& outbox;
    const Clock& clock;
    std::function<std::string(std::string_view user)> pseudonym;
};

/// Thread-safety: safe for concurrent use.
class FollowUps {
public:
    enum class What : std::uint8_t { kFeedback, kUse };

    /// Makes the entry of the audit log for what a follow-up has become.
    using AuditNote = std::function<state::AuditEntry(const FollowUp& follow_up)>;

    explicit FollowUps(FollowUpDeps deps) : deps_(std::move(deps)) {}

    /// Where links of notices lead: "http://127.0.0.1:8080".
    void SetDashboard(const std::string& address) {
        dashboard_.With([&](std::string& text) { text = address; });
    }

    Result<FollowUpSettings> Settings() const;
    /// Empty: those that come with Sightglass.
    Status SetSettings(const std::string& json, const state::AuditEntry& entry);

    /// Opens one by hand. It gets its id and times here, and its due date from the settings where it has none.
    Result<FollowUp> Open(FollowUp follow_up, const AuditNote& note);
    /// `change` answers what is wrong, and then nothing changes. kNotFound.
    Result<FollowUp> Change(
        const std::string& id,
        const std::function<Status(FollowUp& follow_up)>& change,
        const AuditNote& note
    );
    Result<FollowUp> Find(const std::string& id) const;
    Result<std::vector<FollowUp>> List(const state::FollowUpQuestion& question) const;

    /// Opens what the rules find now; answers how many.
    Result<std::int64_t> Look(What what);

    /// Tells of what is due, and again each remind_hours until it is closed.
    Status Remind();

private:
    Result<bool> IsKnown(const FollowUp& found) const;
    Result<bool> OpenIfNew(const FollowUpSettings& settings, FollowUp found);
    Status Keep(const FollowUp& follow_up, const std::optional<state::AuditEntry>& entry);
    void Tell(const FollowUpSettings& settings, const FollowUp& follow_up, FollowUpEvent event)
        const;

    const FollowUpDeps deps_;
    Mutex looking_;  // One look at a time: what is found is compared with what is kept.
    std::unordered_set<std::string> handled_ SG_GUARDED_BY(looking_
    );                // Feedback that was looked at, by id.
    Mutex changing_;  // One change at a time: each reads what it writes over.
    UuidSource ids_ SG_GUARDED_BY(changing_);
    Guarded<std::string> dashboard_;
};

}  // namespace sightglass::insight
