// What the lines of a streamed answer say.
#include <string>

#include "dialect/body_json.h"
#include "dialect/json_reading.h"
#include "dialect/ollama/ollama.h"
#include "dialect/text_keys.h"

namespace sightglass::dialect::ollama {

using codec::JsonValue;

void ReadText(std::string_view /*name*/, std::string_view data, AnswerText& text) {
    const JsonValue line = ParseJson(data);
    const JsonValue message = line.Get("message");
    for (const JsonValue source : {line, message}) {
        text.Add("reasoning", "reasoning", TextOf(source.Get("thinking")));
    }
    text.Add("answer", "", TextOf(line.Get("response")));
    text.Add("answer", "", TextOf(message.Get("content")));
    message.Get("tool_calls").ForEach([&text](std::string_view, JsonValue call) {
        const JsonValue function = call.Get("function");
        const std::string label = ToolLabel(function.Get("name"));
        const JsonValue given = function.Get("arguments");
        const std::string arguments = given.Exists() ? given.Text() : std::string();
        text.Begin(label + arguments, label);
        text.Add(label + arguments, "", arguments);
        return true;
    });
}

}  // namespace sightglass::dialect::ollama
