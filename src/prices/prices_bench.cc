// Pricing one Call: what refine does for each.
#include <string>

#include <benchmark/benchmark.h>

#include "prices/price_book.h"
#include "prices/usage_of_call.h"

namespace sightglass::prices {
namespace {

Call Answered() {
    Call call;
    call.provider = "openai";
    call.model = "gpt-5.6-sol-2026-07-01";
    call.model_requested = "gpt-5.6-sol";
    call.service_tier = "default";
    call.started_at = *ParseTime("2026-10-01T12:00:00Z", Time());
    call.fresh_input_tokens = 1200;
    call.cached_input_tokens = 800;
    call.output_tokens = 300;
    call.reasoning_tokens = 200;
    call.usage =
        R"({"input_tokens":2000,"input_tokens_details":{"cached_tokens":800},"output_tokens":300,)"
        R"("output_tokens_details":{"reasoning_tokens":200},"total_tokens":2300})";
    return call;
}

void PriceWith(benchmark::State& state, const PriceBook& book, Call call) {
    for (auto _ : state) {
        book.Price(call);
        benchmark::DoNotOptimize(call.cost);
    }
}

void PriceCall(benchmark::State& state) {
    PriceWith(state, *PriceBook::BuiltIn(), Answered());
}

BENCHMARK(PriceCall);

void PriceFlexWithDiscount(benchmark::State& state) {
    BookTexts texts = PriceBook::BuiltInTexts();
    texts.own = "sightglass-prices 2\nprovider openai\ndiscount 0.85 from 2026-01-01 ^gpt-5\n";
    Call call = Answered();
    call.service_tier = "flex";
    PriceWith(state, **PriceBook::Make(texts), call);
}

BENCHMARK(PriceFlexWithDiscount);

void ReadUsageOfCall(benchmark::State& state) {
    const Call call = Answered();
    for (auto _ : state) {
        benchmark::DoNotOptimize(UsageOf(call));
    }
}

BENCHMARK(ReadUsageOfCall);

void LookUpEveryTime(benchmark::State& state) {
    Call call;
    call.provider = "openai";
    call.fresh_input_tokens = 1200;
    const auto book = PriceBook::BuiltIn();
    int number = 0;
    for (auto _ : state) {
        call.model = "gpt-4o-" + std::to_string(++number % 100'000);
        book->Price(call);
        benchmark::DoNotOptimize(call.cost);
    }
}

BENCHMARK(LookUpEveryTime);

void ParseBuiltIn(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(PriceBook::Make(PriceBook::BuiltInTexts()).Ok());
    }
}

BENCHMARK(ParseBuiltIn);

}  // namespace
}  // namespace sightglass::prices
