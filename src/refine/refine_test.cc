#include "refine/refine.h"

#include <functional>
#include <span>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "call/catalogue.h"

namespace sightglass::refine {
namespace {

constexpr Time kStart = Time(std::chrono::seconds(1'700'000'000));

/// A dollar a call.
class DollarPrices final : public prices::PriceBook {
public:
    void Price(Call& call) const override {
        call.cost = Money::FromNanoUsd(1'000'000'000);
        call.cost_source = CostSource::kPriced;
    }

    prices::Unpriced WhyUnpriced(const Call& /*call*/) const override {
        return prices::Unpriced::kNot;
    }

    prices::Quote Calculate(const prices::Use& /*use*/) const override { return {}; }

    std::span<const prices::Book> Books() const noexcept override { return {}; }
};

Call GoodCall() {
    Call call;
    call.started_at = kStart;
    call.first_token_at = kStart + std::chrono::milliseconds(200);
    call.ended_at = kStart + std::chrono::milliseconds(1200);
    call.upstream = "openai";
    call.provider = "openai";
    call.model_requested = "gpt-5";
    call.model = "gpt-5-2025-08-07";
    call.stream = true;
    call.status = CallStatus::kOk;
    call.http_status = 200;
    call.fresh_input_tokens = 100;
    call.output_tokens = 11;
    call.reasoning_tokens = 5;
    return call;
}

Call Refined(Call call) {
    Refine(call, DollarPrices());
    return call;
}

TEST(RefineTest, LeavesAGoodCallUnrepairedAndWorksOutItsDurations) {
    const Call call = Refined(GoodCall());
    EXPECT_EQ(call.repairs, "");
    EXPECT_EQ(call.latency_us, 1'200'000);
    EXPECT_EQ(call.ttft_us, 200'000);
    EXPECT_EQ(call.tpot_us, 100'000);
    EXPECT_EQ(call.token_source, TokenSource::kProvider);
    EXPECT_EQ(call.cost, Money::FromNanoUsd(1'000'000'000));
}

TEST(RefineTest, ChangesNothingWhenDoneAgain) {
    Call broken = GoodCall();
    broken.model.clear();
    broken.output_tokens = -1;
    broken.error_message = "\xff";
    broken.status.reset();
    const Call once = Refined(broken);
    EXPECT_EQ(once.repairs, "validate,complete_model,complete");
    EXPECT_EQ(Refined(once), once);
}

TEST(RefineTest, RunsItsStepsInOrder) {
    std::string names;
    for (const Step& step : Steps()) {
        names += std::string(step.name) + ' ';
    }
    EXPECT_EQ(names, "validate complete_model complete price ");
}

/// What a step is given, and what it has to make of it.
struct Case {
    std::string name;
    std::function<void(Call&)> spoil;
    std::function<bool(const Call&)> mended;
    std::string repairs;
};

class RefineCaseTest : public ::testing::TestWithParam<Case> {};

TEST_P(RefineCaseTest, Mends) {
    Call call = GoodCall();
    GetParam().spoil(call);
    Refine(call, DollarPrices());
    EXPECT_TRUE(GetParam().mended(call));
    EXPECT_EQ(call.repairs, GetParam().repairs);
}

const Case kCases[] = {
    {"EndBeforeStart",
     [](Call& c) { c.ended_at = kStart - std::chrono::seconds(1); },
     [](const Call& c) { return !c.ended_at && !c.latency_us && !c.tpot_us; },
     "validate"},
    {"FirstTokenBeforeStart",
     [](Call& c) { c.first_token_at = kStart - std::chrono::seconds(1); },
     [](const Call& c) { return !c.first_token_at && !c.ttft_us; },
     "validate"},
    {"FirstTokenAfterEnd",
     [](Call& c) { c.first_token_at = *c.ended_at + std::chrono::seconds(1); },
     [](const Call& c) { return !c.first_token_at && c.ended_at; },
     "validate"},
    {"TimeOfAnotherCentury",
     [](Call& c) { c.ended_at = Time(std::chrono::sys_days(std::chrono::January / 1 / 2300)); },
     [](const Call& c) { return !c.ended_at; },
     "validate"},
    {"NegativeNumber",
     [](Call& c) { c.gateway_us = -5; },
     [](const Call& c) { return !c.gateway_us; },
     "validate"},
    {"NegativeCost",
     [](Call& c) { c.output_cost = Money::FromNanoUsd(-1); },
     [](const Call& c) { return !c.output_cost; },
     "validate"},
    {"ImpossibleTokenCount",
     [](Call& c) { c.fresh_input_tokens = 2'000'000'000; },
     [](const Call& c) { return !c.fresh_input_tokens; },
     "validate"},
    {"MoreReasoningThanOutput",
     [](Call& c) { c.reasoning_tokens = 12; },
     [](const Call& c) { return !c.reasoning_tokens && c.output_tokens == 11; },
     "validate"},
    {"MoreAudioThanInput",
     [](Call& c) { c.audio_input_tokens = 101; },
     [](const Call& c) { return !c.audio_input_tokens; },
     "validate"},
    {"NoHttpStatus",
     [](Call& c) { c.http_status = 20; },
     [](const Call& c) { return !c.http_status; },
     "validate"},
    {"ConfidenceBeyondOne",
     [](Call& c) { c.scenario_confidence = 1.5; },
     [](const Call& c) { return !c.scenario_confidence; },
     "validate"},
    {"TextThatIsNotUtf8",
     [](Call& c) { c.user = "caf\xe9"; },
     [](const Call& c) { return c.user == "caf\xef\xbf\xbd"; },
     "validate"},
    {"DimensionWithoutEnd",
     [](Call& c) { c.user_agent = std::string(5000, 'x'); },
     [](const Call& c) { return c.user_agent == std::string(1024, 'x'); },
     "validate"},
    {"CutWithinACharacter",
     [](Call& c) { c.user = std::string(1023, 'x') + "\xc3\xa9"; },
     [](const Call& c) { return c.user == std::string(1023, 'x'); },
     "validate"},
    {"MessageWithoutEnd",
     [](Call& c) { c.error_message = std::string(20'000, 'x'); },
     [](const Call& c) { return c.error_message.size() == 8192; },
     "validate"},
    {"UsageWithoutEnd",
     [](Call& c) { c.usage = '{' + std::string(70'000, ' ') + '}'; },
     [](const Call& c) { return c.usage.empty(); },
     "validate"},
    {"TooManyTags",
     [](Call& c) {
         c.tags.resize(40, {"name", "value"});
     },
     [](const Call& c) { return c.tags.size() == 16; },
     "validate"},
    {"TooManyAttempts",
     [](Call& c) { c.attempts.resize(40); },
     [](const Call& c) { return c.attempts.size() == 32; },
     "validate"},
    {"AttemptOfNegativeDuration",
     [](Call& c) {
         c.attempts = {{"target", 200, "", -1}};
     },
     [](const Call& c) { return c.attempts[0].duration_us == 0; },
     "validate"},
    {"ModelNotNamedByTheAnswer",
     [](Call& c) { c.model.clear(); },
     [](const Call& c) { return c.model == "gpt-5"; },
     "complete_model"},
    {"NoModelAtAll",
     [](Call& c) {
         c.model.clear();
         c.model_requested.clear();
     },
     [](const Call& c) { return c.model.empty(); },
     ""},
    {"StatusFromHttpStatus",
     [](Call& c) { c.status.reset(); },
     [](const Call& c) { return c.status == CallStatus::kOk; },
     "complete"},
    {"ErrorFromHttpStatus",
     [](Call& c) {
         c.status.reset();
         c.http_status = 429;
     },
     [](const Call& c) {
         return c.status == CallStatus::kError && c.error_type == ErrorType::kProviderRateLimited &&
                Meets(Condition::kRateLimited, c);
     },
     "complete"},
    {"StatusFromErrorType",
     [](Call& c) {
         c.status.reset();
         c.error_type = ErrorType::kCallerCancelled;
     },
     [](const Call& c) { return c.status == CallStatus::kCancelled; },
     "complete"},
    {"BlockedByPolicy",
     [](Call& c) {
         c.status.reset();
         c.http_status.reset();
         c.error_type = ErrorType::kPolicyBudget;
     },
     [](const Call& c) { return c.status == CallStatus::kBlocked; },
     "complete"},
    {"OutcomeUnknown",
     [](Call& c) {
         c.status.reset();
         c.http_status.reset();
     },
     [](const Call& c) { return !c.status; },
     ""},
    {"CancelledCallHasNoErrorTypeMadeUp",
     [](Call& c) {
         c.status = CallStatus::kCancelled;
         c.http_status = 500;
     },
     [](const Call& c) { return !c.error_type && c.status == CallStatus::kCancelled; },
     ""},
    {"ProviderFromUpstream",
     [](Call& c) { c.provider.clear(); },
     [](const Call& c) { return c.provider == "openai"; },
     "complete"},
    {"StartFromEnd",
     [](Call& c) { c.started_at.reset(); },
     [](const Call& c) { return c.started_at == c.ended_at; },
     "complete"},
    {"StartFromId",
     [](Call& c) {
         c.started_at.reset();
         c.first_token_at.reset();
         c.ended_at.reset();
         c.call_id = UuidSource(1).Next(kStart);
     },
     [](const Call& c) { return c.started_at == kStart && !c.latency_us; },
     "complete"},
    {"DurationThatTheSourceGave",
     [](Call& c) { c.latency_us = 7; },
     [](const Call& c) { return c.latency_us == 7; },
     ""},
    {"NoTimePerTokenWithoutStream",
     [](Call& c) { c.stream = false; },
     [](const Call& c) { return !c.tpot_us; },
     ""},
    {"NoTimePerTokenOfOneToken",
     [](Call& c) {
         c.output_tokens = 1;
         c.reasoning_tokens = 0;
     },
     [](const Call& c) { return !c.tpot_us; },
     ""},
    {"NoTokens",
     [](Call& c) {
         c.fresh_input_tokens.reset();
         c.output_tokens.reset();
         c.reasoning_tokens.reset();
     },
     [](const Call& c) { return c.token_source == TokenSource::kNone; },
     ""},
    {"InterruptedCallCostsNobodyKnowsWhat",
     [](Call& c) {
         c.status = CallStatus::kInterrupted;
         c.fresh_input_tokens.reset();
         c.output_tokens.reset();
         c.reasoning_tokens.reset();
     },
     [](const Call& c) { return !c.cost && c.cost_source == CostSource::kUnpriced; },
     ""},
};

INSTANTIATE_TEST_SUITE_P(
    All,
    RefineCaseTest,
    ::testing::ValuesIn(kCases),
    [](const ::testing::TestParamInfo<Case>& param) { return param.param.name; }
);

TEST(RefineTest, DerivesAnErrorTypeForEveryFailingStatus) {
    const std::pair<int, ErrorType> expected[] = {
        {400, ErrorType::kCallerInvalidRequest},
        {401, ErrorType::kProviderAuth},
        {402, ErrorType::kProviderBilling},
        {403, ErrorType::kProviderAuth},
        {404, ErrorType::kCallerInvalidRequest},
        {408, ErrorType::kProviderTimeout},
        {413, ErrorType::kCallerTooLarge},
        {429, ErrorType::kProviderRateLimited},
        {500, ErrorType::kProviderServerError},
        {503, ErrorType::kProviderOverloaded},
        {504, ErrorType::kProviderTimeout},
        {529, ErrorType::kProviderOverloaded},
    };
    for (const auto& [http_status, type] : expected) {
        Call call = GoodCall();
        call.status.reset();
        call.http_status = http_status;
        EXPECT_EQ(Refined(call).error_type, type) << http_status;
    }
}

}  // namespace
}  // namespace sightglass::refine
