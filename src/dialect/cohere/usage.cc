#include "dialect/cohere/usage.h"

#include "dialect/json_reading.h"
#include "dialect/tokens_of_call.h"

namespace sightglass::dialect::cohere {

using codec::JsonValue;

JsonValue UsageOf(JsonValue root) {
    return FirstObject(root, {"usage", "meta"});
}

void ReadUsage(JsonValue usage, Call& call) {
    if (!usage.IsObject()) {
        return;
    }
    KeepUsage(usage, call);
    ClearTokens(call);
    const JsonValue billed = usage.Get("billed_units");
    const JsonValue counts = billed.IsObject() ? billed : usage.Get("tokens");
    call.output_tokens = CountOf(counts.Get("output_tokens"));
    const OptionalInt input = CountOf(counts.Get("input_tokens"));
    const OptionalInt cached =
        billed.IsObject() ? std::nullopt : CountOf(usage.Get("cached_tokens"));
    call.fresh_input_tokens = input;
    if (input.has_value() && cached.has_value() && *cached <= *input) {
        call.cached_input_tokens = cached;
        call.fresh_input_tokens = *input - *cached;
    }
    const bool any = input.has_value() || call.output_tokens.has_value();
    call.token_source = any ? TokenSource::kProvider : TokenSource::kNone;
}

}  // namespace sightglass::dialect::cohere
