#include "app/demo/past_week.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/secret.h"
#include "store/memory.h"

namespace sightglass::demo {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr Time kNow = Time(std::chrono::sys_days(std::chrono::November / 20 / 2026)) + hours(16);

class PastWeekTest : public testing::Test {
protected:
    PastWeekTest() : prices_(prices::PriceBook::BuiltIn()), fingerprinter_(Secret("for tests")) {
        options_.now = kNow;
        options_.calls_per_s = 0.01;
    }

    std::int64_t Fill(store::Store& store) {
        auto week =
            FillPastWeek(store, *prices_, fingerprinter_, options_, [](double) { return true; });
        EXPECT_TRUE(week.Ok());
        if (!week.Ok()) {
            return -1;
        }
        week_ = std::move(week).value();
        return week_.calls;
    }

    static std::vector<Call> CallsOf(const store::Store& store) {
        store::CallQuery query;
        query.from = kNow - days(30);
        query.to = kNow + days(30);
        query.limit = 1'000'000;
        auto calls = store.List(query);
        EXPECT_TRUE(calls.Ok());
        return calls.Ok() ? std::move(calls).value() : std::vector<Call>();
    }

    static PlantedIncident Planted(Incident kind) {
        for (const PlantedIncident& planted : PastIncidents(kNow)) {
            if (planted.incident == kind) {
                return planted;
            }
        }
        return {};
    }

