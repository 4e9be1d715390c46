#include "pipeline/transcript.h"

#include <algorithm>

#include "codec/sse.h"

namespace sightglass::pipeline {
namespace {

constexpr std::size_t kPartsMax = 256;
constexpr std::size_t kLabelBytesMax = 100;

/// The index under `name`, as text: part of a key.
std::string IndexText(codec::JsonValue value, std::string_view name) {
    return std::to_string(value.Get(name).Int().value_or(0));
}

std::string ToolLabel(codec::JsonValue name) {
    return "tool call " + std::string(name.String().value_or("").substr(0, kLabelBytesMax));
}

}  // namespace

void Transcript::Read(std::string_view body, codec::JsonParser& parser) {
    codec::SseReader reader;
    const auto consume = [&](const codec::SseEvent& event) {
        if (const auto parsed = parser.Parse(event.data); parsed.Ok() && parsed->IsObject()) {
            ReadEvent(*parsed);
        }
    };
    reader.Feed(body, consume);
    reader.Finish(consume);
}

void Transcript::ReadEvent(codec::JsonValue event) {
    if (const auto type = event.Get("type").String(); type && ReadTypedEvent(*type, event)) {
        return;
    }
    event.Get("choices").ForEach([&](std::string_view, codec::JsonValue choice) {
        ReadChoice(choice);
        return true;
    });
}

/// Chat completions and completions.
void Transcript::ReadChoice(codec::JsonValue choice) {
    const std::string index = "choice " + IndexText(choice, "index");
    const std::string_view label = index == "choice 0" ? std::string_view() : index;
    Append(index, label, choice.Get("text"));
    const codec::JsonValue delta = choice.Get("delta");
    Append(index + " reasoning", "reasoning", delta.Get("reasoning_content"));
    Append(index, label, delta.Get("content"));
    Append(index + " refusal", "refusal", delta.Get("refusal"));
    Append(index + " audio", "audio transcript", delta.Get("audio").Get("transcript"));
    ReadToolCalls(delta.Get("tool_calls"), index);
    const codec::JsonValue function = delta.Get("function_call");
    if (function.Exists()) {
        const std::string key = index + " function";
        Part(key, ToolLabel(function.Get("name")));
        Append(key, "", function.Get("arguments"));
    }
}

void Transcript::ReadToolCalls(codec::JsonValue calls, const std::string& choice) {
    calls.ForEach([&](std::string_view, codec::JsonValue call) {
        const std::string key = choice + " tool " + IndexText(call, "index");
        const codec::JsonValue function = call.Get("function");
        Part(key, ToolLabel(function.Get("name")));
        Append(key, "", function.Get("arguments"));
        return true;
    });
}

/// The responses API, and the transcription stream. False for an event of another kind.
bool Transcript::ReadTypedEvent(std::string_view type, codec::JsonValue event) {
    const std::string item = "item " + IndexText(event, "output_index");
    const std::string content = item + " content " + IndexText(event, "content_index");
    if (type == "response.output_item.added") {
        NameItem(event);
    } else if (type == "response.output_text.delta") {
        Append(content, "", event.Get("delta"));
    } else if (type == "response.refusal.delta") {
        Append(content + " refusal", "refusal", event.Get("delta"));
    } else if (type == "response.function_call_arguments.delta") {
        Append(item + " call", "tool call", event.Get("delta"));
    } else if (type == "response.reasoning_summary_text.delta") {
        Append(item + " reasoning", "reasoning", event.Get("delta"));
    } else if (type == "response.audio.transcript.delta") {
        Append("audio", "audio transcript", event.Get("delta"));
    } else if (type == "transcript.text.delta") {
        Append("transcript", "", event.Get("delta"));
    } else {
        return false;
    }
    return true;
}

/// A function call is named in the event that opens its item.
void Transcript::NameItem(codec::JsonValue event) {
    const codec::JsonValue item = event.Get("item");
    if (item.Get("type").String() == "function_call") {
        Part("item " + IndexText(event, "output_index") + " call", ToolLabel(item.Get("name")));
    }
}

/// The part of that key, made where it is new and there may be more parts.
TranscriptPart* Transcript::Part(const std::string& key, std::string_view label) {
    const auto found = std::find(keys_.begin(), keys_.end(), key);
    if (found != keys_.end()) {
        return &parts_[static_cast<std::size_t>(found - keys_.begin())];
    }
    if (parts_.size() >= kPartsMax) {
        truncated_ = true;
        return nullptr;
    }
    keys_.push_back(key);
    parts_.push_back({.label = std::string(label), .text = {}});
    return &parts_.back();
}

void Transcript::Append(const std::string& key, std::string_view label, codec::JsonValue text) {
    const auto piece = text.String();
    if (!piece || piece->empty()) {
        return;
    }
    TranscriptPart* const part = Part(key, label);
    if (part == nullptr) {
        return;
    }
    const std::size_t size = std::min(piece->size(), bytes_left_);
    truncated_ = truncated_ || size < piece->size();
    part->text += piece->substr(0, size);
    bytes_left_ -= size;
}

}  // namespace sightglass::pipeline
