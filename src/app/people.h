// What is kept and done about people, put together: pseudonyms, rules, follow-ups and the
// thread that looks for them, annotations, and the thread that looks for misused keys.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "access/key_fingerprint.h"
#include "base/time.h"
#include "insight/annotations.h"
#include "insight/follow_up_watch.h"
#include "insight/follow_ups.h"
#include "insight/key_watch.h"
#include "notify/notify.h"
#include "state/database.h"
#include "state/people_records.h"
#include "store/store.h"

namespace sightglass::app {

/// What must outlive People.
struct PeopleParts {
    state::Database& database;
    notify::Outbox& outbox;
    const store::Store& store;
    const Clock& clock;
    const access::Fingerprinter& fingerprinter;
    const access::Published<access::KeyTable>& keys;
};

/// Thread-safety: Start and Stop from one thread; everything else is safe for concurrent use.
class People {
public:
    using Pseudonym = std::function<std::string(std::string_view user)>;

    explicit People(const PeopleParts& parts);

    /// Begins to look. `dashboard`: the address that links of notices lead to.
    void Start(const std::string& dashboard);
    void Stop();

    const Pseudonym& PseudonymOf() const noexcept { return pseudonym_; }

    state::PeopleRecords& Records() noexcept { return records_; }

    insight::FollowUps& FollowUps() noexcept { return follow_ups_; }

    insight::Annotations& Annotations() noexcept { return annotations_; }

private:
    const Pseudonym pseudonym_;
    state::PeopleRecords records_;
    insight::FollowUps follow_ups_;
    insight::Annotations annotations_;
    insight::FollowUpWatch watch_;
    insight::KeyWatch key_watch_;
};

}  // namespace sightglass::app
