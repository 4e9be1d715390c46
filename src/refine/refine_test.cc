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
    EXPECT_EQ(once.repairs, "text,validate,complete_model,complete_outcome");
    EXPECT_EQ(Refined(once), once);
}

TEST(RefineTest, RunsItsStepsInOrder) {
    std::string names;
    for (const Step& step : Steps()) {
        names += std::string(step.name) + ' ';
    }
    EXPECT_EQ(
        names,
        "text validate clock complete_start provider model_name complete_model model_family "
        "complete_outcome price "
    );
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
     "clock"},
    {"EndFromHowLongItTook",
     [](Call& c) {
         c.ended_at = kStart - std::chrono::hours(3);
         c.latency_us = 2'000'000;
     },
     [](const Call& c) { return c.ended_at == kStart + std::chrono::seconds(2); },
     "clock"},
    {"FirstTokenBeforeStart",
     [](Call& c) { c.first_token_at = kStart - std::chrono::seconds(1); },
     [](const Call& c) { return !c.first_token_at && !c.ttft_us; },
     "clock"},
    {"FirstTokenAfterEnd",
     [](Call& c) { c.first_token_at = *c.ended_at + std::chrono::seconds(1); },
     [](const Call& c) { return !c.first_token_at && c.ended_at; },
     "clock"},
    {"TimeOfAnotherCentury",
     [](Call& c) { c.ended_at = Time(std::chrono::sys_days(std::chrono::January / 1 / 2300)); },
     [](const Call& c) { return !c.ended_at; },
     "clock"},
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
     "text"},
    {"TextThatWasNotUtf8",
     [](Call& c) { c.user = "caf\xef\xbf\xbd"; },
     [](const Call& c) { return c.user == "caf\xef\xbf\xbd"; },
     "text"},
    {"TextOfAnotherScript",
     [](Call& c) { c.user = "\xe5\xbc\xa0\xe4\xbc\x9f"; },
     [](const Call& c) { return c.user == "\xe5\xbc\xa0\xe4\xbc\x9f"; },
     ""},
    {"DimensionWithoutEnd",
     [](Call& c) { c.user_agent = std::string(5000, 'x'); },
     [](const Call& c) { return c.user_agent == std::string(1024, 'x'); },
     "text"},
    {"CutWithinACharacter",
     [](Call& c) { c.user = std::string(1023, 'x') + "\xc3\xa9"; },
     [](const Call& c) { return c.user == std::string(1023, 'x'); },
     "text"},
    {"MessageWithoutEnd",
     [](Call& c) { c.error_message = std::string(20'000, 'x'); },
     [](const Call& c) { return c.error_message.size() == 8192; },
     "text"},
    {"UsageWithoutEnd",
     [](Call& c) { c.usage = '{' + std::string(70'000, ' ') + '}'; },
     [](const Call& c) { return c.usage.empty(); },
     "text"},
    {"TooManyTags",
     [](Call& c) {
         c.tags.resize(40, {"name", "value"});
     },
     [](const Call& c) { return c.tags.size() == 16; },
     "text"},
    {"TooManyAttempts",
     [](Call& c) { c.attempts.resize(40); },
     [](const Call& c) { return c.attempts.size() == 32; },
     "text"},
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
    {"ModelBehindAPath",
     [](Call& c) { c.model = "models/gemini-2.5-pro"; },
     [](const Call& c) {
         return c.model == "gemini-2.5-pro" && c.model_family == "gemini-2.5-pro";
     },
     "model_name"},
    {"ModelOfAResource",
     [](Call& c) {
         c.model =
             "arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2F"
             "anthropic.claude-3-haiku-20240307-v1%3A0";
     },
     [](const Call& c) {
         return c.model == "anthropic.claude-3-haiku-20240307-v1:0" &&
                c.model_family == "claude-3-haiku";
     },
     "model_name"},
    {"ModelOfAnOwnerKeepsIt",
     [](Call& c) { c.model = "accounts/fireworks/models/llama-v3p1-8b-instruct"; },
     [](const Call& c) { return c.model == "accounts/fireworks/models/llama-v3p1-8b-instruct"; },
     ""},
    {"ProviderOfALog",
     [](Call& c) {
         c.source = Source::kImport;
         c.provider = "aws.bedrock";
     },
     [](const Call& c) { return c.provider == "bedrock"; },
     "provider"},
    {"ProviderThatAnOperatorNamed",
     [](Call& c) { c.provider = "Claude"; },
     [](const Call& c) { return c.provider == "Claude"; },
     ""},
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
     "complete_outcome"},
    {"ErrorFromHttpStatus",
     [](Call& c) {
         c.status.reset();
         c.http_status = 429;
     },
     [](const Call& c) {
         return c.status == CallStatus::kError && c.error_type == ErrorType::kProviderRateLimited &&
                Meets(Condition::kRateLimited, c);
     },
     "complete_outcome"},
    {"StatusFromErrorType",
     [](Call& c) {
         c.status.reset();
         c.error_type = ErrorType::kCallerCancelled;
     },
     [](const Call& c) { return c.status == CallStatus::kCancelled; },
     "complete_outcome"},
    {"BlockedByPolicy",
     [](Call& c) {
         c.status.reset();
         c.http_status.reset();
         c.error_type = ErrorType::kPolicyBudget;
     },
     [](const Call& c) { return c.status == CallStatus::kBlocked; },
     "complete_outcome"},
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
     "complete_outcome"},
    {"StartFromEnd",
     [](Call& c) { c.started_at.reset(); },
     [](const Call& c) { return c.started_at == c.ended_at; },
     "complete_start"},
    {"StartFromId",
     [](Call& c) {
         c.started_at.reset();
         c.first_token_at.reset();
         c.ended_at.reset();
         c.call_id = UuidSource(1).Next(kStart);
     },
     [](const Call& c) { return c.started_at == kStart && !c.latency_us; },
     "complete_start"},
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

TEST(RefineTest, KnowsTheFamilyOfAModel) {
    const std::pair<std::string_view, std::string_view> expected[] = {
        {"gpt-4o", "gpt-4o"},
        {"gpt-4o-2024-08-06", "gpt-4o"},
        {"gpt-4-1106-preview", "gpt-4"},
        {"gpt-3.5-turbo-0125", "gpt-3.5-turbo"},
        {"o1-preview-2024-09-12", "o1"},
        {"chatgpt-4o-latest", "chatgpt-4o"},
        {"ft:gpt-4o-mini-2024-07-18:acme::9abc", "gpt-4o-mini"},
        {"text-embedding-3-small", "text-embedding-3-small"},
        {"claude-3-5-sonnet-20241022", "claude-3-5-sonnet"},
        {"claude-3-5-sonnet@20240620", "claude-3-5-sonnet"},
        {"us.anthropic.claude-sonnet-4-20250514-v1:0", "claude-sonnet-4"},
        {"anthropic/claude-3.5-haiku:beta", "claude-3.5-haiku"},
        {"gemini-2.5-flash-preview-05-20", "gemini-2.5-flash"},
        {"gemini-1.5-pro-002", "gemini-1.5-pro"},
        {"command-r-08-2024", "command-r"},
        {"mistral-large-2411", "mistral-large"},
        {"meta-llama/Llama-3.3-70B-Instruct", "llama-3.3-70b-instruct"},
        {"llama3.2:3b", "llama3.2"},
        {"-2024", "-2024"},
        {"", ""},
    };
    for (const auto& [model, family] : expected) {
        Call call = GoodCall();
        call.model = model;
        call.model_requested = "";
        EXPECT_EQ(Refined(call).model_family, family) << model;
    }
}

TEST(RefineTest, LeavesOutStepsThatAreSwitchedOff) {
    Call call = GoodCall();
    call.model.clear();
    call.http_status = 20;
    Refine(call, DollarPrices(), StepSet::Without("complete_model, price").value());
    EXPECT_EQ(call.repairs, "validate");
    EXPECT_EQ(call.model, "");
    EXPECT_FALSE(call.cost);
}

TEST(RefineTest, RunsTheStepsThatAreAskedFor) {
    EXPECT_EQ(StepSet::Only("price, clock").value().Names(), "clock,price");
    EXPECT_EQ(StepSet().Names(), StepSet::Without("").value().Names());
}

TEST(RefineTest, RefusesToSwitchOffWhatIsNoStepOrIsNeeded) {
    const auto unknown = StepSet::Without("prise");
    ASSERT_FALSE(unknown.Ok());
    EXPECT_THAT(unknown.error().message, ::testing::HasSubstr("'prise' is no step; allowed: val"));
    const auto needed = StepSet::Without("text");
    ASSERT_FALSE(needed.Ok());
    EXPECT_THAT(needed.error().message, ::testing::HasSubstr("cannot be switched off"));
}

TEST(RefineTest, NamesNoStepByAPartOfAnother) {
    // Calls are looked for by the names that their repairs contain.
    for (const Step& a : Steps()) {
        for (const Step& b : Steps()) {
            EXPECT_TRUE(a.name == b.name || a.name.find(b.name) == std::string_view::npos)
                << a.name << ' ' << b.name;
        }
    }
}

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
