#include "live/distributions.h"

#include <optional>

#include "call/enums.h"

namespace sightglass::live {
namespace {

constexpr std::string_view kOther = "other";

/// Counts a duration in seconds, and returns its bucket. Ignores an unknown one.
template <std::size_t kBounds>
std::optional<std::size_t> Observe(
    Histogram<kBounds>& histogram,
    const std::array<double, kBounds>& bounds,
    const OptionalInt& duration_us
) {
    return duration_us
               ? std::optional(histogram.Count(bounds, static_cast<double>(*duration_us) / 1e6))
               : std::nullopt;
}

template <std::size_t kBounds>
void ObserveNumber(
    Histogram<kBounds>& histogram,
    const std::array<double, kBounds>& bounds,
    const OptionalInt& number
) {
    if (number) {
        histogram.Count(bounds, static_cast<double>(*number));
    }
}

void Remember(Exemplar& exemplar, const Call& call, const OptionalInt& duration_us) {
    exemplar.call_id = call.call_id;
    exemplar.trace_id = call.trace_id;
    exemplar.value = static_cast<double>(duration_us.value_or(0)) / 1e6;
    exemplar.at = call.ended_at.value_or(call.started_at.value_or(Time{}));
}

/// The order of DistributionLabels' members.
std::array<std::string_view, 7> TextsOf(const Call& call) {
    return {
        call.provider,
        call.operation ? ToString(*call.operation) : "",
        call.model_requested,
        call.model,
        call.service,
        call.team,
        call.error_type ? ToString(*call.error_type) : ""};
}

DistributionLabels LabelsOf(const std::array<std::string_view, 7>& texts) {
    return {
        std::string(texts[0]),
        std::string(texts[1]),
        std::string(texts[2]),
        std::string(texts[3]),
        std::string(texts[4]),
        std::string(texts[5]),
        std::string(texts[6])};
}

}  // namespace

Distribution& Distributions::Find(const Call& call) {
    std::array<std::string_view, 7> texts = TextsOf(call);
    const auto write_key = [&] {
        key_.clear();
        for (const std::string_view text : texts) {
            key_ += text;
            key_ += '\0';
        }
    };
    write_key();
    auto found = by_labels_.find(key_);
    if (found == by_labels_.end()) {
        if (by_labels_.size() >= kDistributionsMax - 1) {
            texts.fill(kOther);
            write_key();
        }
        found = by_labels_.try_emplace(key_).first;
        found->second.labels = LabelsOf(texts);
    }
    return found->second;
}

OverheadDistribution& Distributions::FindOverhead(const Call& call) {
    const bool is_full = by_upstream_.size() >= kUpstreamsMax - 1;
    const std::string& name = is_full && !by_upstream_.contains(call.upstream)
                                  ? (key_ = std::string(kOther))
                                  : call.upstream;
    OverheadDistribution& found = by_upstream_[name];
    found.upstream = name;
    return found;
}

void Distributions::Add(const Call& call) {
    Distribution& found = Find(call);
    if (const auto bucket = Observe(found.latency, kDurationBounds, call.latency_us)) {
        Remember(found.latency_exemplars[*bucket], call, call.latency_us);
    }
    if (const auto bucket = Observe(found.first_token, kFirstTokenBounds, call.ttft_us)) {
        Remember(found.first_token_exemplars[*bucket], call, call.ttft_us);
    }
    Observe(found.first_chunk, kDurationBounds, call.ttft_us);
    Observe(found.provider_time, kDurationBounds, call.provider_us);
    Observe(found.token_time, kTokenTimeBounds, call.tpot_us);
    ObserveNumber(found.input_size, kTokenCountBounds, call.InputTokens());
    ObserveNumber(found.output_size, kTokenCountBounds, call.output_tokens);
    if (call.gateway_us) {
        Observe(FindOverhead(call).overhead, kOverheadBounds, call.gateway_us);
    }
}

std::vector<Distribution> Distributions::Copy() const {
    std::vector<Distribution> all;
    all.reserve(by_labels_.size());
    for (const auto& [key, distribution] : by_labels_) {
        all.push_back(distribution);
    }
    return all;
}

std::vector<OverheadDistribution> Distributions::CopyOverheads() const {
    std::vector<OverheadDistribution> all;
    all.reserve(by_upstream_.size());
    for (const auto& [upstream, distribution] : by_upstream_) {
        all.push_back(distribution);
    }
    return all;
}

}  // namespace sightglass::live
