// The recommended monitors on the demo's past week, as the live windows tell it: each incident that docs/demo.md lists
// makes its own monitors fire and no others, and what is ordinary makes none.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "alert/evaluate.h"
#include "alert/measure.h"
#include "alert/recommended.h"
#include "alert/state_machine.h"
#include "app/demo/past_week.h"
#include "base/secret.h"
#include "live/series.h"
#include "live/windows.h"
#include "store/memory.h"

namespace sightglass::demo {
namespace {

using alert::Kind;
using alert::Monitor;
using std::chrono::hours;
using std::chrono::minutes;

constexpr Time kNow = Time(std::chrono::sys_days(std::chrono::November / 20 / 2026)) + hours(16);

// A server looks each second; what a look costs is the same, and a week has many. Near incidents it is looked often enough
// for every "for", elsewhere as often as the shortest windows are renewed; with DEMO_WEEK_SEED often everywhere.
constexpr Duration kLookOften = minutes(1);
constexpr Duration kLookSeldom = minutes(10);
constexpr Duration kNear = minutes(30);

/// What is over stays in the windows for a while, and alerts are slow to end: none begins so late.
constexpr Duration kAfterwards = minutes(20);

struct Fired {
    std::string monitor;
    std::string group;
    Time at;
};

std::ostream& operator<<(std::ostream& out, const Fired& fired) {
    return out << fired.monitor << " (" << fired.group << ") at " << FormatTime(fired.at);
}

bool IsOfCalls(const Monitor& monitor) {
    return monitor.enabled && (alert::IsLive(monitor) || monitor.kind == Kind::kHeadroom);
}

class WeekAlertsTest : public testing::Test {
protected:
    WeekAlertsTest() {
        for (const Monitor& monitor : alert::RecommendedMonitors()) {
            if (IsOfCalls(monitor)) {
                monitors_.push_back(monitor);
            }
        }
    }

    /// The week's calls, the first to end first.
    static std::vector<Call> Week(std::uint64_t seed) {
        const auto store = store::NewMemoryStore();
        HistoryOptions options;
        options.now = kNow;
        options.seed = seed;
        const access::Fingerprinter fingerprinter(Secret("for tests"));
        const auto prices = prices::PriceBook::BuiltIn();
        const auto filled =
            FillPastWeek(*store, *prices, fingerprinter, options, [](double) { return true; });
        EXPECT_TRUE(filled.Ok());
        store::CallQuery query;
        query.from = kNow - hours(24 * 8);
        query.to = kNow + hours(24);
        query.limit = 1'000'000;
        auto listed = store->List(query);
        EXPECT_TRUE(listed.Ok());
        std::vector<Call> calls = listed.Ok() ? std::move(listed).value() : std::vector<Call>();
        std::sort(calls.begin(), calls.end(), [](const Call& a, const Call& b) {
            return a.ended_at < b.ended_at;
        });
        return calls;
    }

    void Look(Time now, Duration passed) {
        const std::vector<live::Headroom> headrooms = totals_.Headrooms();
        for (const Monitor& monitor : monitors_) {
            const auto measured =
                monitor.kind == Kind::kHeadroom
                    ? std::optional(alert::MeasureHeadroom(monitor, headrooms, now))
                    : alert::MeasureLive(monitor, windows_, now);
            if (!measured) {
                continue;  // The windows are too young.
            }
            for (const alert::Reading& reading : measured->readings) {
                const alert::Verdict verdict = alert::Judge(monitor, reading);
                auto& state = states_[monitor.id + '\n' + alert::JoinGroup(reading.group)];
                if (alert::Step(monitor, verdict.outcome, now, state, passed) ==
                    alert::Transition::kFired) {
                    fired_.push_back({monitor.id, GroupText(reading.group), now});
                }
            }
        }
    }

