// ReadAnswer and ReadStream of conversation.h.
#include "app/demo/conversation.h"
#include "codec/json.h"
#include "codec/sse.h"

namespace sightglass::demo {

namespace {

using codec::JsonValue;

std::string TextOf(JsonValue value) {
    return std::string(value.String().value_or(""));
}

void ReadChatMessage(JsonValue message, Heard& heard) {
    heard.text = TextOf(message.Get("content"));
    message.Get("tool_calls").ForEach([&heard](std::string_view, JsonValue call) {
        const JsonValue function = call.Get("function");
        heard.tool_calls.push_back(
            {TextOf(call.Get("id")),
             TextOf(function.Get("name")),
             TextOf(function.Get("arguments"))}
        );
        return true;
    });
}

void ReadResponse(JsonValue response, Heard& heard) {
    response.Get("output").ForEach([&heard](std::string_view, JsonValue item) {
        if (item.Get("type").String() == "function_call") {
            heard.tool_calls.push_back(
                {TextOf(item.Get("call_id")),
                 TextOf(item.Get("name")),
                 TextOf(item.Get("arguments"))}
            );
        } else {
            heard.text += TextOf(item.Get("content").At(0).Get("text"));
        }
        return true;
    });
}

void ReadChatChunk(JsonValue chunk, Heard& heard) {
    const JsonValue delta = chunk.Get("choices").At(0).Get("delta");
    heard.text += TextOf(delta.Get("content"));
    const JsonValue call = delta.Get("tool_calls").At(0);
    if (!call.Exists()) {
        return;
    }
    if (call.Get("id").IsString()) {
        heard.tool_calls.push_back(
            {TextOf(call.Get("id")), TextOf(call.Get("function").Get("name")), ""}
        );
    }
    if (!heard.tool_calls.empty()) {
        heard.tool_calls.back().arguments += TextOf(call.Get("function").Get("arguments"));
    }
}

}  // namespace

Heard ReadAnswer(Operation operation, std::string_view body) {
    Heard heard;
    codec::JsonParser parser;
    const auto document = parser.Parse(body);
    if (!document.Ok()) {
        return heard;
    }
    if (operation == Operation::kResponse) {
        ReadResponse(*document, heard);
    } else if (operation == Operation::kChat) {
        ReadChatMessage(document->Get("choices").At(0).Get("message"), heard);
    }
    return heard;
}

Heard ReadStream(Operation operation, std::string_view events) {
    Heard heard;
    codec::JsonParser parser;
    codec::SseReader reader;
    const auto read = [&](const codec::SseEvent& event) {
        const bool ends = event.name == "response.completed" || event.name == "response.incomplete";
        if (operation == Operation::kResponse && !ends) {
            return;  // The last event holds the whole response.
        }
        const auto document = parser.Parse(event.data);
        if (!document.Ok()) {
            return;  // "[DONE]"
        }
        if (operation == Operation::kResponse) {
            ReadResponse(document->Get("response"), heard);
        } else {
            ReadChatChunk(*document, heard);
        }
    };
    reader.Feed(events, read);
    reader.Finish(read);
    return heard;
}

}  // namespace sightglass::demo
