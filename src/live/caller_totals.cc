#include "live/caller_totals.h"

#include <algorithm>

#include "call/enums.h"

namespace sightglass::live {
namespace {

constexpr std::string_view kOther = "other";

constexpr std::array kTexts = {
    &CallerLabels::provider,
    &CallerLabels::upstream,
    &CallerLabels::operation,
    &CallerLabels::endpoint,
    &CallerLabels::organization,
    &CallerLabels::project,
    &CallerLabels::api_key,
    &CallerLabels::api_key_label,
    &CallerLabels::team,
    &CallerLabels::service,
    &CallerLabels::environment,
    &CallerLabels::model_requested,
    &CallerLabels::model,
    &CallerLabels::http_status,
    &CallerLabels::error_type};

using Texts = std::array<std::string_view, kTexts.size()>;

/// In the order of kTexts. `status` holds the digits.
Texts TextsOf(const Call& call, std::string& status) {
    status = call.http_status ? std::to_string(*call.http_status) : std::string();
    return {
        call.provider,
        call.upstream,
        call.operation ? ToString(*call.operation) : "",
        call.endpoint,
        call.organization,
        call.project,
        call.api_key,
        call.api_key_label,
        call.team,
        call.service,
        call.environment,
        call.model_requested,
        call.model,
        status,
        call.error_type ? ToString(*call.error_type) : ""};
}

void WriteKey(const Texts& texts, std::string& key) {
    key.clear();
    for (const std::string_view text : texts) {
        key += text;
        key += '\0';
    }
}

std::uint64_t Known(const OptionalInt& number) noexcept {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, number.value_or(0)));
}

void Observe(CallerSeries::Times& times, const OptionalInt& duration_us) {
    if (duration_us) {
        times.Count(kCallerTimeBounds, static_cast<double>(*duration_us) / 1e6);
    }
}

}  // namespace

CallerSeries& CallerTotals::Find(const Call& call) {
    std::string status;
    Texts texts = TextsOf(call, status);
    WriteKey(texts, key_);
    auto found = by_labels_.find(key_);
    if (found == by_labels_.end()) {
        if (by_labels_.size() >= kSeriesMax - 1) {
            texts.fill(kOther);
            WriteKey(texts, key_);
        }
        found = by_labels_.try_emplace(key_).first;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            found->second.labels.*kTexts[i] = texts[i];
        }
    }
    return found->second;
}

void CallerTotals::Add(const Call& call) {
    CallerSeries& found = Find(call);
    ++found.calls;
    found.input_tokens += Known(call.InputTokens());
    found.cached_input_tokens += Known(call.cached_input_tokens);
    found.output_tokens += Known(call.output_tokens);
    found.cost += call.cost.value_or(Money{});
    Observe(found.latency, call.latency_us);
    Observe(found.provider_time, call.provider_us);
    Observe(found.first_token, call.ttft_us);
    Observe(found.overhead, call.gateway_us);
}

std::vector<CallerSeries> CallerTotals::Copy() const {
    std::vector<CallerSeries> all;
    all.reserve(by_labels_.size());
    for (const auto& [key, series] : by_labels_) {
        all.push_back(series);
    }
    return all;
}

}  // namespace sightglass::live
