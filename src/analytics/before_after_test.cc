// Made-up weeks of a chat bot, with the shape of a week and days that are like their neighbours: changes that are planted are
// found, and where nothing changes nothing is, over 200 seeded repetitions.
#include "analytics/before_after.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "analytics/analysis_fixture.h"

namespace sightglass::analytics {
namespace {

constexpr int kRepetitions = 200;
constexpr int kDays = 13;
constexpr Time kAt = kMonday + std::chrono::hours(9) + std::chrono::minutes(20);

/// By how much things change at kAt. Factors, and what is added to shares.
struct Planted {
    double latency = 1;
    double cost = 1;
    double content = 0;
    double errors = 0;
    double turns = 0;
};

/// Noise that lasts for days.
class DayNoise {
public:
    double Next(std::mt19937_64& random) {
        constexpr double kLikeness = 0.4;
        level_ = kLikeness * level_ + std::sqrt(1 - kLikeness * kLikeness) * noise_(random);
        return level_;
    }

private:
    std::normal_distribution<double> noise_;
    double level_ = 0;
};

class MadeUpWeeks {
public:
    MadeUpWeeks(std::uint64_t seed, const Planted& planted) : random_(seed), planted_(planted) {
        DayNoise of_latency;
        DayNoise of_content;
        for (int day = -kDays - 1; day <= kDays; ++day) {
            const double slow = std::exp(0.12 * of_latency.Next(random_));
            const double content = 0.6 + 0.05 * of_content.Next(random_);
            for (int hour = 0; hour < 24; ++hour) {
                const Time at = kMonday + day * kOneDay + std::chrono::hours(hour);
                PutHour(at, slow, content, at >= kAt);
            }
        }
        EXPECT_TRUE(store_->Commit(batch_).Ok());
    }

    CaseAnswer Ask() const {
        const auto question =
            ParseCase({.at = kAt, .days = kDays}, kMonday + (kDays + 1) * kOneDay);
        EXPECT_TRUE(question.Ok());
        auto answer = AskCase(*question, *store_);
        EXPECT_TRUE(answer.Ok()) << answer.error().message;
        return std::move(*answer);
    }

private:
    /// Evenings are busy and slow, weekends busier.
    void PutHour(Time at, double slow, double content, bool after) {
        const auto hours = at.time_since_epoch() / std::chrono::hours(1);
        const double evening =
            0.5 - 0.5 * std::cos(2 * M_PI * static_cast<double>(hours % 24) / 24);
        const bool weekend = (hours / 24 + 3) % 7 > 4;
        const double sessions = (0.15 + 0.45 * evening) * (weekend ? 1.5 : 1);
        const int count = std::poisson_distribution<int>(sessions)(random_);
        for (int i = 0; i < count; ++i) {
            PutSession(at, slow * (1 + 0.6 * evening), content, after);
        }
    }

    void PutSession(Time at, double slow, double content, bool after) {
        const std::string session = "s" + std::to_string(++sessions_);
        const double more_turns = after ? planted_.turns : 0;
        const int turns = 1 + std::poisson_distribution<int>(1 + more_turns)(random_);
        for (int turn = 0; turn < turns; ++turn) {
            PutCall(at + turn * std::chrono::seconds(40), session, slow, after);
        }
        if (Chance(0.9)) {
            Feedback feedback;
            feedback.id = "f-" + session;
            feedback.created_at = at + std::chrono::minutes(10);
            feedback.session_id = session;
            feedback.score = Chance(content + (after ? planted_.content : 0)) ? 1 : -1;
            batch_.feedback.push_back(std::move(feedback));
        }
    }

    void PutCall(Time at, const std::string& session, double slow, bool after) {
        Call call;
        call.call_id = ids_.Next(at);
        call.started_at = at;
        const double factor = slow * (after ? planted_.latency : 1);
        call.latency_us = static_cast<std::int64_t>(3e6 * factor * std::exp(0.5 * noise_(random_)));
        call.ttft_us = *call.latency_us / 4;
        call.ended_at = at + std::chrono::microseconds(*call.latency_us);
        call.service = "chat";
        call.model = after ? "new" : "old";
        call.session_id = session;
        call.operation = Operation::kChat;
        const bool failed = Chance(0.03 + (after ? planted_.errors : 0));
        call.status = failed ? CallStatus::kError : CallStatus::kOk;
        const double cost = (after ? planted_.cost : 1) * std::exp(0.4 * noise_(random_));
        call.cost = Money::FromNanoUsd(static_cast<std::int64_t>(2e6 * cost));
        call.cost_source = CostSource::kPriced;
        batch_.calls.push_back(std::move(call));
    }

    bool Chance(double share) { return std::uniform_real_distribution<double>()(random_) < share; }

