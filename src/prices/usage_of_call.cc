#include "prices/usage_of_call.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
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
    std::string_view name;
    UnitNumber unit;
    std::string_view within =
        {};                    ///< The object that it stands in; empty where its name says enough.
    bool of_duration = false;  ///< Where "type" is "duration".
};

const auto& UsageKeys() {
    constexpr std::string_view kCached = "cached_tokens_details";
    static const std::array<UsageKey, 9> keys = {{
        {"web_search_requests", *FindUnit("web_searches")},         // Anthropic
        {"num_requests", *FindUnit("web_searches"), "web_search"},  // OpenAI's tool_usage
        {"num_search_queries", *FindUnit("web_searches")},          // Perplexity
        {"citation_tokens", *FindUnit("output_citation_tokens")},   // Perplexity
        {"input_text_messages", *FindUnit("input_text_messages")},  // xAI
        {"billable_audio_seconds", *FindUnit("audio_seconds")},     // xAI
        {"seconds", *FindUnit("audio_seconds"), {}, true},          // OpenAI
        {"audio_tokens", *FindUnit("cache_audio_read_tokens"), kCached},
        {"image_tokens", *FindUnit("cache_image_read_tokens"), kCached},
    }};
    return keys;
}

/// The number at the front; 0 where there is none.
double NumberAt(std::string_view text) noexcept {
    constexpr double kMost = 1e12;
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && number > 0 && number < kMost ? number : 0;
}

/// Goes over the keys of a usage object as it is kept once. It is on the path of every call, and nearly always there is nothing in it.
/// By hand, because this room may not include codec (src/README.md), and need not: who keeps the object has parsed it and written it
/// again, without white space, and a text in it that looks like a member can at most name a unit that is charged for.
class UsageReader {
public:
    explicit UsageReader(Usage& usage) : usage_(usage) {}

    void Read(std::string_view text) {
        std::string_view object;  // That begins last, while it has not ended.
        std::size_t object_until = 0;
        bool is_duration = false;
        for (std::size_t at = text.find('"'); at != std::string_view::npos;
             at = text.find('"', at)) {
            const std::size_t end = text.find('"', at + 1);
            if (end == std::string_view::npos) {
                return;
            }
            const std::string_view name = text.substr(at + 1, end - at - 1);
            at = end + 1;
            if (at >= text.size() || text[at] != ':') {
                continue;  // A value.
            }
            const std::string_view value = text.substr(at + 1);
            if (value.starts_with('{')) {
                object = name;
                object_until = std::min(text.find('}', at), text.size());
            } else if (name == "type") {
                is_duration = value.starts_with("\"duration\"");
            } else {
                const std::string_view within = at < object_until ? object : std::string_view();
                ReadMember(name, value, within, is_duration);
            }
        }
    }

private:
    void ReadMember(
        std::string_view name,
        std::string_view value,
        std::string_view within,
        bool is_duration
    ) {
        constexpr double kMsPerSecond = 1000;
        for (const UsageKey& key : UsageKeys()) {
            if (key.name.size() != name.size() || key.name != name ||
                (!key.within.empty() && key.within != within) ||
                (key.of_duration && !is_duration)) {
                continue;
            }
            if (const double number = NumberAt(value); number > 0) {
                const double scale = Units()[key.unit].IsDuration() ? kMsPerSecond : 1;
                usage_.counts[key.unit] = std::llround(number * scale);
            }
        }
    }

    Usage& usage_;
};

void ReadUsageObject(std::string_view text, Usage& usage) {
    static const UnitNumber audio = *FindUnit("audio_seconds");
    static const UnitNumber input_audio = *FindUnit("input_audio_seconds");
    UsageReader(usage).Read(text);
    usage.counts[input_audio] = usage.Of(audio);
}

}  // namespace

Usage UsageOf(const Call& call) noexcept {
    static const CallUnits units;
    constexpr std::int64_t kUsPerMs = 1000;
    Usage usage;
    auto& counts = usage.counts;
    const std::int64_t written_1h =
        Known(call.cache_write_1h_tokens) + Known(call.cache_write_12h_tokens);
    counts[units.input] = Known(call.InputTokens());
    counts[units.cache_read] = Known(call.cached_input_tokens);
    counts[units.cache_write_1h] = written_1h;
    counts[units.cache_write_5m] = Known(call.cache_write_5m_tokens);
    counts[units.cache_write] =
        Known(call.cache_write_5m_tokens) + Known(call.cache_write_30m_tokens) + written_1h;
    counts[units.input_audio] = Known(call.audio_input_tokens);
    counts[units.input_image] = Known(call.image_input_tokens);
    counts[units.output] = Known(call.output_tokens);
    counts[units.reasoning] = Known(call.reasoning_tokens);
    counts[units.output_audio] = Known(call.audio_output_tokens);
    counts[units.output_image] = Known(call.image_output_tokens);
    counts[units.requests] = 1;
    counts[units.call_seconds] = Known(call.latency_us) / kUsPerMs;
    ReadUsageObject(call.usage, usage);
    return usage;
}

}  // namespace sightglass::prices
