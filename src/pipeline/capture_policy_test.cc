#include "pipeline/capture_policy.h"

#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace sightglass::pipeline {
namespace {

class CapturePolicyTest : public ::testing::Test {
protected:
    static Call CallOf(const std::string& service, const std::string& team = "") {
        Call call;
        call.service = service;
        call.team = team;
        return call;
    }

    static CaptureRule RuleFor(CaptureBy by, const std::string& pattern, CapturePolicy policy) {
        CaptureRule rule;
        rule.match[static_cast<std::size_t>(by)] = {pattern};
        rule.policy = policy;
        return rule;
    }

    CaptureSettings settings_;
};

TEST_F(CapturePolicyTest, TheFirstRuleThatFitsCounts) {
    settings_.others.policy = CapturePolicy::kRedacted;
    settings_.rules = {
        RuleFor(CaptureBy::kTeam, "hr", CapturePolicy::kNone),
        RuleFor(CaptureBy::kService, "chat*", CapturePolicy::kFull)};
    EXPECT_EQ(settings_.ChoiceOf(CallOf("chat-web")).policy, CapturePolicy::kFull);
    EXPECT_EQ(settings_.ChoiceOf(CallOf("chat-web", "hr")).policy, CapturePolicy::kNone);
    EXPECT_EQ(settings_.ChoiceOf(CallOf("search")).policy, CapturePolicy::kRedacted);
    EXPECT_EQ(settings_.ChoiceOf(Call()).policy, CapturePolicy::kRedacted);
    EXPECT_EQ(settings_.Most(), CapturePolicy::kFull);
    EXPECT_EQ(settings_.Least(), CapturePolicy::kNone);
}

TEST_F(CapturePolicyTest, ACallMustFitOnePatternOfEachList) {
    CaptureRule rule = RuleFor(CaptureBy::kService, "a", CapturePolicy::kFull);
    rule.match[static_cast<std::size_t>(CaptureBy::kService)].emplace_back("b");
    rule.match[static_cast<std::size_t>(CaptureBy::kTeam)] = {"x"};
    settings_.rules = {rule};
    EXPECT_EQ(settings_.ChoiceOf(CallOf("b", "x")).policy, CapturePolicy::kFull);
    EXPECT_EQ(settings_.ChoiceOf(CallOf("b", "y")).policy, CapturePolicy::kNone);
    EXPECT_EQ(settings_.ChoiceOf(CallOf("c", "x")).policy, CapturePolicy::kNone);
}

TEST_F(CapturePolicyTest, AKeyIsNamedByItsFingerprintOrItsLabel) {
    settings_.rules = {RuleFor(CaptureBy::kKey, "sk-...a1b2", CapturePolicy::kFull)};
    Call call;
    call.api_key = "0123456789abcdef";
    call.api_key_label = "sk-...a1b2";
    EXPECT_EQ(settings_.ChoiceOf(call).policy, CapturePolicy::kFull);
    call.api_key_label = "sk-...c3d4";
    EXPECT_EQ(settings_.ChoiceOf(call).policy, CapturePolicy::kNone);
}

TEST_F(CapturePolicyTest, WhatARuleDoesNotSayIsAsForAllOthers) {
    settings_.others = {
        .policy = CapturePolicy::kRedacted,
        .sample = 500'000,
        .text_bytes_max = 1'000};
    CaptureRule rule;
    rule.match[static_cast<std::size_t>(CaptureBy::kService)] = {"chat"};
    rule.text_bytes_max = 64;
    settings_.rules = {rule};
    const CaptureChoice expected{
        .policy = CapturePolicy::kRedacted,
        .sample = 500'000,
        .text_bytes_max = 64};
    EXPECT_EQ(settings_.ChoiceOf(CallOf("chat")), expected);
}

TEST_F(CapturePolicyTest, AConversationIsInTheSampleAsAWhole) {
    const CaptureChoice choice{.policy = CapturePolicy::kFull, .sample = 200'000};
    int kept = 0;
    constexpr int kSessions = 2'000;
    for (int i = 0; i < kSessions; ++i) {
        Call call;
        call.session_id = "session-" + std::to_string(i);
        const bool first = choice.Keeps(call);
        call.call_id.bytes[15] = 1;
        call.trace_id = "another";
        EXPECT_EQ(choice.Keeps(call), first);
        kept += first ? 1 : 0;
    }
    // Binomial: 400 expected, with a standard deviation of 18.
    EXPECT_GT(kept, 310);
    EXPECT_LT(kept, 490);
}

TEST_F(CapturePolicyTest, CallsWithoutASessionAreSampledOneByOne) {
    const CaptureChoice choice{.policy = CapturePolicy::kFull, .sample = kSampleAll / 2};
    int kept = 0;
    for (int i = 0; i < 1'000; ++i) {
        Call call;
        call.call_id.bytes[0] = static_cast<std::uint8_t>(i);
        call.call_id.bytes[1] = static_cast<std::uint8_t>(i >> 8);
        kept += choice.Keeps(call) ? 1 : 0;
    }
    EXPECT_GT(kept, 400);
    EXPECT_LT(kept, 600);
}

TEST_F(CapturePolicyTest, AShareOfNothingKeepsNothingAndAllKeepsAll) {
    Call call;
    call.session_id = "s";
    EXPECT_FALSE((CaptureChoice{.policy = CapturePolicy::kFull, .sample = 0}.Keeps(call)));
    EXPECT_TRUE((CaptureChoice{.policy = CapturePolicy::kRedacted}.Keeps(call)));
    EXPECT_FALSE((CaptureChoice{.policy = CapturePolicy::kNone}.Keeps(call)));
}

TEST_F(CapturePolicyTest, TheBookIsReplacedWhileItIsRead) {
    CaptureBook book(settings_);
    const CaptureSettings& before = book.Now();
    std::jthread reader([&book](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            const CaptureSettings& now = book.Now();
            EXPECT_EQ(now.ChoiceOf(CallOf("chat")).policy, now.Most());
        }
    });
    for (int i = 0; i < 1'000; ++i) {
        settings_.others.policy = i % 2 == 0 ? CapturePolicy::kFull : CapturePolicy::kNone;
        book.Set(settings_);
        EXPECT_EQ(book.Now(), settings_);
    }
    EXPECT_EQ(before, CaptureSettings());
    const CaptureSettings* const now = &book.Now();
    book.Set(settings_);
    EXPECT_EQ(&book.Now(), now);
}

}  // namespace
}  // namespace sightglass::pipeline
