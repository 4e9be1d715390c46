#include "dialect/tokens_of_call.h"

#include <string>
#include <utility>

#include "codec/json_writer.h"
#include "dialect/call_fields.h"

namespace sightglass::dialect {

void ClearTokens(Call& call) {
    call.fresh_input_tokens.reset();
    call.cached_input_tokens.reset();
    call.cache_write_5m_tokens.reset();
    call.cache_write_30m_tokens.reset();
    call.cache_write_1h_tokens.reset();
    call.cache_write_12h_tokens.reset();
    call.output_tokens.reset();
    call.reasoning_tokens.reset();
    call.audio_input_tokens.reset();
    call.audio_output_tokens.reset();
    call.image_input_tokens.reset();
    call.image_output_tokens.reset();
}

void KeepUsage(codec::JsonValue usage, Call& call) {
    if (!usage.IsObject()) {
        return;
    }
    std::string text = usage.Text();
    if (text.size() <= kDocumentBytesMax) {
        call.usage = std::move(text);
    }
}

codec::JsonValue MergedUsage(codec::JsonValue usage, Call& call) {
    if (call.usage.empty() || !usage.IsObject()) {
        KeepUsage(usage, call);
        return usage;
    }
    if (usage.Text().size() > kDocumentBytesMax) {
        return usage;  // Nobody's: merging it would take a worker's time.
    }
    thread_local codec::JsonParser parser;
    const auto before = parser.Parse(call.usage);
    if (!before.Ok()) {
        KeepUsage(usage, call);
        return usage;
    }
    codec::JsonWriter json;
    json.BeginObject();
    before->ForEach([&](std::string_view key, codec::JsonValue value) {
        const codec::JsonValue now = usage.Get(key);
        json.Key(key).Raw((now.Exists() && !now.IsNull() ? now : value).Text());
        return true;
    });
    usage.ForEach([&](std::string_view key, codec::JsonValue value) {
        if (!before->Get(key).Exists()) {
            json.Key(key).Raw(value.Text());
        }
        return true;
    });
    const std::string text = json.EndObject().Take();
    const auto merged = parser.Parse(text);
    if (!merged.Ok()) {
        return usage;
    }
    KeepUsage(*merged, call);
    return *merged;
}

void MarkWithoutUsage(Call& call) {
    if (call.operation != Operation::kOther && !call.token_source.has_value()) {
        call.token_source = TokenSource::kNone;
    }
}

}  // namespace sightglass::dialect
