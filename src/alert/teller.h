// Who is told, of what, and when: alerts of one monitor that go by one route are one notice. What is
// handed to the outbox is said once, also over a crash: its id is made of what it says.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "alert/alert_book.h"
#include "alert/silence.h"
#include "base/time.h"
#include "notify/notify.h"

namespace sightglass::alert {

/// By what the alerts go.
/// Thread-safety: plain value.
struct TellingRules {
    const std::vector<Silence>& silences;
    const std::vector<Route>& routes;
    std::string_view dashboard;  ///< "http://127.0.0.1:8080"; empty: notices have no link.
};

/// The first silence that is about the alert now; null where there is none.
const Silence* FindSilence(
    const std::vector<Silence>& silences,
    const Monitor& monitor,
    const std::vector<std::string>& group,
    Time now
);

/// Thread-safety: one thread at a time.
class Teller {
public:
    /// The outbox must outlive this.
    explicit Teller(notify::Outbox& outbox) : outbox_(outbox) {}

    /// Hands everything over that is due, and notes it in the book's states. An alert that no channel
    /// takes stays untold.
    void Tell(AlertBook& book, const TellingRules& rules, Time now);

private:
    struct Waiting {
        const Monitor* monitor = nullptr;
        AlertState* state = nullptr;
        notify::NoticeState what = notify::NoticeState::kFiring;
    };

    /// Alerts of one monitor that go by one route.
    struct Bundle {
        const Route* route = nullptr;
        std::vector<std::string> channels = {};
        std::vector<Waiting> news = {};    ///< Fired, or over.
        std::vector<Waiting> again = {};   ///< Told before, and due for a reminder.
        std::vector<Waiting> firing = {};  ///< All that were told and still fire.
    };

    /// What is remembered of one between looks.
    struct Timing {
        Time told_at;                                 ///< The last notice.
        Time waiting_since;                           ///< The first news that is not told yet.
        std::map<std::string, Time> said_again = {};  ///< By channel.
    };

    using Bundles = std::map<std::string, Bundle>;

    void Sort(Watch& watch, const TellingRules& rules, Time now, Bundles& bundles) const;
    bool Tell(const std::string& key, Bundle& bundle, const TellingRules& rules, Time now);
    bool HandOver(const std::vector<std::string>& channels, const notify::NoticeGroup& group) const;
    void
    SayAgain(const std::string& key, const Bundle& bundle, const TellingRules& rules, Time now);
    notify::NoticeGroup GroupOf(
        const std::string& key,
        const std::vector<Waiting>& waiting,
        std::size_t firing,
        const TellingRules& rules
    ) const;

    notify::Outbox& outbox_;
    std::map<std::string, Timing> timings_;  // By the bundle's key.
};

}  // namespace sightglass::alert
