// What the events of a streamed answer say.
#include <string>

#include "dialect/body_json.h"
#include "dialect/json_reading.h"
#include "dialect/openai/openai.h"
#include "dialect/text_keys.h"

namespace sightglass::dialect::openai {
namespace {

using codec::JsonValue;

void ReadToolCalls(JsonValue calls, const std::string& choice, AnswerText& text) {
    calls.ForEach([&](std::string_view, JsonValue call) {
        const std::string key = IndexedKey(choice + " tool", call, "index");
        const JsonValue function = call.Get("function");
        text.Begin(key, ToolLabel(function.Get("name")));
        text.Add(key, "", TextOf(function.Get("arguments")));
        return true;
    });
}

/// Chat completions and completions.
void ReadChoice(JsonValue choice, AnswerText& text) {
    const std::string index = IndexedKey("choice", choice, "index");
    const std::string_view label = index == "choice 0" ? std::string_view() : index;
    text.Add(index, label, TextOf(choice.Get("text")));
    const JsonValue delta = choice.Get("delta");
    text.Add(index + " reasoning", "reasoning", TextOf(delta.Get("reasoning_content")));
    text.Add(index + " reasoning", "reasoning", TextOf(delta.Get("reasoning")));
    text.Add(index, label, TextOf(delta.Get("content")));
    text.Add(index + " refusal", "refusal", TextOf(delta.Get("refusal")));
    text.Add(index + " audio", "audio transcript", TextOf(delta.Get("audio").Get("transcript")));
    ReadToolCalls(delta.Get("tool_calls"), index, text);
    const JsonValue function = delta.Get("function_call");
    if (function.Exists()) {
        const std::string key = index + " function";
        text.Begin(key, ToolLabel(function.Get("name")));
        text.Add(key, "", TextOf(function.Get("arguments")));
    }
}

/// The responses API, and the transcription stream. False for an event of another kind.
bool ReadTypedEvent(std::string_view type, JsonValue event, AnswerText& text) {
    const std::string item = IndexedKey("item", event, "output_index");
    const std::string content = IndexedKey(item + " content", event, "content_index");
    const std::string_view delta = TextOf(event.Get("delta"));
    if (type == "response.output_item.added") {
        // A function call is named in the event that opens its item.
        const JsonValue added = event.Get("item");
        if (TextOf(added.Get("type")) == "function_call") {
            text.Begin(item + " call", ToolLabel(added.Get("name")));
        }
    } else if (type == "response.output_text.delta") {
        text.Add(content, "", delta);
    } else if (type == "response.refusal.delta") {
        text.Add(content + " refusal", "refusal", delta);
    } else if (type == "response.function_call_arguments.delta") {
        text.Add(item + " call", "tool call", delta);
    } else if (type == "response.reasoning_summary_text.delta") {
        text.Add(item + " reasoning", "reasoning", delta);
    } else if (type == "response.audio.transcript.delta") {
        text.Add("audio", "audio transcript", delta);
    } else if (type == "transcript.text.delta") {
        text.Add("transcript", "", delta);
    } else {
        return false;
    }
    return true;
}

}  // namespace

void ReadText(std::string_view /*name*/, std::string_view data, AnswerText& text) {
    const JsonValue event = ParseJson(data);
    const std::string_view type = TextOf(event.Get("type"));
    if (!type.empty() && ReadTypedEvent(type, event, text)) {
        return;
    }
    event.Get("choices").ForEach([&text](std::string_view, JsonValue choice) {
        ReadChoice(choice, text);
        return true;
    });
}

}  // namespace sightglass::dialect::openai
