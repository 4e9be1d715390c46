// Encodes a text again and again and prints how long each round took: one of the programs that bench/tokens.mjs compares.
//
//   bench_tokens ENCODING FILE          prints the number of tokens; then reads lines, and for each encodes the text for at
//                                       least so many ms of processor time, and prints ns of it a text
#include "tokens/tokens.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

double ProcessorNs() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// Processor time of one encoding of the text, ids included.
double Measure(sightglass::tokens::Encoder& encoder, const std::string& text, double least_ns) {
    std::vector<sightglass::tokens::TokenId> ids;
    const double begin = ProcessorNs();
    double now = begin;
    int rounds = 0;
    while (now - begin < least_ns) {
        ids.clear();
        encoder.Encode(text, ids);
        ++rounds;
        now = ProcessorNs();
    }
    return (now - begin) / rounds;
}

}  // namespace

int main(int argc, char** argv) {
    const auto encoding = argc == 3 ? sightglass::tokens::FindEncoding(argv[1]) : std::nullopt;
    if (!encoding) {
        std::fputs("usage: bench_tokens ENCODING FILE\n", stderr);
        return 2;
    }
    std::ifstream file(argv[2], std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    sightglass::tokens::Encoder encoder(*encoding);
    std::printf("%zu\n", encoder.Count(text));
    std::fflush(stdout);
    char line[64];
    while (std::fgets(line, sizeof line, stdin) != nullptr) {
        std::printf("%.0f\n", Measure(encoder, text, std::strtod(line, nullptr) * 1e6));
        std::fflush(stdout);
    }
    return 0;
}
