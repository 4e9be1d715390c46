#include "pipeline/transcript.h"

#include <algorithm>

#include "codec/base64.h"

namespace sightglass::pipeline {
namespace {

constexpr std::size_t kEventBytesMax = 1U << 20;
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

void Transcript::Read(
    std::string_view body,
    codec::StreamFormat format,
    codec::JsonParser& parser
) {
    codec::StreamEvents reader(kEventBytesMax);
    reader.Start(format);
    const auto consume = [&](const codec::StreamEvent& event) {
        const auto parsed = parser.Parse(event.data);
        if (!parsed.Ok() || !parsed->IsObject()) {
            return;
        }
        // Bedrock wraps what a model's own stream says.
        const auto wrapped = parsed->Get("bytes").String();
        std::string inner;
        if (!wrapped) {
            ReadEvent(*parsed);
        } else if (codec::DecodeBase64(*wrapped, inner)) {
            if (const auto own = parser.Parse(inner); own.Ok() && own->IsObject()) {
                ReadEvent(*own);
            }
        }
    };
    reader.Feed(body, consume);
    reader.Finish(consume);
}

void Transcript::ReadEvent(codec::JsonValue event) {
    for (const std::string_view name : {"type", "event_type"}) {
        const auto type = event.Get(name).String();
        if (type && (ReadTypedEvent(*type, event) || ReadAnthropic(*type, event) ||
                     ReadCohere(*type, event))) {
            return;
        }
    }
    event.Get("choices").ForEach([&](std::string_view, codec::JsonValue choice) {
        ReadChoice(choice);
        return true;
    });
    event.Get("candidates").ForEach([&](std::string_view, codec::JsonValue candidate) {
        ReadGemini(candidate);
        return true;
    });
    if (event.Get("done").Bool()) {
        ReadOllama(event);
    }
    ReadBedrock(event);
    ReadOthers(event);
}

/// Anthropic's messages, and its completions of old.
bool Transcript::ReadAnthropic(std::string_view type, codec::JsonValue event) {
    const std::string block = "block " + IndexText(event, "index");
    if (type == "content_block_start") {
        const codec::JsonValue opened = event.Get("content_block");
        if (opened.Get("name").Exists()) {
            Part(block + " call", ToolLabel(opened.Get("name")));
        }
        Append(block, "", opened.Get("text"));
    } else if (type == "content_block_delta") {
        const codec::JsonValue delta = event.Get("delta");
        Append(block, "", delta.Get("text"));
        Append(block + " reasoning", "reasoning", delta.Get("thinking"));
        Append(block + " call", "tool call", delta.Get("partial_json"));
    } else if (type == "completion") {
        Append("completion", "", event.Get("completion"));
    } else {
        return false;
    }
    return true;
}

/// Cohere's events, of both versions.
bool Transcript::ReadCohere(std::string_view type, codec::JsonValue event) {
    const std::string block = "block " + IndexText(event, "index");
    const codec::JsonValue message = event.Get("delta").Get("message");
    if (type == "content-start" || type == "content-delta") {
        Append(block, "", message.Get("content").Get("text"));
        Append(block + " reasoning", "reasoning", message.Get("content").Get("thinking"));
    } else if (type == "tool-plan-delta") {
        Append("plan", "tool plan", message.Get("tool_plan"));
    } else if (type == "tool-call-start" || type == "tool-call-delta") {
        const codec::JsonValue function = message.Get("tool_calls").Get("function");
        Part(block + " call", ToolLabel(function.Get("name")));
        Append(block + " call", "", function.Get("arguments"));
    } else if (type == "text-generation") {
        Append("text", "", event.Get("text"));
    } else {
        return false;
    }
    return true;
}

void Transcript::ReadGemini(codec::JsonValue candidate) {
    const std::string index = "candidate " + IndexText(candidate, "index");
    const std::string_view label = index == "candidate 0" ? std::string_view() : index;
    candidate.Get("content").Get("parts").ForEach([&](std::string_view, codec::JsonValue part) {
        if (part.Get("thought").Bool().value_or(false)) {
            Append(index + " reasoning", "reasoning", part.Get("text"));
        } else {
            Append(index, label, part.Get("text"));
        }
        const codec::JsonValue call = part.Get("functionCall");
        AppendCall(
            index + " call " + std::to_string(parts_.size()),
            call.Get("name"),
            call.Get("args")
        );
        return true;
    });
}

void Transcript::ReadOllama(codec::JsonValue line) {
    const codec::JsonValue message = line.Get("message");
    Append("reasoning", "reasoning", message.Get("thinking"));
    Append("text", "", message.Get("content"));
    Append("reasoning", "reasoning", line.Get("thinking"));
    Append("text", "", line.Get("response"));
    message.Get("tool_calls").ForEach([&](std::string_view, codec::JsonValue call) {
        const codec::JsonValue function = call.Get("function");
        AppendCall(
            "call " + std::to_string(parts_.size()),
            function.Get("name"),
            function.Get("arguments")
        );
        return true;
    });
}

/// Converse's events; Nova's models say the same inside an object named after the event.
void Transcript::ReadBedrock(codec::JsonValue event) {
    for (const codec::JsonValue root :
         {event, event.Get("contentBlockStart"), event.Get("contentBlockDelta")}) {
        const std::string block = "block " + IndexText(root, "contentBlockIndex");
        const codec::JsonValue tool = root.Get("start").Get("toolUse");
        if (tool.Exists()) {
            Part(block + " call", ToolLabel(tool.Get("name")));
        }
        if (!root.Get("contentBlockIndex").Exists()) {
            continue;
        }
        const codec::JsonValue delta = root.Get("delta");
        Append(block, "", delta.Get("text"));
        Append(block + " call", "tool call", delta.Get("toolUse").Get("input"));
        Append(block + " reasoning", "reasoning", delta.Get("reasoningContent").Get("text"));
    }
}

/// Models of Titan and Llama that Bedrock invokes.
void Transcript::ReadOthers(codec::JsonValue event) {
    Append("text", "", event.Get("outputText"));
    Append("text", "", event.Get("generation"));
    event.Get("outputs").ForEach([&](std::string_view, codec::JsonValue output) {
        Append("text", "", output.Get("text"));
        return true;
    });
}

/// A tool call that comes whole, its arguments a JSON object.
void Transcript::AppendCall(
    const std::string& key,
    codec::JsonValue name,
    codec::JsonValue arguments
) {
    if (name.IsString()) {
        Part(key, ToolLabel(name));
        AppendText(key, "", arguments.Text());
    }
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
    AppendText(key, label, text.String().value_or(std::string_view()));
}

void Transcript::AppendText(const std::string& key, std::string_view label, std::string_view text) {
    if (text.empty()) {
        return;
    }
    TranscriptPart* const part = Part(key, label);
    if (part == nullptr) {
        return;
    }
    const std::size_t size = std::min(text.size(), bytes_left_);
    truncated_ = truncated_ || size < text.size();
    part->text += text.substr(0, size);
    bytes_left_ -= size;
}

}  // namespace sightglass::pipeline
