#include "refine/joining.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "refine/members.h"

namespace sightglass::refine {
namespace {

constexpr Time kStart = Time(std::chrono::seconds(1'700'000'000));

Uuid IdOf(int number) {
    Uuid id;
    id.bytes[6] = 0x70;
    id.bytes[15] = static_cast<std::uint8_t>(number);
    return id;
}

/// A call of a second that ended well.
Call RecordOf(Source source, int number) {
    Call call;
    call.call_id = IdOf(number);
    call.source = source;
    call.started_at = kStart;
    call.ended_at = kStart + std::chrono::seconds(1);
    call.status = CallStatus::kOk;
    call.model = "gpt-5";
    call.fresh_input_tokens = 10;
    call.output_tokens = 20;
    call.token_source = TokenSource::kProvider;
    return call;
}

class JoiningTest : public testing::Test {
protected:
    Call gateway_ = RecordOf(Source::kGateway, 1);
    Call span_ = RecordOf(Source::kOtlp, 2);
    Call line_ = RecordOf(Source::kImport, 3);
};

TEST_F(JoiningTest, TwoGatewayCallsNeverJoin) {
    Call other = RecordOf(Source::kGateway, 4);
    gateway_.provider_response_id = other.provider_response_id = "chatcmpl-1";
    gateway_.provider_request_id = other.provider_request_id = "req-1";
    gateway_.trace_id = other.trace_id = "t";
    gateway_.span_id = other.span_id = "s";
    EXPECT_EQ(WhyJoined(gateway_, other), std::nullopt);
    EXPECT_EQ(GroupByRequest({gateway_, other}).size(), 2U);
}

TEST_F(JoiningTest, AcrossSourcesTheStrongestIdSaysIt) {
    gateway_.trace_id = span_.trace_id = "t";
    gateway_.span_id = span_.span_id = "s";
    EXPECT_EQ(WhyJoined(gateway_, span_), JoinReason::kSpan);
    gateway_.provider_request_id = span_.provider_request_id = "req-1";
    EXPECT_EQ(WhyJoined(gateway_, span_), JoinReason::kRequest);
    gateway_.provider_response_id = span_.provider_response_id = "chatcmpl-1";
    EXPECT_EQ(WhyJoined(gateway_, span_), JoinReason::kResponse);
    EXPECT_EQ(WhyJoined(span_, gateway_), JoinReason::kResponse);
    span_.provider_response_id = "chatcmpl-2";
    EXPECT_EQ(WhyJoined(gateway_, span_), std::nullopt);
}

TEST_F(JoiningTest, TimesHaveToOverlap) {
    gateway_.provider_response_id = span_.provider_response_id = "chatcmpl-1";
    span_.started_at = *gateway_.ended_at + kClockSkew;
    span_.ended_at = *span_.started_at + std::chrono::seconds(9);
    EXPECT_EQ(WhyJoined(gateway_, span_), JoinReason::kResponse);
    *span_.started_at += Duration(1);
    EXPECT_EQ(WhyJoined(gateway_, span_), std::nullopt);
}

TEST_F(JoiningTest, WithinASourceAResponseIdCountsInOneTraceOnly) {
    Call child = RecordOf(Source::kOtlp, 5);
    span_.provider_response_id = child.provider_response_id = "chatcmpl-1";
    span_.trace_id = child.trace_id = "t";
    span_.span_id = "parent";
    child.span_id = "child";
    EXPECT_EQ(WhyJoined(span_, child), JoinReason::kResponseInTrace);
    child.trace_id = "u";
    EXPECT_EQ(WhyJoined(span_, child), std::nullopt);
}

TEST_F(JoiningTest, EqualLinesOfAFileAreSeparateCalls) {
    Call other = line_;
    other.call_id = IdOf(6);
    EXPECT_EQ(WhyJoined(line_, other), std::nullopt);
    line_.provider_response_id = other.provider_response_id = "chatcmpl-1";
    line_.trace_id = other.trace_id = "t";
    line_.span_id = other.span_id = "s";
    EXPECT_EQ(WhyJoined(line_, other), std::nullopt);
}

TEST_F(JoiningTest, FiguresCountOnlyWhereOneHasNoIds) {
    EXPECT_EQ(WhyJoined(gateway_, line_), JoinReason::kFigures);
    gateway_.provider_response_id = "chatcmpl-1";
    EXPECT_EQ(WhyJoined(gateway_, line_), JoinReason::kFigures);
    line_.trace_id = "t";
    EXPECT_EQ(WhyJoined(gateway_, line_), std::nullopt);
    line_.trace_id.clear();
    line_.output_tokens = 21;
    EXPECT_EQ(WhyJoined(gateway_, line_), std::nullopt);
    line_.output_tokens = 20;
    line_.model = "gpt-4";
    EXPECT_EQ(WhyJoined(gateway_, line_), std::nullopt);
}

TEST_F(JoiningTest, AnIdJoinsOneToOneAndTheClosestFirst) {
    Call late = RecordOf(Source::kGateway, 7);
    *late.started_at += std::chrono::milliseconds(300);
    *span_.started_at += std::chrono::milliseconds(200);
    for (Call* call : {&gateway_, &late, &span_}) {
        call->provider_response_id = "chatcmpl-1";
    }
    const auto groups = GroupByRequest({gateway_, late, span_});
    ASSERT_EQ(groups.size(), 2U);
    const auto pair = std::find_if(groups.begin(), groups.end(), [](const auto& group) {
        return group.size() == 2;
    });
    ASSERT_NE(pair, groups.end());
    EXPECT_EQ((*pair)[0].call_id, span_.call_id);
    EXPECT_EQ((*pair)[1].call_id, late.call_id);
}

TEST_F(JoiningTest, RelatedRecordsHaveAKeyInCommon) {
    RecordKinds kinds;
    std::mt19937 random(1);
    const auto one_of = [&](const char* kind) {
        return random() % 3 == 0 ? std::string() : kind + std::to_string(random() % 3);
    };
    std::vector<Call> records;
    for (int i = 0; i < 200; ++i) {
        Call call = RecordOf(static_cast<Source>(random() % 3), i);
        call.provider_response_id = one_of("r");
        call.provider_request_id = one_of("q");
        call.trace_id = one_of("t");
        call.span_id = one_of("s");
        call.output_tokens = random() % 3;
        kinds.Add(call);
        records.push_back(call);
    }
    int joined = 0;
    for (const Call& a : records) {
        for (const Call& b : records) {
            if (a.call_id == b.call_id || !WhyJoined(a, b)) {
                continue;
            }
            JoinKeys of_a;
            JoinKeys of_b;
            AddJoinKeys(a, kinds, of_a);
            AddJoinKeys(b, kinds, of_b);
            const bool found = std::any_of(of_a.wanted.begin(), of_a.wanted.end(), [&](auto key) {
                return std::find(of_b.own.begin(), of_b.own.end(), key) != of_b.own.end();
            });
            EXPECT_TRUE(found);
            ++joined;
        }
    }
    EXPECT_GT(joined, 100);
}

}  // namespace
}  // namespace sightglass::refine
