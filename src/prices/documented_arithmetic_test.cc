// Where costs are most often wrong, against the arithmetic that the providers document, worked out by hand here.
#include <string>

#include <gtest/gtest.h>

#include "prices/price_book.h"

namespace sightglass::prices {
namespace {

constexpr std::int64_t kNanoPerMicroUsd = 1000;

Call Answered(std::string provider, std::string model) {
    Call call;
    call.provider = std::move(provider);
    call.model = std::move(model);
    call.operation = Operation::kChat;
    call.status = CallStatus::kOk;
    call.started_at = *ParseTime("2026-09-15T12:00:00Z", Time());
    return call;
}

Call Priced(Call call) {
    PriceBook::BuiltIn()->Price(call);
    return call;
}

Money MicroUsd(std::int64_t micro_usd) {
    return Money::FromNanoUsd(micro_usd * kNanoPerMicroUsd);
}

// OpenAI, "Prompt caching": usage {"prompt_tokens": 2006, "completion_tokens": 300, "prompt_tokens_details":
// {"cached_tokens": 1920}}. Cached tokens are part of prompt_tokens. gpt-4o: 2.50, cached 1.25, output 10.00 a million.
TEST(DocumentedArithmeticTest, CachedPromptTokensOfOpenAiArePartOfThePromptAndCostLess) {
    Call call = Answered("openai", "gpt-4o-2024-08-06");
    call.fresh_input_tokens = 2006 - 1920;
    call.cached_input_tokens = 1920;
    call.output_tokens = 300;
    const Call priced = Priced(call);
    EXPECT_EQ(priced.input_cost, MicroUsd(215));    // 86 x 2.50
    EXPECT_EQ(priced.cached_cost, MicroUsd(2400));  // 1,920 x 1.25
    EXPECT_EQ(priced.output_cost, MicroUsd(3000));  // 300 x 10
    EXPECT_EQ(priced.cost, MicroUsd(215 + 2400 + 3000));
    EXPECT_NE(priced.cost, MicroUsd(5015 + 3000)) << "the discount forgotten";
    EXPECT_NE(priced.cost, MicroUsd(5015 + 2400 + 3000)) << "cached tokens charged twice";
}

// Anthropic, "Prompt caching": input_tokens is what came after the last cache breakpoint; cache_read_input_tokens and
// cache_creation_input_tokens come on top. Reads cost 0.1, five-minute writes 1.25, one-hour writes 2 times the input.
// claude-sonnet-4: 3.00 and 15.00 a million.
TEST(DocumentedArithmeticTest, CacheReadsAndWritesOfAnthropicComeOnTopOfTheInput) {
    Call call = Answered("anthropic", "claude-sonnet-4-20250514");
    call.fresh_input_tokens = 50;
    call.cached_input_tokens = 100'000;
    call.cache_write_5m_tokens = 248;
    call.cache_write_1h_tokens = 1000;
    call.output_tokens = 503;
    const Call priced = Priced(call);
    EXPECT_EQ(priced.input_cost, MicroUsd(150));               // 50 x 3
    EXPECT_EQ(priced.cached_cost, MicroUsd(30'000));           // 100,000 x 0.30
    EXPECT_EQ(priced.cache_write_cost, MicroUsd(930 + 6000));  // 248 x 3.75, 1,000 x 6
    EXPECT_EQ(priced.output_cost, MicroUsd(7545));             // 503 x 15
    EXPECT_EQ(priced.cost, MicroUsd(150 + 30'000 + 6930 + 7545));
}

// OpenTelemetry GenAI: gen_ai.usage.input_tokens is the sum of all kinds of input, gen_ai.usage.cache_read.input_tokens a part
// of it, whichever provider it was. The same request as Anthropic itself counts it costs the same.
TEST(DocumentedArithmeticTest, TotalsOfOpenTelemetryCostWhatTheProvidersOwnCountsDo) {
    constexpr std::int64_t kTotalInput = 101'298;
    Call own = Answered("anthropic", "claude-sonnet-4-20250514");
    own.fresh_input_tokens = 50;
    own.cached_input_tokens = 100'000;
    own.cache_write_5m_tokens = 1248;
    own.output_tokens = 503;
    Call span = Answered("anthropic", "claude-sonnet-4-20250514");
    span.cached_input_tokens = 100'000;
    span.cache_write_5m_tokens = 1248;
    span.fresh_input_tokens = kTotalInput - 100'000 - 1248;
    span.output_tokens = 503;
    EXPECT_EQ(*Priced(span).InputTokens(), kTotalInput);
    EXPECT_EQ(Priced(span).cost, Priced(own).cost);
    EXPECT_EQ(Priced(span).cost, MicroUsd(150 + 30'000 + 4680 + 7545));
}

// Anthropic, "Long context pricing": with more than 200,000 input tokens in all, cached ones included, the whole request costs
// the higher price. claude-sonnet-4-5: 3.00 and 15.00, beyond 6.00 and 22.50; reads 0.30, beyond 0.60.
TEST(DocumentedArithmeticTest, BeyondItsBorderAllOfALongRequestCostsMore) {
    Call call = Answered("anthropic", "claude-sonnet-4-5-20250929");
    call.started_at = *ParseTime("2026-02-01T00:00:00Z", Time());
    call.fresh_input_tokens = 1000;
    call.cached_input_tokens = 199'000;
    call.output_tokens = 100;
    EXPECT_EQ(Priced(call).cost, MicroUsd(3000 + 59'700 + 1500));
    call.fresh_input_tokens = 1001;
    EXPECT_EQ(Priced(call).input_cost, MicroUsd(6006)) << "from the first token on";
    EXPECT_EQ(Priced(call).cost, MicroUsd(6006 + 119'400 + 2250));
}

// OpenAI, the model page of gpt-5.6-sol: prompts of 272,000 tokens and more cost twice the input and half as much again for output
// for the full request. From 2026-08-21: 4.00 and 20.00, beyond 8.00 and 30.00.
TEST(DocumentedArithmeticTest, LongContextAndServiceTierMultiply) {
    Call call = Answered("openai", "gpt-5.6-sol");
    call.fresh_input_tokens = 272'000;
    call.output_tokens = 1000;
    EXPECT_EQ(Priced(call).cost, MicroUsd(2'176'000 + 30'000));
    call.service_tier = "flex";
    EXPECT_EQ(Priced(call).cost, MicroUsd(1'088'000 + 15'000));
    call.service_tier = "fast";
    EXPECT_EQ(Priced(call).cost, MicroUsd(4'352'000 + 60'000));
    call.started_at = *ParseTime("2026-08-20T23:59:59Z", Time());
    EXPECT_EQ(Priced(call).cost, MicroUsd(5'440'000 + 90'000))
        << "the price list of before: 20 and 90";
}

// https://openai.com/api-priority-processing/: input, cached, output a million tokens.
TEST(DocumentedArithmeticTest, PriorityCostsWhatItsPageSays) {
    struct Row {
        const char* model;
        std::int64_t input;  // Micro-dollars for a thousand tokens of each.
        std::int64_t cached;
        std::int64_t output;
    };

    for (const Row& row : std::initializer_list<Row>{
             {"gpt-5.5", 12'500, 1250, 75'000},
             {"gpt-5.4-mini", 1500, 150, 9000},
             {"gpt-5.4", 5000, 500, 30'000},
             {"gpt-5.2", 3500, 350, 28'000},
             {"gpt-5", 2500, 250, 20'000},
             {"gpt-5-mini", 450, 45, 3600},
             {"gpt-4.1", 3500, 875, 14'000},
             {"gpt-4.1-mini", 700, 175, 2800},
             {"gpt-4.1-nano", 200, 50, 800},
             {"gpt-4o-2024-11-20", 4250, 2125, 17'000},
             {"gpt-4o-mini", 250, 125, 1000},
             {"o3", 3500, 875, 14'000},
             {"o4-mini", 2000, 500, 8000},
         }) {
        Call call = Answered("openai", row.model);
        call.service_tier = "priority";
        call.fresh_input_tokens = 1000;
        call.cached_input_tokens = 1000;
        call.output_tokens = 1000;
        const Call priced = Priced(call);
        EXPECT_EQ(priced.input_cost, MicroUsd(row.input)) << row.model;
        EXPECT_EQ(priced.cached_cost, MicroUsd(row.cached)) << row.model;
        EXPECT_EQ(priced.output_cost, MicroUsd(row.output)) << row.model;
    }
}

}  // namespace
}  // namespace sightglass::prices
