// What the gateway pays for looking at a call's Sightglass key: at most 1 us among 100,000 keys.
// The keys asked for are many and mixed, so that the table does not stay in the nearest cache.
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "access/key_table.h"

namespace {

using sightglass::Secret;
using sightglass::access::KeyHasher;
using sightglass::access::KeyRecord;
using sightglass::access::KeyTable;

std::string TextOf(std::size_t number) {
    std::string text = "sg-" + std::to_string(number * 7919);
    text.resize(46, 'k');
    return text;
}

void FindAKey(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const KeyHasher hasher{Secret(std::string(64, 's'))};
    KeyTable::Records records;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i) {
        texts.push_back(TextOf(i));
        auto record = std::make_shared<KeyRecord>();
        record->id = std::to_string(i);
        record->hash = hasher.Of(texts.back());
        records.push_back(std::move(record));
    }
    const KeyTable table(hasher, std::move(records));
    const sightglass::Time now = sightglass::Clock::System().Now();
    std::size_t at = 0;
    for (auto _ : state) {
        at = (at + 40'503) % count;
        benchmark::DoNotOptimize(table.Find(texts[at], now));
    }
}

BENCHMARK(FindAKey)->Arg(100)->Arg(100'000);

void MissAKey(benchmark::State& state) {
    const KeyHasher hasher{Secret(std::string(64, 's'))};
    const KeyTable table(hasher, {});
    const std::string text = TextOf(1);
    for (auto _ : state) {
        benchmark::DoNotOptimize(table.Find(text, {}));
    }
}

BENCHMARK(MissAKey);

}  // namespace
