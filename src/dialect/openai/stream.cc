// Streamed answers: chat and text completions, responses, images, audio.
#include "base/text.h"
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/openai/errors.h"
#include "dialect/openai/openai.h"
#include "dialect/openai/response.h"
#include "dialect/openai/usage.h"
#include "dialect/stream_state.h"

namespace sightglass::dialect::openai {
namespace {

using codec::JsonValue;

bool IsNonEmpty(JsonValue value) noexcept {
    return !TextOf(value).empty() || value.Size() > 0;
}

/// Whether a chunk's choice holds something generated: the first chunk normally names the role
/// only.
bool HasToken(JsonValue choice) {
    const JsonValue delta = choice.Get("delta");
    for (const std::string_view key :
         {"content",
          "refusal",
          "tool_calls",
          "function_call",
          "audio",
          "reasoning_content",
          "reasoning",
          "reasoning_details"}) {
        if (IsNonEmpty(delta.Get(key))) {
            return true;
        }
    }
    return IsNonEmpty(choice.Get("text"));
}

bool EndsAResponse(std::string_view type) noexcept {
    return type == "response.completed" || type == "response.incomplete" ||
           type == "response.failed" || type == "response.cancelled";
}

class OpenAiStreamReader final : public StreamReader {
public:
    Interest ReadEvent(std::string_view name, std::string_view data, Time at, Call& call) override;

    void Finish(bool complete, Call& call) override { state_.Finish(complete, call); }

    void Reset() override { *this = OpenAiStreamReader(); }

private:
    void ReadObject(std::string_view name, JsonValue root, Time at, Call& call);
    void ReadChunk(JsonValue root, Time at, Call& call);
    void ReadResponseEvent(std::string_view type, JsonValue root, Time at, Call& call);
    void ReadMediaEvent(std::string_view type, JsonValue root, Time at, Call& call);
    void ReadBrokenEvent(std::string_view data, Call& call);

    StreamState state_;
    bool first_choice_finished_ = false;
};

Interest
OpenAiStreamReader::ReadEvent(std::string_view name, std::string_view data, Time at, Call& call) {
    ++state_.events;
    if (data.starts_with("[DONE]")) {
        state_.ended = true;
        return Interest::kLast;
    }
    const JsonValue root = ParseJson(data);
    if (root.IsObject()) {
        ReadObject(name, root, at, call);
    } else {
        ReadBrokenEvent(data, call);
    }
    return state_.Next(call);
}

void OpenAiStreamReader::ReadObject(std::string_view name, JsonValue root, Time at, Call& call) {
    const std::string_view own = TextOf(root.Get("type"));
    const std::string_view type = own.empty() ? name : own;
    if (type == "error" || CarriesError(root)) {
        ReadError(root, 0, call);
        state_.failed = true;
    }
    if (call.operation == Operation::kOther) {
        return;
    }
    if (type.starts_with("response.")) {
        ReadResponseEvent(type, root, at, call);
    } else if (root.Get("choices").IsArray() || root.Get("object").IsString()) {
        ReadChunk(root, at, call);
    } else if (type.starts_with("image_") || type.starts_with("speech.") || type.starts_with("transcript.")) {
        ReadMediaEvent(type, root, at, call);
    }
}

void OpenAiStreamReader::ReadChunk(JsonValue root, Time at, Call& call) {
    state_.known_format = true;
    ReadIdentity(root, call);
    state_.identified = !call.provider_response_id.empty() && !call.model.empty();
    ReadUsage(UsageOf(root), root.Get("tool_usage"), call);
    root.Get("choices").ForEach([&](std::string_view, JsonValue choice) {
        if (HasToken(choice)) {
            StreamState::SawToken(at, call);
        }
        const std::string_view reason = TextOf(choice.Get("finish_reason"));
        const bool first = choice.Get("index").Int().value_or(0) == 0;
        if (!reason.empty()) {
            state_.ended = true;
        }
        if (!reason.empty() && (first || !first_choice_finished_)) {
            Assign(call.finish_reason, reason);
            first_choice_finished_ = first_choice_finished_ || first;
        }
        return true;
    });
}

void OpenAiStreamReader::ReadResponseEvent(
    std::string_view type,
    JsonValue root,
    Time at,
    Call& call
) {
    state_.known_format = true;
    const JsonValue response = root.Get("response");
    if (response.IsObject()) {
        ReadIdentity(response, call);
        state_.identified = state_.identified || !call.provider_response_id.empty();
    }
    if (EndsAResponse(type)) {
        state_.ended = true;
        ReadResponseObject(response, call);
        state_.failed = state_.failed || call.status == CallStatus::kError;
    } else if (type.ends_with(".delta") || type.ends_with(".partial_image")) {
        StreamState::SawToken(at, call);
    }
}

void OpenAiStreamReader::ReadMediaEvent(
    std::string_view type,
    JsonValue root,
    Time at,
    Call& call
) {
    state_.known_format = true;
    state_.identified = true;
    ReadUsage(UsageOf(root), {}, call);
    if (type.ends_with(".completed") || type.ends_with(".done")) {
        state_.ended = true;
    }
    if (!state_.ended || type.starts_with("image_")) {
        StreamState::SawToken(at, call);
    }
}

/// An event that lost its middle, or its start where only the last bytes of a stream were kept.
void OpenAiStreamReader::ReadBrokenEvent(std::string_view data, Call& call) {
    const auto usage = codec::FindLastObject(data, "usage");
    if (usage.has_value() && call.operation != Operation::kOther) {
        ReadUsage(ParseJson(*usage), {}, call);
        state_.ended = true;
    }
}

}  // namespace

std::unique_ptr<StreamReader> NewStreamReader() {
    return std::make_unique<OpenAiStreamReader>();
}

}  // namespace sightglass::dialect::openai
