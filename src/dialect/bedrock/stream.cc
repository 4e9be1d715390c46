// Streamed answers: Converse's events; an invocation's chunks, each of which holds an object of the model family's own stream.
#include <string>

#include "codec/base64.h"
#include "dialect/anthropic/anthropic.h"
#include "dialect/bedrock/bedrock.h"
#include "dialect/bedrock/errors.h"
#include "dialect/bedrock/invocation.h"
#include "dialect/bedrock/usage.h"
#include "dialect/body_json.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/stream_state.h"

namespace sightglass::dialect::bedrock {
namespace {

using codec::JsonValue;

constexpr std::string_view kException = "exception:";

/// Whether a block's start or delta holds something generated.
bool HasToken(JsonValue part) {
    if (!TextOf(part.Get("text")).empty()) {
        return true;
    }
    const JsonValue reasoning = part.Get("reasoningContent");
    return !TextOf(reasoning.Get("text")).empty() || part.Get("toolUse").Exists();
}

class BedrockStreamReader final : public StreamReader {
public:
    Interest ReadEvent(std::string_view name, std::string_view data, Time at, Call& call) override;
    void Finish(bool complete, Call& call) override;
    void Reset() override;

private:
    void ReadChunk(JsonValue envelope, Time at, Call& call);
    void ReadConverseEvent(std::string_view name, JsonValue event, Time at, Call& call);
    void ReadMetadata(JsonValue metadata, Call& call);
    void ReadNova(JsonValue chunk, Time at, Call& call);

    StreamState state_;
    std::unique_ptr<StreamReader> anthropic_;  // Where the chunks are Anthropic's; reused.
    bool is_anthropic_ = false;
    Interest anthropic_interest_ = Interest::kEvery;
    bool guarded_ = false;  // A guardrail has changed the answer, or blocked it.
    std::string chunk_;
};

Interest
BedrockStreamReader::ReadEvent(std::string_view name, std::string_view data, Time at, Call& call) {
    ++state_.events;
    if (name.starts_with(kException)) {
        ReadException(name.substr(kException.size()), data, call);
        state_.failed = true;
        return Interest::kLast;
    }
    const JsonValue event = ParseJson(data);
    if (event.IsObject() && call.operation != Operation::kOther) {
        if (name == "chunk") {
            ReadChunk(event, at, call);
        } else {
            ReadConverseEvent(name, event, at, call);
        }
    }
    return is_anthropic_ ? anthropic_interest_ : state_.Next(call);
}

void BedrockStreamReader::ReadConverseEvent(
    std::string_view name,
    JsonValue event,
    Time at,
    Call& call
) {
    // No event names an id or a model: there is nothing to wait for but the first token.
    if (name == "messageStart") {
        state_.known_format = true;
        state_.identified = true;
    } else if (name == "contentBlockStart" && HasToken(event.Get("start"))) {
        StreamState::SawToken(at, call);
    } else if (name == "contentBlockDelta" && HasToken(event.Get("delta"))) {
        StreamState::SawToken(at, call);
    } else if (name == "messageStop") {
        state_.known_format = true;
        state_.ended = true;
        Assign(call.finish_reason, TextOf(event.Get("stopReason")));
    } else if (name == "metadata") {
        state_.known_format = true;
        ReadMetadata(event, call);
    }
}

void BedrockStreamReader::ReadMetadata(JsonValue metadata, Call& call) {
    ReadUsage(metadata.Get("usage"), call);
    Assign(call.service_tier, TextOf(metadata.Get("serviceTier").Get("type")));
    if (const OptionalInt ms = CountOf(metadata.Get("metrics").Get("latencyMs")); ms.has_value()) {
        constexpr std::int64_t kUsPerMs = 1000;
        call.provider_us = *ms * kUsPerMs;
    }
}

void BedrockStreamReader::ReadChunk(JsonValue envelope, Time at, Call& call) {
    chunk_.clear();
    if (!codec::DecodeBase64(TextOf(envelope.Get("bytes")), chunk_)) {
        return;
    }
    JsonValue chunk = ParseJson(chunk_);
    const bool completion = chunk.Get("completion").IsString();  // Some name no type.
    if (completion || IsAnthropic(chunk)) {
        is_anthropic_ = true;
        if (anthropic_ == nullptr) {
            anthropic_ = anthropic::NewStreamReader();
        }
        anthropic_interest_ =
            anthropic_->ReadEvent(completion ? "completion" : "", chunk_, at, call);
        chunk = ParseJson(chunk_);  // Reading an event uses the thread's parser.
    } else if (chunk.Get("messageStart").Exists() || chunk.Get("contentBlockStart").Exists() ||
               chunk.Get("contentBlockDelta").Exists() || chunk.Get("contentBlockStop").Exists() ||
               chunk.Get("messageStop").Exists() || chunk.Get("metadata").Exists()) {
        ReadNova(chunk, at, call);
    } else if (chunk.IsObject()) {
        state_.known_format = true;
        state_.identified = true;
        state_.ended = ReadInvocation(chunk, call) || state_.ended;
        guarded_ = guarded_ || chunk.Get("amazon-bedrock-guardrailAction").Exists();
        if (!TextOfInvocation(chunk).empty()) {
            StreamState::SawToken(at, call);
        }
    }
    ReadInvocationMetrics(chunk, call);
}

/// Amazon's Nova streams Converse's events, each the only member of an object.
void BedrockStreamReader::ReadNova(JsonValue chunk, Time at, Call& call) {
    chunk.ForEach([&](std::string_view name, JsonValue event) {
        ReadConverseEvent(name, event, at, call);
        return true;
    });
}

void BedrockStreamReader::Finish(bool complete, Call& call) {
    if (guarded_ && !state_.ended) {
        state_.ended = true;  // What a guardrail says in the model's place gives no reason.
        Assign(call.finish_reason, "guardrail_intervened");
    }
    if (is_anthropic_ && !state_.failed) {
        anthropic_->Finish(complete, call);
    } else {
        state_.Finish(complete, call);
    }
}

void BedrockStreamReader::Reset() {
    state_ = {};
    if (anthropic_ != nullptr) {
        anthropic_->Reset();
    }
    is_anthropic_ = false;
    guarded_ = false;
    anthropic_interest_ = Interest::kEvery;
    chunk_.clear();
}

}  // namespace

std::unique_ptr<StreamReader> NewStreamReader() {
    return std::make_unique<BedrockStreamReader>();
}

}  // namespace sightglass::dialect::bedrock