    void Play(const std::vector<Call>& calls) {
        const Time begin = kNow - hours(24 * 7);
        for (const Monitor& monitor : monitors_) {
            if (monitor.kind != Kind::kHeadroom) {
                windows_.Watch(alert::ViewName(monitor), alert::ViewOf(monitor), begin);
            }
        }
        std::size_t next = 0;
        Time last = begin;
        for (Time now = begin + kLookOften; now <= kNow; now += kLookOften) {
            if (!is_thorough_ && now - last < kLookSeldom && !IsNearIncident(now)) {
                continue;
            }
            const std::size_t first = next;
            while (next < calls.size() && *calls[next].ended_at <= now) {
                ++next;
            }
            const std::span ended(calls.data() + first, next - first);
            windows_.Add(ended, now);
            totals_.Add(ended);
            Look(now, now - last);
            last = now;
        }
    }

    static bool IsNearIncident(Time at) {
        static const auto planted = PastIncidents(kNow);
        return std::any_of(planted.begin(), planted.end(), [at](const PlantedIncident& one) {
            return at >= one.from - kNear && at < one.to + kNear;
        });
    }

    /// Holds what fired against what was planted.
    void Check() const;

    static std::string GroupText(const std::vector<std::string>& group) {
        std::string text;
        for (const std::string& name : group) {
            text += (text.empty() ? "" : ", ") + name;
        }
        return text;
    }

    static const PlantedIncident* IncidentOf(Time at) {
        static const auto planted = PastIncidents(kNow);
        const auto found = std::find_if(planted.begin(), planted.end(), [at](const auto& one) {
            return at >= one.from && at < one.to + kAfterwards;
        });
        return found == planted.end() ? nullptr : &*found;
    }

    bool is_thorough_ = false;
    live::Windows windows_;
    live::RunningTotals totals_;
    std::vector<Monitor> monitors_;
    std::map<std::string, alert::AlertState> states_;
    std::vector<Fired> fired_;
};

/// Monitors that tell of an incident: those that must, and those that may as well.
struct Expected {
    std::set<std::string> must;
    std::set<std::string> may;
};

const Expected& ExpectedOf(Incident incident) {
    static const std::map<Incident, Expected> all{
        {Incident::kSlowModel, {{"latency-change", "ttft-change"}, {}}},
        {Incident::kRateLimits,
         {{"rate-limited-share", "provider-limit-near"}, {"provider-limit-soon"}}},
        {Incident::kLoop, {{"runaway-session"}, {"spend-spike", "tokens-change"}}},
        {Incident::kStrangeKeys, {{"unauthorised-keys"}, {}}},
        {Incident::kOutage, {{"provider-outage", "provider-errors", "error-budget"}, {}}},
    };
    return all.at(incident);
}

void WeekAlertsTest::Check() const {
    std::map<Incident, std::set<std::string>> heard;
    for (const Fired& fired : fired_) {
        const PlantedIncident* const incident = IncidentOf(fired.at);
        if (incident == nullptr) {
            ADD_FAILURE() << fired << " in an ordinary hour";
            continue;
        }
        const Expected& expected = ExpectedOf(incident->incident);
        EXPECT_TRUE(expected.must.contains(fired.monitor) || expected.may.contains(fired.monitor))
            << fired << " tells of another incident";
        heard[incident->incident].insert(fired.monitor);
    }
    for (const PlantedIncident& planted : PastIncidents(kNow)) {
        for (const std::string& monitor : ExpectedOf(planted.incident).must) {
            EXPECT_TRUE(heard[planted.incident].contains(monitor))
                << monitor << " is silent from " << FormatTime(planted.from);
        }
    }
}

TEST_F(WeekAlertsTest, EachIncidentMakesItsOwnMonitorsFireAndAnOrdinaryHourNone) {
    const char* const seed = std::getenv("DEMO_WEEK_SEED");
    is_thorough_ = seed != nullptr;
    Play(Week(seed == nullptr ? 1 : std::strtoull(seed, nullptr, 10)));
    Check();
}

}  // namespace
}  // namespace sightglass::demo
