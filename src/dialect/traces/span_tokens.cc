#include "dialect/traces/span_tokens.h"

#include <cmath>

#include "dialect/call_fields.h"

namespace sightglass::dialect::traces {
namespace {

constexpr std::int64_t kCountMax = 1'000'000'000'000;

void ReadCacheWrites(const SpanFields& fields, Call& call) {
    const OptionalInt all = fields.Count(Concept::kCacheWriteTokens);
    call.cache_write_5m_tokens = fields.Count(Concept::kCacheWrite5mTokens);
    call.cache_write_1h_tokens = fields.Count(Concept::kCacheWrite1hTokens);
    if (all && !call.cache_write_5m_tokens) {
        const std::int64_t one_hour = call.cache_write_1h_tokens.value_or(0);
        call.cache_write_5m_tokens = *all >= one_hour ? *all - one_hour : *all;
    }
}

/// Input outside of caches, where a dialect gives all of it.
OptionalInt FreshOf(OptionalInt input, const SpanFields& fields, const Call& call) {
    const OptionalInt total = fields.Count(Concept::kTotalTokens);
    if (!input && total && call.output_tokens && *total >= *call.output_tokens) {
        input = *total - *call.output_tokens;
    }
    if (!input) {
        return std::nullopt;
    }
    const std::int64_t in_caches = call.cached_input_tokens.value_or(0) +
                                   call.cache_write_5m_tokens.value_or(0) +
                                   call.cache_write_1h_tokens.value_or(0);
    const bool adds_up_outside = in_caches > 0 && total && call.output_tokens &&
                                 *total == *input + in_caches + *call.output_tokens;
    return in_caches > *input || adds_up_outside ? *input : *input - in_caches;
}

bool Contains(std::string_view text, std::string_view part) noexcept {
    return text.find(part) != std::string_view::npos;
}

/// One bucket of Langfuse's map: "input", "input_cached_tokens", "output_reasoning_tokens", …
void AddBucket(std::string_view name, std::int64_t count, Call& call) {
    const auto add = [count](OptionalInt& field) { field = field.value_or(0) + count; };
    const bool output = name.starts_with("output") || name.starts_with("completion");
    if (Contains(name, "cache_creation") || Contains(name, "cache_write")) {
        add(call.cache_write_5m_tokens);
    } else if (Contains(name, "cache")) {
        add(call.cached_input_tokens);
    } else if (output) {
        add(call.output_tokens);
        if (Contains(name, "reasoning")) {
            add(call.reasoning_tokens);
        } else if (Contains(name, "audio")) {
            add(call.audio_output_tokens);
        }
    } else if (name.starts_with("input") || name.starts_with("prompt")) {
        add(call.fresh_input_tokens);
        if (Contains(name, "audio")) {
            add(call.audio_input_tokens);
        }
    }
}

void ReadUsageMap(std::string_view text, codec::JsonParser& json, Call& call) {
    const auto usage = text.size() <= kDocumentBytesMax
                           ? json.Parse(text)
                           : Result<codec::JsonValue>(codec::JsonValue());
    if (!usage.Ok()) {
        return;
    }
    usage->ForEach([&call](std::string_view name, codec::JsonValue value) {
        const auto count = value.Int();
        if (count && *count >= 0 && *count <= kCountMax) {
            AddBucket(name, *count, call);
        }
        return true;
    });
}

void ReadCounts(const SpanFields& fields, Call& call) {
    call.output_tokens = fields.Count(Concept::kOutputTokens);
    call.cached_input_tokens = fields.Count(Concept::kCachedTokens);
    ReadCacheWrites(fields, call);
    call.fresh_input_tokens = fields.Count(Concept::kFreshTokens);
    if (!call.fresh_input_tokens) {
        call.fresh_input_tokens = FreshOf(fields.Count(Concept::kInputTokens), fields, call);
    }
    call.reasoning_tokens = fields.Count(Concept::kReasoningTokens);
    call.audio_input_tokens = fields.Count(Concept::kAudioInputTokens);
    call.audio_output_tokens = fields.Count(Concept::kAudioOutputTokens);
    call.image_input_tokens = fields.Count(Concept::kImageInputTokens);
    call.image_output_tokens = fields.Count(Concept::kImageOutputTokens);
}

void SetCost(std::optional<double> dollars, Call& call) {
    constexpr double kDollarsMax = 1e9;
    constexpr double kNanoPerDollar = 1e9;
    if (dollars && *dollars >= 0 && *dollars <= kDollarsMax) {
        call.cost = Money::FromNanoUsd(std::llround(*dollars * kNanoPerDollar));
        call.cost_source = CostSource::kProvider;
    }
}

}  // namespace

void ReadTokens(const SpanFields& fields, codec::JsonParser& json, Call& call) {
    ReadCounts(fields, call);
    if (!call.fresh_input_tokens && !call.output_tokens) {
        ReadUsageMap(fields.Text(Concept::kUsageMap), json, call);
    }
    if (call.fresh_input_tokens || call.output_tokens) {
        call.token_source = TokenSource::kProvider;
    }
}

void ReadCost(const SpanFields& fields, codec::JsonParser& json, Call& call) {
    SetCost(fields.Double(Concept::kCost), call);
    const std::string_view map = fields.Text(Concept::kCostMap);
    if (call.cost || map.empty() || map.size() > kDocumentBytesMax) {
        return;
    }
    if (const auto costs = json.Parse(map); costs.Ok()) {
        SetCost(costs->Get("total").Double(), call);
    }
}

}  // namespace sightglass::dialect::traces
