#include "dialect/bedrock/usage.h"

#include <algorithm>

#include "dialect/json_reading.h"
#include "dialect/tokens_of_call.h"

namespace sightglass::dialect::bedrock {
namespace {

using codec::JsonValue;

/// By lifetime, where `cacheDetails` tells; the rest is kept for the default one, five minutes.
void ReadCacheWrites(JsonValue usage, Call& call) {
    const OptionalInt all =
        FirstCount(usage, {"cacheWriteInputTokens", "cacheWriteInputTokenCount"});
    OptionalInt hour;
    usage.Get("cacheDetails").ForEach([&hour](std::string_view, JsonValue part) {
        if (TextOf(part.Get("ttl")) == "1h") {
            const std::int64_t count = CountOf(part.Get("inputTokens")).value_or(0);
            hour = std::min(hour.value_or(0) + count, kTokensMax);
        }
        return true;
    });
    call.cache_write_1h_tokens = hour;
    if (all.has_value()) {
        call.cache_write_5m_tokens = std::max<std::int64_t>(*all - hour.value_or(0), 0);
    }
}

}  // namespace

void ReadUsage(JsonValue usage, Call& call) {
    if (!usage.IsObject()) {
        return;
    }
    KeepUsage(usage, call);
    ClearTokens(call);
    call.fresh_input_tokens = FirstCount(usage, {"inputTokens", "inputTokenCount"});
    call.output_tokens = FirstCount(usage, {"outputTokens", "outputTokenCount"});
    call.cached_input_tokens =
        FirstCount(usage, {"cacheReadInputTokens", "cacheReadInputTokenCount"});
    ReadCacheWrites(usage, call);
    const bool any = call.InputTokens().has_value() || call.output_tokens.has_value();
    call.token_source = any ? TokenSource::kProvider : TokenSource::kNone;
}

}  // namespace sightglass::dialect::bedrock
