// What operators keep about people over a restart: rules as text, and follow-ups. Texts of follow-ups
// are the insight room's: JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "state/audit.h"
#include "state/database.h"

namespace sightglass::state {

/// Thread-safety: plain value.
struct FollowUpRow {
    std::string id;       ///< A UUID.
    std::string state;    ///< "open", "contacted", "answered", "closed".
    std::string subject;  ///< "user ada", "session chat-7".
    std::string rule;     ///< What put it there; "by_hand".
    Time opened_at = {};
    Time due_at = {};
    Time closed_at = {};  ///< The epoch while it is not.
    std::string text;     ///< JSON object.

    friend bool operator==(const FollowUpRow&, const FollowUpRow&) = default;
};

/// Which ones, the newest first. An empty text, or no time, is any.
/// Thread-safety: plain value.
struct FollowUpQuestion {
    std::string state = {};  ///< "unclosed": all but closed.
    std::string subject = {};
    std::string rule = {};
    std::optional<Time> opened_from = {};
    std::optional<Time> opened_to = {};
    std::string before = {};  ///< The id of the last one of the page before.
    std::size_t limit = 100;
};

/// Thread-safety: safe for concurrent use.
class PeopleRecords {
public:
    /// The database must outlive this.
    explicit PeopleRecords(Database& database) : database_(database) {}

    /// Empty where there is none of that name.
    Result<std::string> Text(const std::string& name) const;
    /// With the entry of the audit log, or neither.
    Status PutText(const std::string& name, const std::string& text, const AuditEntry& entry);

    /// Adds the follow-up, or replaces the one of its id; with the entry where one is given.
    Status Put(const FollowUpRow& row, const std::optional<AuditEntry>& entry);
    /// kNotFound where there is none.
    Result<FollowUpRow> Find(const std::string& id) const;
    Result<std::vector<FollowUpRow>> List(const FollowUpQuestion& question) const;
    /// How many have this subject.
    Result<std::int64_t> RemoveOf(const std::string& subject);

private:
    Database& database_;
};

}  // namespace sightglass::state
