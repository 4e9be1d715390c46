#include "app/demo/generation.h"

#include <algorithm>
#include <span>

#include "app/demo/response_events.h"
#include "codec/json_writer.h"

namespace sightglass::demo {

namespace {

using codec::JsonWriter;

std::int64_t UnixSeconds(Time time) {
    return ToMicros(time) / 1'000'000;
}

std::string DataEvent(std::string_view json) {
    std::string event = "data: ";
    event += json;
    return event + "\n\n";
}

// {"id":…,"object":…,"created":…,"model":…,"service_tier":"default" and the object is left open.
JsonWriter BeginChunk(const Generation& generation, std::string_view object) {
    JsonWriter json;
    json.BeginObject().Key("id").String(generation.id).Key("object").String(object);
    json.Key("created").Int(UnixSeconds(generation.created)).Key("model").String(generation.model);
    return json;
}

void WriteToolCall(JsonWriter& json, const ToolCall& call) {
    json.BeginObject().Key("id").String(call.id).Key("type").String("function").Key("function");
    json.BeginObject()
        .Key("name")
        .String(call.name)
        .Key("arguments")
        .String(call.arguments)
        .EndObject();
    json.EndObject();
}

std::string WholeChat(const Generation& generation) {
    JsonWriter json = BeginChunk(generation, "chat.completion");
    json.Key("choices").BeginArray().BeginObject().Key("index").Int(0).Key("message").BeginObject();
    json.Key("role").String("assistant").Key("content");
    if (generation.tool_calls.empty()) {
        json.String(generation.text);
    } else {
        json.Null().Key("tool_calls").BeginArray();
        for (const ToolCall& call : generation.tool_calls) {
            WriteToolCall(json, call);
        }
        json.EndArray();
    }
    json.Key("refusal").Null().Key("annotations").BeginArray().EndArray().EndObject();
    json.Key("logprobs")
        .Null()
        .Key("finish_reason")
        .String(generation.finish_reason)
        .EndObject()
        .EndArray();
    json.Key("usage").Raw(UsageJson(Operation::kChat, generation.tokens));
    json.Key("service_tier").String("default").Key("system_fingerprint").Null().EndObject();
    return json.Take();
}

std::string WholeCompletion(const Generation& generation) {
    JsonWriter json = BeginChunk(generation, "text_completion");
    json.Key("choices")
        .BeginArray()
        .BeginObject()
        .Key("text")
        .String(generation.text)
        .Key("index")
        .Int(0);
    json.Key("logprobs")
        .Null()
        .Key("finish_reason")
        .String(generation.finish_reason)
        .EndObject()
        .EndArray();
    json.Key("usage").Raw(UsageJson(Operation::kCompletion, generation.tokens)).EndObject();
    return json.Take();
}

// A chunk of a chat stream; `delta` is the JSON of the delta object.
std::string
ChatChunk(const Generation& generation, std::string_view delta, std::string_view finish_reason) {
    JsonWriter json = BeginChunk(generation, "chat.completion.chunk");
    json.Key("service_tier").String("default").Key("system_fingerprint").Null();
    json.Key("choices").BeginArray().BeginObject().Key("index").Int(0).Key("delta").Raw(delta);
    json.Key("logprobs").Null().Key("finish_reason");
    if (finish_reason.empty()) {
        json.Null();
    } else {
        json.String(finish_reason);
    }
    json.EndObject().EndArray();
    if (generation.include_usage) {
        json.Key("usage").Null();
    }
    json.EndObject();
    return DataEvent(json.text());
}

std::string ContentDelta(std::string_view text) {
    JsonWriter json;
    json.BeginObject().Key("content").String(text).EndObject();
    return json.Take();
}

std::string ToolDelta(std::int64_t index, const ToolCall& call) {
    JsonWriter json;
    json.BeginObject().Key("tool_calls").BeginArray().BeginObject().Key("index").Int(index);
    json.Key("id").String(call.id).Key("type").String("function").Key("function").BeginObject();
    json.Key("name")
        .String(call.name)
        .Key("arguments")
        .String("")
        .EndObject()
        .EndObject()
        .EndArray()
        .EndObject();
    return json.Take();
}

std::string ArgumentsDelta(std::int64_t index, std::string_view text) {
    JsonWriter json;
    json.BeginObject().Key("tool_calls").BeginArray().BeginObject().Key("index").Int(index);
    json.Key("function").BeginObject().Key("arguments").String(text).EndObject();
    json.EndObject().EndArray().EndObject();
    return json.Take();
}

std::string CompletionChunk(
    const Generation& generation,
    std::string_view text,
    std::string_view finish_reason
) {
    JsonWriter json = BeginChunk(generation, "text_completion");
    json.Key("choices").BeginArray().BeginObject().Key("text").String(text).Key("index").Int(0);
    json.Key("logprobs").Null().Key("finish_reason");
    if (finish_reason.empty()) {
        json.Null();
    } else {
        json.String(finish_reason);
    }
    json.EndObject().EndArray().EndObject();
    return DataEvent(json.text());
}

std::string UsageChunk(const Generation& generation) {
    const bool chat = generation.operation == Operation::kChat;
    JsonWriter json = BeginChunk(generation, chat ? "chat.completion.chunk" : "text_completion");
    json.Key("choices").BeginArray().EndArray();
    json.Key("usage").Raw(UsageJson(generation.operation, generation.tokens)).EndObject();
    return DataEvent(json.text());
}

std::vector<std::string> ChatEvents(const Generation& generation) {
    std::vector<std::string> events;
    events.push_back(
        ChatChunk(generation, R"({"role":"assistant","content":"","refusal":null})", "")
    );
    for (std::string_view token : SplitIntoTokens(generation.text)) {
        events.push_back(ChatChunk(generation, ContentDelta(token), ""));
    }
    for (std::size_t i = 0; i < generation.tool_calls.size(); ++i) {
        const ToolCall& call = generation.tool_calls[i];
        const auto index = static_cast<std::int64_t>(i);
        events.push_back(ChatChunk(generation, ToolDelta(index, call), ""));
        for (std::string_view token : SplitIntoTokens(call.arguments)) {
            events.push_back(ChatChunk(generation, ArgumentsDelta(index, token), ""));
        }
    }
    events.push_back(ChatChunk(generation, "{}", generation.finish_reason));
    return events;
}

std::vector<std::string> CompletionEvents(const Generation& generation) {
    std::vector<std::string> events;
    for (std::string_view token : SplitIntoTokens(generation.text)) {
        events.push_back(CompletionChunk(generation, token, ""));
    }
    events.push_back(CompletionChunk(generation, "", generation.finish_reason));
    return events;
}

std::vector<std::string> EventsOf(const Generation& generation) {
    if (generation.operation == Operation::kResponse) {
        return ResponseEvents(generation);
    }
    std::vector<std::string> events = generation.operation == Operation::kChat
                                          ? ChatEvents(generation)
                                          : CompletionEvents(generation);
    if (generation.include_usage) {
        events.push_back(UsageChunk(generation));
    }
    events.push_back("data: [DONE]\n\n");
    return events;
}

}  // namespace

std::string WholeBody(const Generation& generation) {
    switch (generation.operation) {
        case Operation::kResponse:
            return ResponseObject(generation, ResponseState::kEnded);
        case Operation::kCompletion:
            return WholeCompletion(generation);
        default:
            return WholeChat(generation);
    }
}

std::vector<Piece> StreamPieces(const Generation& generation, Random& random) {
    std::vector<std::string> events = EventsOf(generation);
    const Performance& performance = generation.performance;
    const double gap_us =
        static_cast<double>((performance.total - performance.first_token).count()) /
        static_cast<double>(std::max<std::size_t>(events.size(), 1));
    // Events that come when the request was accepted; what follows waits until the model has
    // thought.
    const std::size_t preamble = generation.operation == Operation::kResponse ? 2
                                 : generation.operation == Operation::kChat   ? 1
                                                                              : 0;
    const Duration accepted = performance.first_token / 3;
    std::vector<Piece> pieces;
    pieces.reserve(events.size());
    for (std::string& event : events) {
        Piece piece;
        const std::size_t number = pieces.size();
        if (number == 0 && preamble > 0) {
            piece.after = accepted;
        } else if (number == preamble) {
            piece.after = performance.first_token - (preamble > 0 ? accepted : Duration());
        } else if (number > preamble) {
            // Tokens come in small bursts: some at once, then a longer gap.
            const double factor = random.Chance(0.3) ? 0 : random.LogNormal(1.35, 0.35);
            piece.after = Duration(static_cast<std::int64_t>(gap_us * factor));
        }
        piece.bytes = std::move(event);
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

std::string RandomId(std::string_view prefix, int length, Random& random) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string id(prefix);
    for (int i = 0; i < length; ++i) {
        id += kAlphabet[static_cast<std::size_t>(random.Next() % kAlphabet.size())];
    }
    return id;
}

}  // namespace sightglass::demo
