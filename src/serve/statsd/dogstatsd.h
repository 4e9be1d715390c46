// Calls as Datadog's OpenAI integration counts them, for boards and monitors made for it: the names of its APM library, of
// its former usage metrics and of the present ones, as DogStatsD datagrams.
// Source: Datadog's integrations-core, openai/metadata.csv, and the datagram format of DogStatsD, version 1.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "live/series.h"

namespace sightglass::serve {

/// What was told of a caller before.
/// Thread-safety: plain value.
struct ToldUse {
    std::uint64_t calls = 0;
    std::uint64_t input_tokens = 0;
    std::uint64_t cached_input_tokens = 0;
    std::uint64_t output_tokens = 0;
    std::uint64_t timed = 0;
    double seconds = 0;
};

/// Tells what is new since it was asked last. Of OpenAI's own API and Azure's alone, as there.
/// Thread-safety: one thread at a time.
class DogStatsD {
public:
    /// What fits into one packet on any network: DogStatsD's own clients send no larger ones.
    static constexpr std::size_t kDatagramBytesMax = 1432;

    /// Datagrams of whole lines.
    std::vector<std::string> Tell(const live::TotalsSnapshot& totals);

private:
    std::map<std::string, ToldUse> told_;  // By tags; bounded as the totals are.
};

}  // namespace sightglass::serve
