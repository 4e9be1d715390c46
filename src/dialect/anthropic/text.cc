// What the events of a streamed answer say.
#include <string>

#include "dialect/anthropic/anthropic.h"
#include "dialect/body_json.h"
#include "dialect/json_reading.h"
#include "dialect/text_keys.h"

namespace sightglass::dialect::anthropic {
namespace {

using codec::JsonValue;

void ReadBlock(const std::string& key, JsonValue block, AnswerText& text) {
    const std::string_view type = TextOf(block.Get("type"));
    if (type.ends_with("tool_use")) {
        text.Begin(key, ToolLabel(block.Get("name")));
    }
    text.Add(key, "", TextOf(block.Get("text")));
    text.Add(key, "reasoning", TextOf(block.Get("thinking")));
}

}  // namespace

void ReadText(std::string_view name, std::string_view data, AnswerText& text) {
    const JsonValue event = ParseJson(data);
    const std::string_view own = TextOf(event.Get("type"));
    const std::string_view type = own.empty() ? name : own;
    const std::string key = IndexedKey("block", event, "index");
    if (type == "content_block_start") {
        ReadBlock(key, event.Get("content_block"), text);
    } else if (type == "content_block_delta") {
        const JsonValue delta = event.Get("delta");
        text.Add(key, "", TextOf(delta.Get("text")));
        text.Add(key, "reasoning", TextOf(delta.Get("thinking")));
        text.Add(key, "tool call", TextOf(delta.Get("partial_json")));
    } else if (type == "completion") {
        text.Add("completion", "", TextOf(event.Get("completion")));
    }
}

}  // namespace sightglass::dialect::anthropic
