// Streamed answers of both versions: events with a `type` (2), lines with an `event_type` (1).
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/cohere/cohere.h"
#include "dialect/cohere/errors.h"
#include "dialect/cohere/response.h"
#include "dialect/json_reading.h"
#include "dialect/openai/openai.h"
#include "dialect/stream_state.h"

namespace sightglass::dialect::cohere {
namespace {

using codec::JsonValue;

bool HoldsToken(std::string_view type) noexcept {
    return type == "content-delta" || type == "tool-plan-delta" || type == "tool-call-start" ||
           type == "tool-call-delta" || type == "text-generation" || type == "tool-calls-chunk" ||
           type == "tool-calls-generation";
}

class CohereStreamReader final : public StreamReader {
public:
    Interest ReadEvent(std::string_view name, std::string_view data, Time at, Call& call) override;
    void Finish(bool complete, Call& call) override;
    void Reset() override;

private:
    void ReadTyped(std::string_view type, JsonValue event, Time at, Call& call);

    StreamState state_;
    bool openai_shape_ = false;
    std::unique_ptr<StreamReader> openai_ = openai::NewStreamReader();
};

Interest
CohereStreamReader::ReadEvent(std::string_view name, std::string_view data, Time at, Call& call) {
    const JsonValue event = ParseJson(data);
    const std::string_view type = FirstText(event, {"type", "event_type"});
    if (openai_shape_ || (!state_.known_format && type.empty() && IsOpenAiShape(event))) {
        openai_shape_ = true;
        return openai_->ReadEvent(name, data, at, call);
    }
    if (call.operation == Operation::kOther) {
        return Interest::kLast;
    }
    if (!type.empty()) {
        ReadTyped(type, event, at, call);
    }
    return call.first_token_at.has_value() ? Interest::kLast : Interest::kEvery;
}

void CohereStreamReader::ReadTyped(std::string_view type, JsonValue event, Time at, Call& call) {
    state_.known_format = true;
    if (HoldsToken(type)) {
        StreamState::SawToken(at, call);
    }
    if (type == "message-start" || type == "stream-start") {
        ReadAnswer(event, call);
    } else if (type == "message-end") {
        state_.ended = true;
        state_.failed = !ReadAnswer(event.Get("delta"), call);
    } else if (type == "stream-end") {
        state_.ended = true;
        const JsonValue response = event.Get("response");
        state_.failed = !ReadAnswer(response.IsObject() ? response : event, call);
        const std::string_view reason = TextOf(event.Get("finish_reason"));
        Assign(call.finish_reason, reason);
        state_.failed = ReadFailedFinish(reason, TextOf(event.Get("error")), call) || state_.failed;
    }
}

void CohereStreamReader::Finish(bool complete, Call& call) {
    if (openai_shape_) {
        openai_->Finish(complete, call);
        return;
    }
    state_.Finish(complete, call);
}

void CohereStreamReader::Reset() {
    state_ = StreamState();
    openai_shape_ = false;
    openai_->Reset();
}

}  // namespace

std::unique_ptr<StreamReader> NewStreamReader() {
    return std::make_unique<CohereStreamReader>();
}

}  // namespace sightglass::dialect::cohere