    std::mt19937_64 random_;
    const Planted planted_;
    std::normal_distribution<double> noise_;
    UuidSource ids_{1};
    int sessions_ = 0;
    store::Batch batch_;
    std::unique_ptr<store::Store> store_ = store::NewMemoryStore();
};

/// How often each figure was found to have changed, by its verdict; "any": anything at all.
std::map<std::string, int> Verdicts(const Planted& planted) {
    std::map<std::string, int> count;
    for (int seed = 1; seed <= kRepetitions; ++seed) {
        const CaseAnswer answer = MadeUpWeeks(static_cast<std::uint64_t>(seed), planted).Ask();
        bool any = false;
        for (const CaseFinding& finding : answer.findings) {
            EXPECT_NE(finding.verdict, CaseVerdict::kTooLittle) << finding.metric->name;
            const bool found = finding.verdict != CaseVerdict::kChance;
            any = any || found;
            if (found) {
                ++count
                    [std::string(finding.metric->name) + " " +
                     std::string(ToString(finding.verdict))];
            }
        }
        count["any"] += any ? 1 : 0;
    }
    for (const auto& [what, times] : count) {
        testing::Test::RecordProperty(what, times);
        std::printf("  %s: %d of %d\n", what.c_str(), times, kRepetitions);
    }
    return count;
}

TEST(BeforeAfterTest, WhereNothingChangedNoMoreIsFoundThanTheLevelAllows) {
    EXPECT_LE(Verdicts({})["any"], static_cast<int>(kCaseLevel * kRepetitions));
}

TEST(BeforeAfterTest, AFasterModelIsFoundAndThatUsersAreContent) {
    std::map<std::string, int> found = Verdicts({.latency = 0.4, .content = 0.3});
    EXPECT_GE(found["latency_p50_ms better"], 190);
    EXPECT_GE(found["latency_p95_ms better"], 185);
    EXPECT_GE(found["ttft_p50_ms better"], 190);
    EXPECT_GE(found["satisfaction_rate better"], 140);
    // What did not change is left alone; the level is of all of them together.
    EXPECT_LE(found["cost_per_call_usd better"] + found["cost_per_call_usd worse"], 10);
    EXPECT_LE(found["error_rate better"] + found["error_rate worse"], 10);
    EXPECT_LE(found["session_turns_avg changed"], 10);
}

TEST(BeforeAfterTest, AWorseReleaseIsFoundToo) {
    std::map<std::string, int> found = Verdicts({.cost = 1.5, .errors = 0.15, .turns = 1});
    EXPECT_GE(found["cost_per_call_usd worse"], 195);
    EXPECT_GE(found["error_rate worse"], 170);
    EXPECT_GE(found["session_turns_avg changed"], 175);
    EXPECT_LE(found["latency_p50_ms better"] + found["latency_p50_ms worse"], 10);
}

TEST(BeforeAfterTest, SaysWhatWasSlowAndWhatItHadInCommon) {
    const CaseAnswer answer = MadeUpWeeks(3, {.latency = 0.4, .content = 0.2}).Ask();
    ASSERT_TRUE(answer.slow.threshold_ms);
    EXPECT_GT(*answer.slow.share_before, 0.3);
    EXPECT_NEAR(*answer.slow.share_after, 0.05, 0.01);
    ASSERT_FALSE(answer.slow.groups.empty());
    EXPECT_EQ(answer.slow.groups.front().value.value, "old");
    EXPECT_TRUE(answer.slow.satisfaction_slow && answer.slow.satisfaction_fast);
    ASSERT_EQ(answer.days.size(), 27U);
    EXPECT_EQ(answer.days.front().from, kMonday - 13 * kOneDay);
    EXPECT_GT(answer.calls_before, 200);
    std::int64_t calls = 0;
    for (const CaseDay& day : answer.days) {
        calls += day.calls;
    }
    EXPECT_EQ(calls - answer.days[13].calls, answer.calls_before + answer.calls_after);
}

TEST(BeforeAfterTest, ComparesTheDaysThatThereAreWithTheSameWeekdays) {
    const auto early = ParseCase({.at = kAt}, kMonday + 9 * kOneDay + std::chrono::hours(3));
    ASSERT_TRUE(early.Ok());
    EXPECT_EQ(early->days, 8);
    EXPECT_EQ(early->weeks, 2);
    EXPECT_EQ(early->after_from, kMonday + kOneDay);
    EXPECT_EQ(early->BeforeFrom(), kMonday - 13 * kOneDay);
    EXPECT_EQ(early->BeforeTo(), kMonday - 5 * kOneDay);
    const auto midnight = ParseCase({.at = kMonday, .days = 7}, kMonday + 30 * kOneDay);
    ASSERT_TRUE(midnight.Ok());
    EXPECT_EQ(midnight->after_from, kMonday);
    EXPECT_EQ(midnight->weeks, 1);
    EXPECT_EQ(midnight->BeforeTo(), kMonday);
    const auto future = ParseCase({.at = kAt}, kAt - kOneDay);
    ASSERT_TRUE(future.Ok());
    EXPECT_EQ(future->days, 0);
    EXPECT_FALSE(ParseCase({.at = kAt, .days = 0}, kAt).Ok());
    EXPECT_FALSE(ParseCase({.at = kAt, .days = 28}, kAt).Ok());
    EXPECT_FALSE(ParseCase({.at = kAt, .filters = {"nothing:x"}}, kAt).Ok());
}

TEST(BeforeAfterTest, AnEmptyStoreTellsNothing) {
    const auto store = store::NewMemoryStore();
    const auto question = ParseCase({.at = kAt}, kAt + 20 * kOneDay);
    ASSERT_TRUE(question.Ok());
    const auto answer = AskCase(*question, *store);
    ASSERT_TRUE(answer.Ok()) << answer.error().message;
    for (const CaseFinding& finding : answer->findings) {
        EXPECT_EQ(finding.verdict, CaseVerdict::kTooLittle);
        EXPECT_FALSE(finding.p);
    }
    EXPECT_FALSE(answer->slow.threshold_ms);
}

}  // namespace
}  // namespace sightglass::analytics