    std::shared_ptr<const prices::PriceBook> prices_;
    access::Fingerprinter fingerprinter_;
    HistoryOptions options_;
    PastWeek week_;
};

TEST_F(PastWeekTest, StoresAboutAsManyCallsAsTheRateSays) {
    const auto store = store::NewMemoryStore();
    const std::int64_t stored = Fill(*store);
    EXPECT_NEAR(static_cast<double>(stored), 0.01 * 7 * 86'400, 900);
    EXPECT_EQ(CallsOf(*store).size(), static_cast<std::size_t>(stored));
}

TEST_F(PastWeekTest, IsTheSameFromTheSameSeedAndAnotherFromAnother) {
    const auto first = store::NewMemoryStore();
    const auto second = store::NewMemoryStore();
    const auto third = store::NewMemoryStore();
    Fill(*first);
    Fill(*second);
    options_.seed = 2;
    Fill(*third);
    EXPECT_TRUE(CallsOf(*first) == CallsOf(*second));
    EXPECT_FALSE(CallsOf(*first) == CallsOf(*third));
}

TEST_F(PastWeekTest, EveryCallLiesInTheWeekAndIsWhole) {
    const auto store = store::NewMemoryStore();
    Fill(*store);
    for (const Call& call : CallsOf(*store)) {
        ASSERT_GE(*call.started_at, kNow - days(7));
        ASSERT_LT(*call.ended_at, kNow);
        ASSERT_EQ(call.source, Source::kGateway);
        ASSERT_TRUE(call.status.has_value());
        ASSERT_EQ(call.api_key.size(), 32U);
        ASSERT_EQ(call.service.empty(), call.client_ip == kStrangerIp);
        ASSERT_EQ(*call.latency_us, (*call.ended_at - *call.started_at).count());
        ASSERT_EQ(*call.status == CallStatus::kOk, !call.error_type.has_value());
        if (*call.status == CallStatus::kOk) {
            ASSERT_EQ(call.cost_source, CostSource::kPriced) << call.model;
            ASSERT_GT(call.cost->nano_usd(), 0) << call.model;
            ASSERT_GT(*call.InputTokens(), 0);
            ASSERT_EQ(call.repairs, "");
        }
    }
}

TEST_F(PastWeekTest, LooksLikeAWeekOfACompany) {
    options_.calls_per_s = 0.02;
    const auto store = store::NewMemoryStore();
    Fill(*store);
    std::map<std::string, int> services;
    std::map<ErrorType, int> errors;
    std::int64_t input_tokens = 0;
    std::int64_t cached_tokens = 0;
    double cost_usd = 0;
    int failed = 0;
    const std::vector<Call> calls = CallsOf(*store);
    for (const Call& call : calls) {
        ++services[call.service];
        failed += call.error_type.has_value() ? 1 : 0;
        if (call.error_type) {
            ++errors[*call.error_type];
        }
        input_tokens += call.InputTokens().value_or(0);
        cached_tokens += call.cached_input_tokens.value_or(0);
        cost_usd += call.cost ? call.cost->ToUsd() : 0;
    }
    services.erase("");  // A stranger does not say.
    EXPECT_EQ(services.size(), Services().size());
    const auto count = static_cast<double>(calls.size());
    EXPECT_GT(failed / count, 0.01);
    EXPECT_LT(failed / count, 0.08);
    EXPECT_GT(errors[ErrorType::kProviderRateLimited], 0);
    EXPECT_GT(errors[ErrorType::kProviderServerError], 0);
    EXPECT_GT(errors[ErrorType::kProviderOverloaded], 0);
    const double cached = static_cast<double>(cached_tokens) / static_cast<double>(input_tokens);
    EXPECT_GT(cached, 0.3);
    EXPECT_LT(cached, 0.9);
    EXPECT_GT(cost_usd / count, 0.0005);
    EXPECT_LT(cost_usd / count, 0.02);
}

TEST_F(PastWeekTest, TheOutageShowsInItsHourAlone) {
    options_.calls_per_s = 0.04;
    const auto store = store::NewMemoryStore();
    Fill(*store);
    std::map<bool, std::pair<int, int>> outage;  // Inside or not: calls, 5xx.
    for (const Call& call : CallsOf(*store)) {
        const bool inside = *call.started_at >= kNow - hours(10) &&
                            *call.started_at < kNow - hours(10) + std::chrono::minutes(40);
        ++outage[inside].first;
        outage[inside].second += call.http_status.value_or(0) >= 500 ? 1 : 0;
    }
    ASSERT_GT(outage[true].first, 20);
    EXPECT_GT(outage[true].second, outage[true].first / 4);
    EXPECT_LT(outage[false].second, outage[false].first / 50);
}

TEST_F(PastWeekTest, TheChatBotWasSlowUntilItGotAnotherModelAndItsUsersSaySo) {
    options_.calls_per_s = 0.1;
    options_.chat_history = days(16);
    const auto store = store::NewMemoryStore();
    Fill(*store);
    constexpr Time kChange = kNow - kSinceChange;
    EXPECT_EQ(week_.changed_at, kChange);
    std::map<std::string, bool> is_late;  // By session of the chat bot.
    std::map<bool, std::vector<Duration>> times;
    for (const Call& call : CallsOf(*store)) {
        if (call.service != "support-chat" || *call.status != CallStatus::kOk) {
            continue;
        }
        is_late.try_emplace(call.session_id, *call.started_at >= kChange);
        times[is_late[call.session_id]].push_back(*call.ended_at - *call.started_at);
    }
    std::map<bool, std::pair<double, double>> thumbs;  // Before and after: up, all.
    for (const Opinion& opinion : week_.opinions) {
        ASSERT_LT(opinion.at, kNow);
        const auto session = is_late.find(opinion.session_id);
        if (session != is_late.end()) {
            thumbs[session->second].first += opinion.content ? 1 : 0;
            thumbs[session->second].second += 1;
        }
    }
    const auto median = [](std::vector<Duration>& all) {
        std::nth_element(all.begin(), all.begin() + static_cast<long>(all.size() / 2), all.end());
        return all[all.size() / 2];
    };
    EXPECT_GT(median(times[false]), 2 * median(times[true]));
    ASSERT_GT(thumbs[false].second, 30);
    ASSERT_GT(thumbs[true].second, 30);
    EXPECT_LT(
        thumbs[false].first / thumbs[false].second + 0.1,
        thumbs[true].first / thumbs[true].second
    );
}

TEST_F(PastWeekTest, AKeyLoopsAtNightAndSpendsMoreThanAllOthersDoThen) {
    const auto store = store::NewMemoryStore();
    Fill(*store);
    const PlantedIncident planted = Planted(Incident::kLoop);
    std::map<std::string, double> cost_usd;  // By key.
    std::string key;
    for (const Call& call : CallsOf(*store)) {
        if (planted.Covers(*call.started_at) && call.cost) {
            cost_usd[call.api_key] += call.cost->ToUsd();
            key = call.service == kLoopingService ? call.api_key : key;
        }
    }
    double others_usd = 0;
    for (const auto& [other, usd] : cost_usd) {
        others_usd += other == key ? 0 : usd;
    }
    EXPECT_GT(cost_usd[key], 5 * others_usd);
}

TEST_F(PastWeekTest, AStrangerTriesKeysThatNobodyKnows) {
    options_.calls_per_s = 0.05;
    const auto store = store::NewMemoryStore();
    Fill(*store);
    const PlantedIncident planted = Planted(Incident::kStrangeKeys);
    std::set<std::string> known;
    std::set<std::string> strange;
    for (const Call& call : CallsOf(*store)) {
        if (call.client_ip == kStrangerIp) {
            EXPECT_TRUE(planted.Covers(*call.started_at));
            EXPECT_EQ(call.error_type, ErrorType::kProviderAuth);
            strange.insert(call.api_key);
        } else {
            known.insert(call.api_key);
        }
    }
    EXPECT_GT(strange.size(), kStrangeKeys / 2);
    for (const std::string& key : strange) {
        EXPECT_FALSE(known.contains(key));
    }
}

TEST_F(PastWeekTest, LimitsAreNearlyUsedUpWhileTheyAreReached) {
    options_.calls_per_s = 0.04;
    const auto store = store::NewMemoryStore();
    Fill(*store);
    const PlantedIncident planted = Planted(Incident::kRateLimits);
    int limited = 0;
    int near = 0;
    int all = 0;
    for (const Call& call : CallsOf(*store)) {
        if (call.organization != "northwind-retail" || !planted.Covers(*call.started_at)) {
            continue;
        }
        ++all;
        limited += call.error_type == ErrorType::kProviderRateLimited ? 1 : 0;
        near += *call.remaining_tokens < *call.limit_tokens / 5 ? 1 : 0;
    }
    EXPECT_GT(limited, all / 6);
    EXPECT_EQ(near, all);
}

TEST_F(PastWeekTest, AStoreThatHasItsWeekIsLeftAlone) {
    const auto store = store::NewMemoryStore();
    const std::int64_t stored = Fill(*store);
    EXPECT_GT(stored, 0);
    options_.now += std::chrono::minutes(2);
    EXPECT_LT(Fill(*store), stored / 50);  // At most what fits between the last call and now.
}

TEST_F(PastWeekTest, OnlyTheGapIsFilledOnTheNextDay) {
    const auto store = store::NewMemoryStore();
    const std::int64_t first = Fill(*store);
    options_.now += days(1);
    const std::int64_t second = Fill(*store);
    EXPECT_GT(second, first / 20);
    EXPECT_LT(second, first / 3);
    const std::vector<Call> calls = CallsOf(*store);
    std::set<Uuid> ids;
    for (const Call& call : calls) {
        ids.insert(call.call_id);
    }
    EXPECT_EQ(ids.size(), static_cast<std::size_t>(first + second));
}

}  // namespace
}  // namespace sightglass::demo
