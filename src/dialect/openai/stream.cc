// Streamed answers: chat and text completions, responses, images, audio.
#include "base/text.h"
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/openai/errors.h"
#include "dialect/openai/openai.h"
#include "dialect/openai/response.h"
#include "dialect/openai/usage.h"
#include "dialect/tokens_of_call.h"

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
    void Finish(bool complete, Call& call) override;

    void Reset() override { *this = OpenAiStreamReader(); }

private:
    void ReadObject(std::string_view name, JsonValue root, Time at, Call& call);
    void ReadChunk(JsonValue root, Time at, Call& call);
    void ReadResponseEvent(std::string_view type, JsonValue root, Time at, Call& call);
    void ReadMediaEvent(std::string_view type, JsonValue root, Time at, Call& call);
    void ReadBrokenEvent(std::string_view data, Call& call);
    void SawToken(Time at, Call& call);
    Interest NextInterest(const Call& call) const noexcept;

    int events_ = 0;
    bool known_format_ = false;
    bool first_choice_finished_ = false;
    bool identified_ = false;
    bool ended_ = false;  // The provider said so, in its format.
    bool failed_ = false;
};

Interest
OpenAiStreamReader::ReadEvent(std::string_view name, std::string_view data, Time at, Call& call) {
    ++events_;
    if (data.starts_with("[DONE]")) {
        ended_ = true;
        return Interest::kLast;
    }
    const JsonValue root = ParseJson(data);
    if (root.IsObject()) {
        ReadObject(name, root, at, call);
    } else {
        ReadBrokenEvent(data, call);
    }
    return NextInterest(call);
}

void OpenAiStreamReader::ReadObject(std::string_view name, JsonValue root, Time at, Call& call) {
    const std::string_view own = TextOf(root.Get("type"));
    const std::string_view type = own.empty() ? name : own;
    if (type == "error" || CarriesError(root)) {
        ReadError(root, 0, call);
        failed_ = true;
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
    known_format_ = true;
    ReadIdentity(root, call);
    identified_ = !call.provider_response_id.empty() && !call.model.empty();
    ReadUsage(UsageOf(root), root.Get("tool_usage"), call);
    root.Get("choices").ForEach([&](std::string_view, JsonValue choice) {
        if (HasToken(choice)) {
            SawToken(at, call);
        }
        const std::string_view reason = TextOf(choice.Get("finish_reason"));
        const bool first = choice.Get("index").Int().value_or(0) == 0;
        if (!reason.empty()) {
            ended_ = true;
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
    known_format_ = true;
    const JsonValue response = root.Get("response");
    if (response.IsObject()) {
        ReadIdentity(response, call);
        identified_ = identified_ || !call.provider_response_id.empty();
    }
    if (EndsAResponse(type)) {
        ended_ = true;
        ReadResponseObject(response, call);
        failed_ = failed_ || call.status == CallStatus::kError;
    } else if (type.ends_with(".delta") || type.ends_with(".partial_image")) {
        SawToken(at, call);
    }
}

void OpenAiStreamReader::ReadMediaEvent(
    std::string_view type,
    JsonValue root,
    Time at,
    Call& call
) {
    known_format_ = true;
    identified_ = true;
    ReadUsage(UsageOf(root), {}, call);
    if (type.ends_with(".completed") || type.ends_with(".done")) {
        ended_ = true;
    }
    if (!ended_ || type.starts_with("image_")) {
        SawToken(at, call);
    }
}

/// An event that lost its middle, or its start where only the last bytes of a stream were kept.
void OpenAiStreamReader::ReadBrokenEvent(std::string_view data, Call& call) {
    const auto usage = codec::FindLastObject(data, "usage");
    if (usage.has_value() && call.operation != Operation::kOther) {
        ReadUsage(ParseJson(*usage), {}, call);
        ended_ = true;
    }
}

void OpenAiStreamReader::SawToken(Time at, Call& call) {
    if (!call.first_token_at.has_value()) {
        call.first_token_at = at;
    }
}

Interest OpenAiStreamReader::NextInterest(const Call& call) const noexcept {
    // A provider that names no id or no model in its first events names none later.
    constexpr int kIdentityEventsMax = 8;
    const bool identity_seen = identified_ || events_ >= kIdentityEventsMax;
    const bool foreign =
        call.operation == Operation::kOther || (events_ >= kIdentityEventsMax && !known_format_);
    return foreign || (identity_seen && call.first_token_at.has_value()) ? Interest::kLast
                                                                         : Interest::kEvery;
}

void OpenAiStreamReader::Finish(bool complete, Call& call) {
    if (failed_) {
        call.status = CallStatus::kError;
    } else if (!complete || (known_format_ && !ended_)) {
        call.status = CallStatus::kInterrupted;
        if (!call.error_type.has_value()) {
            call.error_type = ErrorType::kProviderBadAnswer;
        }
    } else {
        call.status = CallStatus::kOk;
    }
    MarkWithoutUsage(call);
}

}  // namespace

std::unique_ptr<StreamReader> NewStreamReader() {
    return std::make_unique<OpenAiStreamReader>();
}

}  // namespace sightglass::dialect::openai
