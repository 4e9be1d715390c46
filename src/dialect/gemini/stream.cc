// Streamed answers: chunks of content, and the events of an interaction.
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/failure.h"
#include "dialect/gemini/errors.h"
#include "dialect/gemini/gemini.h"
#include "dialect/gemini/response.h"
#include "dialect/gemini/usage.h"
#include "dialect/json_reading.h"
#include "dialect/stream_state.h"

namespace sightglass::dialect::gemini {
namespace {

using codec::JsonValue;

/// Whether a chunk holds something generated: the last one often has an empty text.
bool HasToken(JsonValue root) {
    bool found = false;
    root.Get("candidates").ForEach([&found](std::string_view, JsonValue candidate) {
        candidate.Get("content").Get("parts").ForEach([&found](std::string_view, JsonValue part) {
            const JsonValue text = part.Get("text");
            found = text.Exists() ? !TextOf(text).empty() : part.Size() > 0;
            return !found;
        });
        return !found;
    });
    return found;
}

class GeminiStreamReader final : public StreamReader {
public:
    Interest ReadEvent(std::string_view name, std::string_view data, Time at, Call& call) override;

    void Finish(bool complete, Call& call) override { state_.Finish(complete, call); }

    void Reset() override { state_ = {}; }

private:
    void ReadObject(std::string_view name, JsonValue root, Time at, Call& call);
    void ReadInteractionEvent(std::string_view type, JsonValue root, Time at, Call& call);

    StreamState state_;
};

Interest
GeminiStreamReader::ReadEvent(std::string_view name, std::string_view data, Time at, Call& call) {
    ++state_.events;
    const JsonValue root = ParseJson(data);
    if (root.Get("error").IsObject()) {
        ReadError(root, 0, call);
        state_.failed = true;
    } else if (root.IsObject() && call.operation != Operation::kOther) {
        ReadObject(name, root, at, call);
    } else if (const auto usage = codec::FindLastObject(data, "usageMetadata");
               usage.has_value() && call.operation != Operation::kOther) {
        ReadUsage(ParseJson(*usage), call);  // A chunk that lost its middle: a picture.
        state_.ended = true;
    }
    return state_.Next(call);
}

void GeminiStreamReader::ReadObject(std::string_view name, JsonValue root, Time at, Call& call) {
    const std::string_view own = TextOf(root.Get("event_type"));
    const std::string_view type = own.empty() ? name : own;
    if (call.operation == Operation::kResponse && !type.empty()) {
        ReadInteractionEvent(type, root, at, call);
        return;
    }
    state_.known_format = true;
    state_.ended = ReadContentResponse(root, call) || state_.ended;
    state_.identified = !call.provider_response_id.empty() && !call.model.empty();
    if (HasToken(root)) {
        StreamState::SawToken(at, call);
    }
}

void GeminiStreamReader::ReadInteractionEvent(
    std::string_view type,
    JsonValue root,
    Time at,
    Call& call
) {
    const JsonValue interaction = root.Get("interaction");
    if (interaction.IsObject()) {
        state_.known_format = true;
        state_.ended = ReadInteraction(interaction, call) || state_.ended;
        state_.identified = !call.provider_response_id.empty();
        if (type == "interaction.failed") {
            MarkFailed(ErrorType::kProviderServerError, 0, call);
            state_.failed = true;
        }
    } else if (type.ends_with(".delta")) {
        StreamState::SawToken(at, call);
    }
}

}  // namespace

std::unique_ptr<StreamReader> NewStreamReader() {
    return std::make_unique<GeminiStreamReader>();
}

}  // namespace sightglass::dialect::gemini
