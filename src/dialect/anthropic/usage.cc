#include "dialect/anthropic/usage.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>

#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/tokens_of_call.h"

namespace sightglass::dialect::anthropic {
namespace {

using codec::JsonValue;

/// What iterations of the same request took that are billed beside it: making a long conversation shorter. Members of `usage`
/// itself count the last message alone.
std::int64_t Beside(JsonValue usage, std::initializer_list<std::string_view> path) {
    std::int64_t sum = 0;
    usage.Get("iterations").ForEach([&](std::string_view, JsonValue iteration) {
        if (TextOf(iteration.Get("type")) == "compaction") {
            JsonValue value = iteration;
            for (const std::string_view key : path) {
                value = value.Get(key);
            }
            sum += CountOf(value).value_or(0);
        }
        return sum < kTokensMax;
    });
    return sum;
}

OptionalInt WithBeside(JsonValue usage, std::string_view key) {
    const OptionalInt count = CountOf(usage.Get(key));
    return count.has_value() ? OptionalInt(*count + Beside(usage, {key})) : std::nullopt;
}

/// By lifetime. What is not told apart is the default one, five minutes; where the sum and the parts differ, the sum is newer:
/// the end of a stream repeats it alone.
void ReadCacheWrites(JsonValue usage, Call& call) {
    const OptionalInt all = WithBeside(usage, "cache_creation_input_tokens");
    const JsonValue parts = usage.Get("cache_creation");
    const OptionalInt brief = CountOf(parts.Get("ephemeral_5m_input_tokens"));
    const OptionalInt hour = CountOf(parts.Get("ephemeral_1h_input_tokens"));
    if (hour.has_value()) {
        const std::int64_t lasting =
            *hour + Beside(usage, {"cache_creation", "ephemeral_1h_input_tokens"});
        call.cache_write_1h_tokens = std::min(lasting, all.value_or(lasting));
    }
    if (all.has_value()) {
        call.cache_write_5m_tokens = *all - call.cache_write_1h_tokens.value_or(0);
    } else {
        call.cache_write_5m_tokens = brief;
    }
}

}  // namespace

void ReadUsage(JsonValue usage, Call& call) {
    if (!usage.IsObject()) {
        return;
    }
    usage = MergedUsage(usage, call);
    ClearTokens(call);
    call.fresh_input_tokens = WithBeside(usage, "input_tokens");
    call.cached_input_tokens = WithBeside(usage, "cache_read_input_tokens");
    ReadCacheWrites(usage, call);
    call.output_tokens = WithBeside(usage, "output_tokens");
    call.reasoning_tokens = CountOf(usage.Get("output_tokens_details").Get("thinking_tokens"));
    Assign(call.service_tier, TextOf(usage.Get("service_tier")));
    const bool any = call.InputTokens().has_value() || call.output_tokens.has_value();
    call.token_source = any ? TokenSource::kProvider : TokenSource::kNone;
}

}  // namespace sightglass::dialect::anthropic
