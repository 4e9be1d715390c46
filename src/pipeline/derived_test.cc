#include "pipeline/derived.h"

#include <string>

#include <gtest/gtest.h>

namespace sightglass::pipeline {
namespace {

Derived Full() {
    Derived derived;
    derived.call_id.bytes[3] = 7;
    derived.input_tokens = 12;
    derived.output_tokens = 0;
    derived.estimated = true;
    derived.thread.request = 1;
    derived.thread.answered = 2;
    derived.thread.answer = 3;
    derived.thread.last_answer = 4;
    derived.thread.cache_key = ~std::uint64_t{0};
    derived.thread.prefixes = {5, 6};
    derived.thread.previous_response_id = "resp_1";
    derived.thread.conversation_id = "conv_1";
    derived.thread.asks = true;
    derived.scenario = "coding";
    derived.confidence = 0.625;
    return derived;
}

TEST(DerivedTest, IsReadAsItWasWritten) {
    for (const Derived& derived : {Full(), Derived()}) {
        std::string bytes;
        EncodeDerived(derived, bytes);
        EXPECT_EQ(DecodeDerived(bytes).value(), derived);
    }
}

TEST(DerivedTest, OfALongConversationTheNewestPrefixesAreKept) {
    Derived derived;
    for (std::uint64_t i = 1; i <= 100; ++i) {
        derived.thread.prefixes.push_back(i);
    }
    std::string bytes;
    EncodeDerived(derived, bytes);
    const Derived read = DecodeDerived(bytes).value();
    ASSERT_EQ(read.thread.prefixes.size(), ThreadKeys::kPrefixesMax);
    EXPECT_EQ(read.thread.prefixes.front(), 1U);
}

TEST(DerivedTest, BytesThatAreCutOffOrTooManyAreNone) {
    std::string bytes;
    EncodeDerived(Full(), bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(DecodeDerived(bytes.substr(0, size)).Ok()) << size;
    }
    EXPECT_FALSE(DecodeDerived(bytes + "x").Ok());
}

TEST(DerivedTest, FillsInWhatTheProviderDidNotSay) {
    Derived derived;
    derived.input_tokens = 12;
    derived.output_tokens = 34;
    Call call;
    EXPECT_TRUE(ApplyTokens(derived, call));
    EXPECT_EQ(call.fresh_input_tokens, 12);
    EXPECT_EQ(call.output_tokens, 34);
    EXPECT_EQ(call.token_source, TokenSource::kCounted);
    derived.estimated = true;
    Call other;
    EXPECT_TRUE(ApplyTokens(derived, other));
    EXPECT_EQ(other.token_source, TokenSource::kEstimated);
}

TEST(DerivedTest, LeavesWhatTheProviderSaid) {
    Derived derived;
    derived.input_tokens = 12;
    derived.output_tokens = 34;
    Call call;
    call.cached_input_tokens = 5;
    call.output_tokens = 6;
    call.finish_reason = "stop";
    const Call before = call;
    EXPECT_FALSE(ApplyTokens(derived, call));
    EXPECT_EQ(call, before);
    EXPECT_FALSE(ApplyTokens(Derived(), call));
}

TEST(DerivedTest, OfAnAnswerThatBrokeOffWhatWasSentReplacesWhatWasSaidAtItsStart) {
    Derived derived;
    derived.output_tokens = 34;
    Call call;
    call.fresh_input_tokens = 5;
    call.output_tokens = 1;
    EXPECT_TRUE(ApplyTokens(derived, call));
    EXPECT_EQ(call.output_tokens, 34);
    EXPECT_EQ(call.fresh_input_tokens, 5);
    Call more;
    more.output_tokens = 50;  // Reasoning that nobody was shown.
    EXPECT_FALSE(ApplyTokens(derived, more));
    EXPECT_EQ(more.output_tokens, 50);
}

TEST(DerivedTest, ARecordOfTheVersionBeforeHasNoScenario) {
    Derived derived = Full();
    std::string bytes;
    EncodeDerived(derived, bytes);
    bytes.resize(
        bytes.size() - sizeof(std::uint32_t) - derived.scenario.size() - sizeof(std::uint16_t)
    );
    bytes[0] = 1;
    derived.scenario.clear();
    derived.confidence = 0;
    EXPECT_EQ(DecodeDerived(bytes).value(), derived);
}

TEST(DerivedTest, WhatASourceSaidOfTheScenarioStays) {
    Call call;
    ApplyScenario(Full(), call);
    EXPECT_EQ(call.scenario, "coding");
    EXPECT_EQ(call.scenario_confidence, 0.625);
    Call said;
    said.scenario = "triage";
    ApplyScenario(Full(), said);
    EXPECT_EQ(said.scenario, "triage");
    EXPECT_FALSE(said.scenario_confidence);
}

}  // namespace
}  // namespace sightglass::pipeline
