#include "live/series.h"

#include <numeric>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass::live {
namespace {

Call OneCall() {
    Call call;
    call.provider = "openai";
    call.upstream = "openai";
    call.operation = Operation::kChat;
    call.model = "gpt-5";
    call.service = "search";
    call.team = "blue";
    call.status = CallStatus::kOk;
    call.fresh_input_tokens = 100;
    call.cached_input_tokens = 50;
    call.cache_write_5m_tokens = 5;
    call.cache_write_1h_tokens = 3;
    call.output_tokens = 20;
    call.reasoning_tokens = 8;
    call.cost = Money::FromNanoUsd(1000);
    call.latency_us = 250'000;
    call.ttft_us = 1'000;
    call.gateway_us = 80;
    return call;
}

TEST(RunningTotalsTest, AddsUpWhatCallsOfOneLabelSetHave) {
    RunningTotals totals;
    totals.Add(std::vector{OneCall(), OneCall()});
    const auto snapshot = totals.Snapshot();
    ASSERT_EQ(snapshot.series.size(), 1U);
    const Series& series = snapshot.series[0];
    EXPECT_EQ(series.labels.operation, "chat");
    EXPECT_EQ(series.labels.status, "ok");
    EXPECT_EQ(series.labels.error_type, "");
    EXPECT_EQ(series.calls, 2U);
    EXPECT_EQ(series.input_tokens, 316U);
    EXPECT_EQ(series.cached_input_tokens, 100U);
    EXPECT_EQ(series.cache_write_tokens, 16U);
    EXPECT_EQ(series.output_tokens, 40U);
    EXPECT_EQ(series.reasoning_tokens, 16U);
    EXPECT_EQ(series.cost, Money::FromNanoUsd(2000));
}

TEST(RunningTotalsTest, KeepsLabelSetsApart) {
    RunningTotals totals;
    Call failed = OneCall();
    failed.status = CallStatus::kError;
    failed.error_type = ErrorType::kProviderOverloaded;
    Call moved = OneCall();  // The same text in the next label is another set.
    moved.team = "search";
    moved.service = "blue";
    totals.Add(std::vector{OneCall(), failed, moved});
    EXPECT_EQ(totals.Snapshot().series.size(), 3U);
}

TEST(RunningTotalsTest, PutsDurationsIntoTheBucketWhoseBoundTheyDoNotPass) {
    RunningTotals totals;
    Call slow = OneCall();
    slow.latency_us = 100'000'000;
    Call exact = OneCall();
    exact.latency_us = 320'000;
    totals.Add(std::vector{OneCall(), exact, slow});
    const TotalsSnapshot snapshot = totals.Snapshot();
    const Distribution& all = snapshot.distributions.at(0);
    EXPECT_EQ(all.latency.counts[5], 2U);  // 0.25 s and exactly 0.32 s: up to 0.32 s.
    EXPECT_EQ(all.latency.counts.back(), 1U);
    EXPECT_EQ(all.latency.count, 3U);
    EXPECT_NEAR(all.latency.sum, 100.57, 1e-9);
    EXPECT_EQ(all.first_token.counts[0], 3U);
    EXPECT_EQ(all.first_chunk.counts[0], 3U);
    EXPECT_EQ(snapshot.overheads.at(0).overhead.counts[1], 3U);
    EXPECT_EQ(all.token_time.count, 0U);  // Unknown is not zero.
    EXPECT_EQ(all.provider_time.count, 0U);
}

TEST(RunningTotalsTest, RemembersTheLastCallOfEachBucket) {
    RunningTotals totals;
    UuidSource ids(1);
    Call first = OneCall();
    first.call_id = ids.Next(Time{});
    Call second = first;
    second.call_id = ids.Next(Time{});
    second.trace_id = "t2";
    second.latency_us = 300'000;
    totals.Add(std::vector{first, second});
    const Distribution all = totals.Snapshot().distributions.at(0);
    EXPECT_EQ(all.latency_exemplars[5].call_id, second.call_id);
    EXPECT_EQ(all.latency_exemplars[5].trace_id, "t2");
    EXPECT_DOUBLE_EQ(all.latency_exemplars[5].value, 0.3);
    EXPECT_EQ(all.latency_exemplars[4].at, Time{});
}

TEST(RunningTotalsTest, BoundsTheNumberOfSeriesAndLosesNoCall) {
    RunningTotals totals;
    for (int i = 0; i < 5000; ++i) {
        Call call = OneCall();
        call.service = "service " + std::to_string(i);
        totals.Add(std::vector{call});
    }
    const auto snapshot = totals.Snapshot();
    EXPECT_EQ(snapshot.series.size(), RunningTotals::kSeriesMax);
    EXPECT_EQ(snapshot.distributions.size(), Distributions::kDistributionsMax);
    std::uint64_t observed = 0;
    for (const Distribution& distribution : snapshot.distributions) {
        observed += distribution.latency.count;
    }
    EXPECT_EQ(observed, 5000U);
    std::uint64_t calls = 0;
    std::uint64_t other = 0;
    for (const Series& series : snapshot.series) {
        calls += series.calls;
        other += series.labels.service == "other" ? series.calls : 0;
    }
    EXPECT_EQ(calls, 5000U);
    EXPECT_EQ(other, 5000U - (RunningTotals::kSeriesMax - 1));
}

TEST(RunningTotalsTest, RemembersTheLastHeadroomOfEachKey) {
    RunningTotals totals;
    Call first = OneCall();
    first.organization = "acme";
    first.api_key = "k1";
    first.limit_requests = 500;
    first.remaining_requests = 499;
    Call second = first;
    second.remaining_requests = 498;
    second.remaining_tokens = 1000;
    totals.Add(std::vector{first, second, OneCall()});
    const auto snapshot = totals.Snapshot();
    ASSERT_EQ(snapshot.headroom.size(), 1U);
    EXPECT_EQ(snapshot.headroom[0].organization, "acme");
    EXPECT_EQ(snapshot.headroom[0].remaining_requests, 498);
    EXPECT_EQ(snapshot.headroom[0].limit_requests, 500);
    EXPECT_EQ(snapshot.headroom[0].remaining_tokens, 1000);
    EXPECT_EQ(snapshot.headroom[0].limit_tokens, std::nullopt);
}

TEST(RunningTotalsTest, DropsTheHeadroomHeardOfLongestAgo) {
    RunningTotals totals;
    const auto add = [&](int key) {
        Call call = OneCall();
        call.api_key = std::to_string(key);
        call.remaining_requests = key;
        totals.Add(std::vector{call});
    };
    for (int key = 0; key < static_cast<int>(RunningTotals::kHeadroomMax); ++key) {
        add(key);
    }
    add(0);
    add(9999);
    std::vector<std::string> keys;
    for (const Headroom& headroom : totals.Snapshot().headroom) {
        keys.push_back(headroom.api_key);
    }
    EXPECT_EQ(keys.size(), RunningTotals::kHeadroomMax);
    EXPECT_THAT(keys, ::testing::Contains("0"));
    EXPECT_THAT(keys, ::testing::Contains("9999"));
    EXPECT_THAT(keys, ::testing::Not(::testing::Contains("1")));
}

}  // namespace
}  // namespace sightglass::live
