// Streamed answers: one object a line, the last of which is done and has the counts.
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/ollama/errors.h"
#include "dialect/ollama/ollama.h"
#include "dialect/ollama/response.h"
#include "dialect/stream_state.h"

namespace sightglass::dialect::ollama {
namespace {

using codec::JsonValue;

/// Whether a line holds something generated.
bool HasToken(JsonValue line) {
    const JsonValue message = line.Get("message");
    return !TextOf(message.Get("content")).empty() || !TextOf(message.Get("thinking")).empty() ||
           message.Get("tool_calls").Size() > 0 || !TextOf(line.Get("response")).empty() ||
           !TextOf(line.Get("thinking")).empty();
}

class OllamaStreamReader final : public StreamReader {
public:
    Interest ReadEvent(std::string_view name, std::string_view data, Time at, Call& call) override;
    void Finish(bool complete, Call& call) override;

    void Reset() override { *this = OllamaStreamReader(); }

private:
    void ReadLine(JsonValue line, Time at, Call& call);

    StreamState state_;
};

Interest
OllamaStreamReader::ReadEvent(std::string_view, std::string_view data, Time at, Call& call) {
    const JsonValue line = ParseJson(data);
    if (const std::string_view error = TextOf(line.Get("error")); !error.empty()) {
        ReadError(error, 0, call);
        state_.failed = true;
    }
    if (call.operation == Operation::kOther) {
        return Interest::kLast;
    }
    if (line.Get("done").Bool().has_value()) {
        ReadLine(line, at, call);
    }
    return call.first_token_at.has_value() ? Interest::kLast : Interest::kEvery;
}

void OllamaStreamReader::ReadLine(JsonValue line, Time at, Call& call) {
    state_.known_format = true;
    if (HasToken(line)) {
        StreamState::SawToken(at, call);
    }
    ReadAnswer(line, call);
    state_.ended = state_.ended || line.Get("done").Bool().value_or(false);
}

void OllamaStreamReader::Finish(bool complete, Call& call) {
    state_.Finish(complete, call);
}

}  // namespace

std::unique_ptr<StreamReader> NewStreamReader() {
    return std::make_unique<OllamaStreamReader>();
}

}  // namespace sightglass::dialect::ollama
