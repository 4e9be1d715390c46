#include "prices/usage_of_call.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace sightglass::prices {
namespace {

/// The numbers of the units that a Call has fields for.
struct CallUnits {
    UnitNumber input = *FindUnit("input_tokens");
    UnitNumber cache_read = *FindUnit("cache_read_tokens");
    UnitNumber cache_write = *FindUnit("cache_write_tokens");
    UnitNumber cache_write_5m = *FindUnit("cache_write_5m_tokens");
    UnitNumber cache_write_1h = *FindUnit("cache_write_1h_tokens");
    UnitNumber input_audio = *FindUnit("input_audio_tokens");
    UnitNumber input_image = *FindUnit("input_image_tokens");
    UnitNumber output = *FindUnit("output_tokens");
    UnitNumber reasoning = *FindUnit("output_reasoning_tokens");
    UnitNumber output_audio = *FindUnit("output_audio_tokens");
    UnitNumber output_image = *FindUnit("output_image_tokens");
    UnitNumber requests = *FindUnit("requests");
    UnitNumber call_seconds = *FindUnit("call_seconds");
};

std::int64_t Known(OptionalInt count) noexcept {
    return std::max<std::int64_t>(count.value_or(0), 0);
}

/// What providers count in their usage objects that a Call has no field for.
struct UsageKey {
    std::string_view key;  ///< With its quotes and colon: the object is kept without white space.
    std::string_view within;  ///< The object that it stands in; empty where the key says enough.
    UnitNumber unit;
};

const auto& UsageKeys() {
    static const std::array<UsageKey, 8> kKeys = {{
        {"\"web_search_requests\":", "", *FindUnit("web_searches")},  // Anthropic
        {"\"num_search_queries\":", "", *FindUnit("web_searches")},   // Perplexity
        {"\"citation_tokens\":", "", *FindUnit("output_citation_tokens")},
        {"\"input_text_messages\":", "", *FindUnit("input_text_messages")},  // xAI
        {"\"billable_audio_seconds\":", "", *FindUnit("audio_seconds")},
        {"\"seconds\":", "\"type\":\"duration\"", *FindUnit("audio_seconds")},  // OpenAI
        {"\"audio_tokens\":", "\"cached_tokens_details\":{", *FindUnit("cache_audio_read_tokens")},
        {"\"image_tokens\":", "\"cached_tokens_details\":{", *FindUnit("cache_image_read_tokens")},
    }};
    return kKeys;
}

/// The number behind the key; 0 where there is none. Of an object inside another one, the part up to its end is looked at.
double NumberBehind(std::string_view usage, const UsageKey& wanted) noexcept {
    if (!wanted.within.empty()) {
        const std::size_t object = usage.find(wanted.within);
        if (object == std::string_view::npos) {
            return 0;
        }
        if (wanted.within.back() == '{') {
            usage = usage.substr(object, usage.find('}', object) - object);
        }
    }
    const std::size_t at = usage.find(wanted.key);
    if (at == std::string_view::npos) {
        return 0;
    }
    constexpr double kMost = 1e12;
    const std::string_view text = usage.substr(at + wanted.key.size());
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && number > 0 && number < kMost ? number : 0;
}

void ReadUsageObject(std::string_view text, Usage& usage) {
    constexpr double kMsPerSecond = 1000;
    constexpr std::size_t kShortest = 12;
    if (text.size() < kShortest) {
        return;
    }
    for (const UsageKey& key : UsageKeys()) {
        if (const double number = NumberBehind(text, key); number > 0) {
            const double scale = Units()[key.unit].IsDuration() ? kMsPerSecond : 1;
            usage.counts[key.unit] = static_cast<std::int64_t>(number * scale + 0.5);
        }
    }
    static const UnitNumber kAudio = *FindUnit("audio_seconds");
    static const UnitNumber kInputAudio = *FindUnit("input_audio_seconds");
    usage.counts[kInputAudio] = usage.Of(kAudio);
}

}  // namespace

Usage UsageOf(const Call& call) noexcept {
    static const CallUnits kUnits;
    constexpr std::int64_t kUsPerMs = 1000;
    Usage usage;
    auto& counts = usage.counts;
    const std::int64_t written_1h =
        Known(call.cache_write_1h_tokens) + Known(call.cache_write_12h_tokens);
    counts[kUnits.input] = Known(call.InputTokens());
    counts[kUnits.cache_read] = Known(call.cached_input_tokens);
    counts[kUnits.cache_write_1h] = written_1h;
    counts[kUnits.cache_write_5m] = Known(call.cache_write_5m_tokens);
    counts[kUnits.cache_write] =
        Known(call.cache_write_5m_tokens) + Known(call.cache_write_30m_tokens) + written_1h;
    counts[kUnits.input_audio] = Known(call.audio_input_tokens);
    counts[kUnits.input_image] = Known(call.image_input_tokens);
    counts[kUnits.output] = Known(call.output_tokens);
    counts[kUnits.reasoning] = Known(call.reasoning_tokens);
    counts[kUnits.output_audio] = Known(call.audio_output_tokens);
    counts[kUnits.output_image] = Known(call.image_output_tokens);
    counts[kUnits.requests] = 1;
    counts[kUnits.call_seconds] = Known(call.latency_us) / kUsPerMs;
    ReadUsageObject(call.usage, usage);
    return usage;
}

}  // namespace sightglass::prices
