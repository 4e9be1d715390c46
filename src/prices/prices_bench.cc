// Pricing one Call: what refine does for each.
#include <string>

#include <benchmark/benchmark.h>

#include "prices/price_book.h"

namespace sightglass::prices {
namespace {

void PriceCall(benchmark::State& state) {
    Call call;
    call.provider = "openai";
    call.model = "gpt-4o-2024-08-06";
    call.model_requested = "gpt-4o";
    call.fresh_input_tokens = 1200;
    call.cached_input_tokens = 800;
    call.output_tokens = 300;
    const auto book = PriceBook::BuiltIn();
    for (auto _ : state) {
        book->Price(call);
        benchmark::DoNotOptimize(call.cost);
    }
}

BENCHMARK(PriceCall);

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

}  // namespace
}  // namespace sightglass::prices
