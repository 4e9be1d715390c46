// Streamed answers: messages, and the older completions.
#include "base/text.h"
#include "dialect/anthropic/anthropic.h"
#include "dialect/anthropic/errors.h"
#include "dialect/anthropic/usage.h"
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/stream_state.h"

namespace sightglass::dialect::anthropic {
namespace {

using codec::JsonValue;

/// Whether a block begins with something generated: a tool's name does, an empty text does not.
bool BeginsWithToken(JsonValue block) {
    const std::string_view type = TextOf(block.Get("type"));
    if (type == "text" || type == "thinking") {
        return !TextOf(block.Get(type)).empty();
    }
    return !type.empty();
}

bool HasToken(JsonValue delta) {
    for (const std::string_view key : {"text", "thinking", "partial_json"}) {
        if (!TextOf(delta.Get(key)).empty()) {
            return true;
        }
    }
    return delta.Get("citation").Exists();
}

class AnthropicStreamReader final : public StreamReader {
public:
    Interest ReadEvent(std::string_view name, std::string_view data, Time at, Call& call) override;

    void Finish(bool complete, Call& call) override;

    void Reset() override { *this = AnthropicStreamReader(); }

private:
    void ReadObject(std::string_view type, JsonValue root, Time at, Call& call);
    void ReadCompletion(JsonValue root, Time at, Call& call);

    StreamState state_;
    bool begun_ = false;  // A message: until its end its output is counted as a mere beginning.
    bool output_counted_ = false;
};

Interest AnthropicStreamReader::ReadEvent(
    std::string_view name,
    std::string_view data,
    Time at,
    Call& call
) {
    ++state_.events;
    const JsonValue root = ParseJson(data);
    const std::string_view own = TextOf(root.Get("type"));
    const std::string_view type = own.empty() ? name : own;
    if (root.IsObject() && (type == "error" || CarriesError(root))) {
        ReadError(root, 0, call);
        state_.failed = true;
    } else if (call.operation != Operation::kOther) {
        ReadObject(type, root, at, call);
    }
    if (!root.IsObject()) {
        // An event that lost its middle.
        if (const auto usage = codec::FindLastObject(data, "usage"); usage.has_value()) {
            ReadUsage(ParseJson(*usage), call);
        }
    }
    return state_.Next(call);
}

void AnthropicStreamReader::ReadObject(std::string_view type, JsonValue root, Time at, Call& call) {
    if (type == "message_start") {
        state_.known_format = true;
        state_.identified = true;
        begun_ = true;
        call.usage.clear();
        ReadMessage(root.Get("message"), call);
    } else if (type == "content_block_start" && BeginsWithToken(root.Get("content_block"))) {
        StreamState::SawToken(at, call);
    } else if (type == "content_block_delta" && HasToken(root.Get("delta"))) {
        StreamState::SawToken(at, call);
    } else if (type == "message_delta") {
        state_.known_format = true;
        Assign(call.finish_reason, TextOf(root.Get("delta").Get("stop_reason")));
        ReadUsage(root.Get("usage"), call);
        output_counted_ = true;
    } else if (type == "message_stop") {
        state_.known_format = true;
        state_.ended = true;
    } else if (type == "completion") {
        ReadCompletion(root, at, call);
    }
}

void AnthropicStreamReader::ReadCompletion(JsonValue root, Time at, Call& call) {
    state_.known_format = true;
    state_.identified = true;
    ReadMessage(root, call);
    state_.ended = state_.ended || !call.finish_reason.empty();
    if (!TextOf(root.Get("completion")).empty()) {
        StreamState::SawToken(at, call);
    }
}

void AnthropicStreamReader::Finish(bool complete, Call& call) {
    if (begun_ && !output_counted_) {
        call.output_tokens.reset();
    }
    state_.Finish(complete, call);
}

}  // namespace

std::unique_ptr<StreamReader> NewStreamReader() {
    return std::make_unique<AnthropicStreamReader>();
}

}  // namespace sightglass::dialect::anthropic
