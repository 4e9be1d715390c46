// What the events of a streamed answer say.
#include <string>

#include "dialect/body_json.h"
#include "dialect/cohere/cohere.h"
#include "dialect/json_reading.h"
#include "dialect/openai/openai.h"
#include "dialect/text_keys.h"

namespace sightglass::dialect::cohere {

using codec::JsonValue;

void ReadText(std::string_view name, std::string_view data, AnswerText& text) {
    const JsonValue event = ParseJson(data);
    if (event.Get("choices").IsArray()) {
        openai::ReadText(name, data, text);  // Others have OpenAI's answers at Cohere's paths.
        return;
    }
    if (TextOf(event.Get("event_type")) == "text-generation") {
        text.Add("answer", "", TextOf(event.Get("text")));  // Version 1.
    }
    const std::string_view type = TextOf(event.Get("type"));
    const JsonValue message = event.Get("delta").Get("message");
    if (type == "content-start" || type == "content-delta") {
        const std::string key = IndexedKey("block", event, "index");
        text.Add(key, "", TextOf(message.Get("content").Get("text")));
        text.Add(key, "reasoning", TextOf(message.Get("content").Get("thinking")));
    } else if (type == "tool-plan-delta") {
        text.Add("plan", "reasoning", TextOf(message.Get("tool_plan")));
    } else if (type == "tool-call-start" || type == "tool-call-delta") {
        const std::string key = IndexedKey("tool", event, "index");
        const JsonValue function = message.Get("tool_calls").Get("function");
        if (type == "tool-call-start") {
            text.Begin(key, ToolLabel(function.Get("name")));
        }
        text.Add(key, "tool call", TextOf(function.Get("arguments")));
    }
}

}  // namespace sightglass::dialect::cohere
