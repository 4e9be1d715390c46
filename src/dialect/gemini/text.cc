// What the events of a streamed answer say.
#include <string>

#include "dialect/body_json.h"
#include "dialect/gemini/gemini.h"
#include "dialect/json_reading.h"
#include "dialect/text_keys.h"

namespace sightglass::dialect::gemini {
namespace {

using codec::JsonValue;

/// A call comes whole; two of the same function are told apart by what they are called with.
void ReadCall(const std::string& candidate, JsonValue call, AnswerText& text) {
    if (!call.IsObject()) {
        return;
    }
    std::string key = candidate + " call ";
    const JsonValue given = call.Get("args");
    const std::string arguments = given.Exists() ? given.Text() : std::string();
    key.append(TextOf(call.Get("name"))).append(1, ' ').append(arguments);
    text.Begin(key, ToolLabel(call.Get("name")));
    text.Add(key, "", arguments);
}

void ReadCandidate(JsonValue candidate, AnswerText& text) {
    const std::string key = IndexedKey("choice", candidate, "index");
    const std::string_view label = key == "choice 0" ? std::string_view() : key;
    candidate.Get("content").Get("parts").ForEach([&](std::string_view, JsonValue part) {
        const std::string_view words = TextOf(part.Get("text"));
        if (part.Get("thought").Bool().value_or(false)) {
            text.Add(key + " reasoning", "reasoning", words);
        } else {
            text.Add(key, label, words);
        }
        ReadCall(key, part.Get("functionCall"), text);
        text.Add(key + " code", "code", TextOf(part.Get("executableCode").Get("code")));
        text.Add(
            key + " output",
            "code output",
            TextOf(part.Get("codeExecutionResult").Get("output"))
        );
        return true;
    });
}

}  // namespace

void ReadText(std::string_view name, std::string_view data, AnswerText& text) {
    const JsonValue event = ParseJson(data);
    if (name.ends_with(".delta")) {
        text.Add(IndexedKey("step", event, "index"), "", TextOf(event.Get("delta").Get("text")));
    }
    event.Get("candidates").ForEach([&text](std::string_view, JsonValue candidate) {
        ReadCandidate(candidate, text);
        return true;
    });
}

}  // namespace sightglass::dialect::gemini
