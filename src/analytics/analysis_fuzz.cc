// Lines of analyses as an attacker would send them: whatever is accepted is answered, adds up, and the rest is refused in words.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "analytics/explain.h"
#include "analytics/forecast.h"
#include "analytics/peak_hours.h"
#include "analytics/slow_calls.h"
#include "analytics/what_if.h"
#include "base/text.h"
#include "store/memory.h"

namespace {

using namespace sightglass::analytics;  // NOLINT(google-build-using-namespace)

constexpr sightglass::Time kNow = sightglass::TimeFromMicros(1'790'006'400'000'000);

void Require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

const sightglass::store::Store& SmallStore() {
    static const auto* const kStore = [] {
        auto* store =
            sightglass::store::NewMemoryStore().release();  // Lives as long as the program.
        sightglass::store::Batch batch;
        sightglass::UuidSource ids(1);
        for (int i = 0; i < 12; ++i) {
            sightglass::Call call;
            call.started_at = kNow - std::chrono::hours(4 * i + 1);
            call.call_id = ids.Next(*call.started_at);
            call.provider = "openai";
            call.model = i % 3 == 0 ? "gpt-4o" : "gpt-4o-mini";
            call.service = i % 2 == 0 ? "chat" : "";
            call.latency_us = 1'000 * i;
            call.fresh_input_tokens = 100 * i;
            call.output_tokens = i;
            call.cost = sightglass::Money::FromNanoUsd(i * 1'001);
            call.tags = {{"feature", "chat"}};
            batch.calls.push_back(call);
        }
        Require(store->Commit(batch).Ok());
        return store;
    }();
    return *kStore;
}

/// Whether accepted or refused, an error says something.
template <typename Result>
bool Accepted(const Result& result) {
    Require(result.Ok() || !result.error().message.empty());
    return result.Ok();
}

void CheckAddsUp(const Explanation& answer) {
    if (!answer.adds_up || answer.quantile) {
        return;
    }
    for (const Explained& explained : answer.dimensions) {
        double sum = explained.other ? *explained.other->contribution : 0;
        double size = 1;
        for (const Contribution& value : explained.values) {
            sum += *value.contribution;
            size += std::abs(*value.contribution);
        }
        Require(std::abs(sum - *answer.change) <= 1e-6 * size);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    std::vector<std::string> lines;
    for (const std::string_view line : sightglass::Split(input, '\n')) {
        lines.emplace_back(line);
    }
    lines.resize(std::max<std::size_t>(lines.size(), 8));
    const std::vector<std::string> filters(lines.begin() + 7, lines.end());
    std::vector<std::string_view> allowed;

    const ExplainText explain{
        lines[0],
        lines[1],
        lines[2],
        lines[3],
        lines[4],
        filters,
        {},
        {lines[5]},
        sightglass::ParseInt(lines[6])};
    if (const auto question = ParseExplain(explain, kNow, &allowed); Accepted(question)) {
        const auto answer = Explain(*question, SmallStore());
        Require(answer.Ok());
        CheckAddsUp(*answer);
    }
    const SlowText slow{
        lines[0],
        lines[3],
        lines[4],
        lines[1],
        lines[2],
        filters,
        {lines[5]},
        sightglass::ParseInt(lines[6])};
    if (const auto question = ParseSlow(slow, kNow, &allowed); Accepted(question)) {
        Require(FindSlow(*question, SmallStore()).Ok());
    }
    const PeakText peaks{lines[0], lines[1], lines[2], filters, lines[6]};
    if (const auto question = ParsePeaks(peaks, kNow, &allowed); Accepted(question)) {
        Require(FindPeaks(*question, SmallStore()).Ok());
    }
    const ForecastText forecast{lines[0], filters, lines[6]};
    if (const auto question = ParseForecast(forecast, kNow, &allowed); Accepted(question)) {
        Require(MakeForecast(*question, SmallStore()).Ok());
    }
    const WhatIfText what_if{lines[0], lines[3], lines[4], lines[1], lines[2], filters};
    if (const auto question = ParseWhatIf(what_if, kNow, &allowed); Accepted(question)) {
        Require(AskWhatIf(*question, SmallStore(), *sightglass::prices::PriceBook::BuiltIn()).Ok());
    }
    return 0;
}
