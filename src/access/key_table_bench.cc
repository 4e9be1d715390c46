// What the gateway pays for looking at a call's Sightglass key: at most 1 us among 100,000 keys.
// The keys asked for are many and mixed, so that the table does not stay in the nearest cache.
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "access/key_table.h"

namespace {

using sightglass::Secret;
using sightglass::access::KeyHasher;
using sightglass::access::KeyRecord;
using sightglass::access::KeyTable;

constexpr std::size_t kKeySize = 46;

/// Writes the key of that number; what a worker looks for was just read from a socket.
void WriteKey(std::size_t number, char* out) {
    std::memcpy(out, "sg-kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", kKeySize);
    std::to_chars(out + 3, out + kKeySize, number);
}

void FindAKey(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const KeyHasher hasher{Secret(std::string(64, 's'))};
    std::array<char, kKeySize> text{};
    KeyTable::Records records;
    for (std::size_t i = 0; i < count; ++i) {
        WriteKey(i, text.data());
        auto record = std::make_shared<KeyRecord>();
        record->hash = hasher.Of({text.data(), text.size()});
        records.push_back(std::move(record));
    }
    const KeyTable table(hasher, std::move(records));
    const sightglass::Time now = sightglass::Clock::System().Now();
    std::size_t at = 0;
    std::size_t found = 0;
    for ([[maybe_unused]] auto _ : state) {
        at = (at + 40'503) % count;
        WriteKey(at, text.data());
        const auto lookup = table.Find({text.data(), text.size()}, now);
        found += lookup.key != nullptr ? 1 : 0;
    }
    if (found != static_cast<std::size_t>(state.iterations())) {
        state.SkipWithError("a key was not found");
    }
}

BENCHMARK(FindAKey)->Arg(100)->Arg(100'000);

void MissAKey(benchmark::State& state) {
    const KeyHasher hasher{Secret(std::string(64, 's'))};
    const KeyTable table(hasher, {});
    std::array<char, kKeySize> text{};
    WriteKey(1, text.data());
    for ([[maybe_unused]] auto _ : state) {
        benchmark::DoNotOptimize(table.Find({text.data(), text.size()}, {}));
    }
}

BENCHMARK(MissAKey);

}  // namespace
