// Redaction of prose, code, JSON and Chinese, beside what one would write first: RE2::GlobalReplace with one pattern after the other.
#include <cstdint>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>
#include <re2/re2.h>

#include "redact/redact.h"

namespace sightglass::redact {
namespace {

constexpr std::string_view kProse =
    "The first step is to research your options. You should look at different plans and compare "
    "them by their fees, "
    "investment options and other features; in 2024 the limit was $23,000. Once you have narrowed "
    "down your choices, "
    "you can contact an adviser (section 3.2), or read what others have said about them. Finally, "
    "make sure to read "
    "through all of the terms and conditions before you decide: it's your money, after all.\n";
constexpr std::string_view kCode =
    "for (std::size_t i = 0; i < items.size(); ++i) {\n    const auto& item = items[i];\n    "
    "total_cost += item.price * "
    "1.21 + kBase[12];  // VAT, see https://example.org/vat?year=2024\n    if (item.id == 0x1F40 "
    "&& item.name_of_it != "
    "\"none\") { log(\"id={} at 12:30:45\", item.id); }\n}\n";
constexpr std::string_view kChinese =
    "\xE4\xBD\xA0\xE5\xA5\xBD\xEF\xBC\x8C\xE8\xAF\xB7\xE9\x97\xAE\xE4\xBD\xA0\xE8\x83\xBD\xE5\xB8"
    "\xAE\xE6\x88\x91\xE5"
    "\x86\x99\xE4\xB8\x80\xE5\xB0\x81\xE4\xBF\xA1\xE5\x90\x97\xEF\xBC\x9F\xE4\xBB\x8A\xE5\xA4\xA9"
    "\xE6\x98\xAF 2024 "
    "\xE5\xB9\xB4 6 \xE6\x9C\x88\xE3\x80\x82\n";
constexpr std::string_view kPersonal =
    "Write to jan.de-vries@example.org or call +31 6 12345678; card 4111 1111 1111 1111.\n";

/// One personal line in every 64 kB or so; 1 MiB in all.
std::string TextOf(std::string_view unit) {
    constexpr std::size_t kBytes = 1U << 20;
    std::string text;
    while (text.size() < kBytes) {
        if (text.size() % 65'536 < unit.size()) {
            text += kPersonal;
        }
        text += unit;
    }
    return text;
}

void Run(benchmark::State& state, const std::string& text) {
    for (auto iteration : state) {
        std::string copy = text;
        benchmark::DoNotOptimize(RemovePersonalData(copy));
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

/// The same kinds, each with its pattern and without its check.
void RunChain(benchmark::State& state, const std::string& text) {
    static const RE2 patterns[] = {
        {R"([\w.+-]+@[\w-]+\.[\w.-]+)"},
        {R"(\+?\d[\d ().-]{7,}\d)"},
        {R"(\b(?:\d[ -]?){13,19}\b)"},
        {R"(\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b)"},
        {R"(\b\d{17}[\dXx]\b)"},
        {R"(\b\d{3}-\d{2}-\d{4}\b)"},
        {R"(\b(?:\d{1,3}\.){3}\d{1,3}\b)"},
        {R"((?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4})"},
        {R"(\b(?:sk|gsk|hf|ghp|xai|pplx)[-_][A-Za-z0-9_-]{16,})"},
        {R"(\b(?:AKIA|ASIA)[A-Z0-9]{16}\b)"},
        {R"(eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*)"},
        {R"(-----BEGIN [A-Z ]*PRIVATE KEY-----)"},
    };
    for (auto iteration : state) {
        std::string copy = text;
        for (const RE2& pattern : patterns) {
            RE2::GlobalReplace(&copy, pattern, "[x]");
        }
        benchmark::DoNotOptimize(copy);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void BmRedactProse(benchmark::State& state) {
    Run(state, TextOf(kProse));
}

void BmRedactProseRe2Chain(benchmark::State& state) {
    RunChain(state, TextOf(kProse));
}

void BmRedactCode(benchmark::State& state) {
    Run(state, TextOf(kCode));
}

void BmRedactCodeRe2Chain(benchmark::State& state) {
    RunChain(state, TextOf(kCode));
}

void BmRedactChinese(benchmark::State& state) {
    Run(state, TextOf(kChinese));
}

void BmRedactChineseRe2Chain(benchmark::State& state) {
    RunChain(state, TextOf(kChinese));
}

/// A request of 2 KB as it comes: JSON with escapes, read string by string.
void BmRedactDocument2k(benchmark::State& state) {
    std::string document = R"({"model":"gpt-4o","messages":[{"role":"user","content":")";
    while (document.size() < 2000) {
        document += "Look at different plans.\\nCompare them by \\\"fees\\\" and other features. ";
    }
    document += R"("}],"temperature":0.7})";
    for (auto iteration : state) {
        benchmark::DoNotOptimize(RedactDocument(document));
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(document.size()));
}

BENCHMARK(BmRedactProse)->Unit(benchmark::kMicrosecond);
BENCHMARK(BmRedactProseRe2Chain)->Unit(benchmark::kMicrosecond);
BENCHMARK(BmRedactCode)->Unit(benchmark::kMicrosecond);
BENCHMARK(BmRedactCodeRe2Chain)->Unit(benchmark::kMicrosecond);
BENCHMARK(BmRedactChinese)->Unit(benchmark::kMicrosecond);
BENCHMARK(BmRedactChineseRe2Chain)->Unit(benchmark::kMicrosecond);
BENCHMARK(BmRedactDocument2k)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sightglass::redact
