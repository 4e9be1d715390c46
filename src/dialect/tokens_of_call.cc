#include "dialect/tokens_of_call.h"

#include <string>
#include <utility>

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

void MarkWithoutUsage(Call& call) {
    if (call.operation != Operation::kOther && !call.token_source.has_value()) {
        call.token_source = TokenSource::kNone;
    }
}

}  // namespace sightglass::dialect
