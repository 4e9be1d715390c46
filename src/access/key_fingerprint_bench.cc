// What a worker pays for each call's key.
#include <string>

#include <benchmark/benchmark.h>

#include "access/key_fingerprint.h"

namespace {

void FingerprintAKey(benchmark::State& state) {
    const sightglass::access::Fingerprinter fingerprinter{sightglass::Secret(std::string(64, 's'))};
    const std::string key = "sk-proj-" + std::string(static_cast<std::size_t>(state.range(0)), 'k');
    for ([[maybe_unused]] auto _ : state) {
        benchmark::DoNotOptimize(fingerprinter.Of(key));
    }
}

BENCHMARK(FingerprintAKey)->Arg(48)->Arg(156);

}  // namespace
