// Lines of a log of calls, 300 bytes each, no two alike, on standard output: what the import is
// measured with. Stops where nobody reads any more.
//
//   bench_lines [--count 1000000]
#include <cstring>
#include <string>

#include "socket_io.h"

namespace sightglass::bench {
namespace {

constexpr std::size_t kLineBytes = 300;
constexpr std::int64_t kFirstMs = 1'790'000'000'000;  // In September 2026.
constexpr std::int64_t kApartMs = 7;

/// One line without its padding.
std::string LineOf(std::int64_t number) {
    char line[kLineBytes];
    const int size = std::snprintf(
        line,
        sizeof line,
        R"({"time":%lld,"model":"gpt-4o-mini","user":"user-%lld","session_id":"s-%lld",)"
        R"("prompt_tokens":%lld,"completion_tokens":%lld,"latency_ms":%lld,"status":200,)"
        R"("service":"search","environment":"production","note":")",
        static_cast<long long>(kFirstMs + number * kApartMs),
        static_cast<long long>(number % 5'003),
        static_cast<long long>(number / 6),
        static_cast<long long>(100 + number % 1'900),
        static_cast<long long>(1 + number % 611),
        static_cast<long long>(200 + number % 4'001)
    );
    return {line, static_cast<std::size_t>(size)};
}

int Main(int argc, char** argv) {
    const Options options(argc, argv);
    const std::string padding(kLineBytes, 'x');
    constexpr std::string_view kEnd = "\"}\n";
    const auto count = static_cast<std::int64_t>(options.Number("count", 1e6));
    for (std::int64_t number = 0; number < count; ++number) {
        std::string line = LineOf(number);
        line.append(padding, 0, kLineBytes - kEnd.size() - line.size());
        line += kEnd;
        if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) {
            return 0;
        }
    }
    return 0;
}

}  // namespace
}  // namespace sightglass::bench

int main(int argc, char** argv) {
    return sightglass::bench::Main(argc, argv);
}
