#include "prices/usage_of_call.h"

#include <gtest/gtest.h>

#include "prices/price_book.h"

namespace sightglass::prices {
namespace {

std::int64_t Count(const Call& call, std::string_view unit) {
    return UsageOf(call).Of(FindUnit(unit).value());
}

TEST(UsageOfCallTest, InputHoldsEveryKindOfInput) {
    Call call;
    call.fresh_input_tokens = 1;
    call.cached_input_tokens = 20;
    call.cache_write_5m_tokens = 300;
    call.cache_write_30m_tokens = 4'000;
    call.cache_write_1h_tokens = 50'000;
    call.cache_write_12h_tokens = 600'000;
    EXPECT_EQ(Count(call, "input_tokens"), 654'321);
    EXPECT_EQ(Count(call, "cache_read_tokens"), 20);
    EXPECT_EQ(Count(call, "cache_write_tokens"), 654'300);
    EXPECT_EQ(Count(call, "cache_write_1h_tokens"), 650'000);
    EXPECT_EQ(Count(call, "requests"), 1);
}

TEST(UsageOfCallTest, WhatACallHasNoFieldForIsReadFromTheUsageObject) {
    Call call;
    call.usage =
        R"({"input_tokens":7,"server_tool_use":{"web_search_requests":2,"web_fetch_requests":1}})";
    EXPECT_EQ(Count(call, "web_searches"), 2);
    call.usage =
        R"({"total_tokens":9,"tool_usage":{"image_gen":{"num_requests":7},"web_search":{"num_requests":3}}})";
    EXPECT_EQ(Count(call, "web_searches"), 3);
    call.usage = R"({"cached_tokens_details":{"text_tokens":3},"audio_tokens":5})";
    EXPECT_EQ(Count(call, "cache_audio_read_tokens"), 0) << "of another object";
    call.usage = R"({"type":"duration","seconds":9.5})";
    EXPECT_EQ(Count(call, "audio_seconds"), 9500);
    EXPECT_EQ(Count(call, "input_audio_seconds"), 9500);
    call.usage = R"({"seconds":9.5})";
    EXPECT_EQ(Count(call, "audio_seconds"), 0) << "of what, nobody says";
    call.usage =
        R"({"input_token_details":{"text_tokens":5,"audio_tokens":100,"cached_tokens_details":{"text_tokens":3,"audio_tokens":40}}})";
    EXPECT_EQ(Count(call, "cache_audio_read_tokens"), 40);
    for (const char* const broken :
         {"",
          "{}",
          R"({"web_search_requests":)",
          R"({"web_search_requests":-5})",
          R"({"web_search_requests":1e300})",
          R"({"web_search_requests":"2"})",
          R"({"cached_tokens_details":{)"}) {
        call.usage = broken;
        EXPECT_EQ(Count(call, "web_searches"), 0) << broken;
    }
}

TEST(UsageOfCallTest, SearchesAndSecondsArePriced) {
    Call call;
    call.provider = "anthropic";
    call.model = "claude-sonnet-4-5-20250929";
    call.status = CallStatus::kOk;
    call.started_at = *ParseTime("2026-09-15T12:00:00Z", Time());
    call.fresh_input_tokens = 1000;
    call.output_tokens = 0;
    call.usage = R"({"server_tool_use":{"web_search_requests":3}})";
    PriceBook::BuiltIn()->Price(call);
    EXPECT_EQ(call.other_cost, Money::FromNanoUsd(30'000'000)) << "10 dollars a thousand";
    EXPECT_EQ(call.cost, Money::FromNanoUsd(33'000'000));

    Call heard;
    heard.provider = "groq";
    heard.model = "whisper-large-v3-turbo";
    heard.operation = Operation::kTranscription;
    heard.status = CallStatus::kOk;
    heard.started_at = call.started_at;
    heard.usage = R"({"type":"duration","seconds":3})";
    PriceBook::BuiltIn()->Price(heard);
    ASSERT_TRUE(heard.cost.has_value());
    const Money of_three_seconds = *heard.cost;
    heard.usage = R"({"type":"duration","seconds":10})";
    PriceBook::BuiltIn()->Price(heard);
    EXPECT_EQ(heard.cost, of_three_seconds) << "ten are the least";
    heard.usage.clear();
    PriceBook::BuiltIn()->Price(heard);
    EXPECT_EQ(heard.cost_source, CostSource::kUnpriced);
}

}  // namespace
}  // namespace sightglass::prices
