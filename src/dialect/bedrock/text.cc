// What the events of a streamed answer say.
#include <string>

#include "codec/base64.h"
#include "dialect/anthropic/anthropic.h"
#include "dialect/bedrock/bedrock.h"
#include "dialect/bedrock/invocation.h"
#include "dialect/body_json.h"
#include "dialect/json_reading.h"
#include "dialect/text_keys.h"

namespace sightglass::dialect::bedrock {
namespace {

using codec::JsonValue;

void ReadConverseText(std::string_view name, JsonValue event, AnswerText& text) {
    const std::string key = IndexedKey("block", event, "contentBlockIndex");
    if (name == "contentBlockStart") {
        const JsonValue tool = event.Get("start").Get("toolUse");
        if (tool.Exists()) {
            text.Begin(key, ToolLabel(tool.Get("name")));
        }
    } else if (name == "contentBlockDelta") {
        const JsonValue delta = event.Get("delta");
        text.Add(key, "", TextOf(delta.Get("text")));
        text.Add(key, "reasoning", TextOf(delta.Get("reasoningContent").Get("text")));
        text.Add(key, "tool call", TextOf(delta.Get("toolUse").Get("input")));
    }
}

void ReadChunkText(JsonValue envelope, AnswerText& text) {
    std::string bytes;
    if (!codec::DecodeBase64(TextOf(envelope.Get("bytes")), bytes)) {
        return;
    }
    const JsonValue chunk = ParseJson(bytes);
    if (chunk.Get("completion").IsString()) {
        text.Add("completion", "", TextOf(chunk.Get("completion")));
    } else if (IsAnthropic(chunk)) {
        anthropic::ReadText({}, bytes, text);
    } else {
        text.Add("answer", "", TextOfInvocation(chunk));
        // Amazon's Nova streams Converse's events, each the only member of an object.
        chunk.ForEach([&text](std::string_view name, JsonValue event) {
            ReadConverseText(name, event, text);
            return true;
        });
    }
}

}  // namespace

void ReadText(std::string_view name, std::string_view data, AnswerText& text) {
    const JsonValue event = ParseJson(data);
    if (name == "chunk") {
        ReadChunkText(event, text);
    } else {
        ReadConverseText(name, event, text);
    }
}

}  // namespace sightglass::dialect::bedrock
