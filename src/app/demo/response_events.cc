#include "app/demo/response_events.h"

#include <string_view>

#include "codec/json_writer.h"

namespace sightglass::demo {

namespace {

using codec::JsonWriter;

bool Incomplete(const Generation& generation) {
    return generation.finish_reason == "length" || generation.finish_reason == "content_filter";
}

// Ids of output items are made from the response's own.
std::string ItemId(const Generation& generation, std::string_view prefix, std::size_t number) {
    std::string id(prefix);
    id += generation.id.substr(generation.id.find('_') + 1);
    return id + std::to_string(number);
}

void WriteTextPart(JsonWriter& json, std::string_view text) {
    json.BeginObject().Key("type").String("output_text").Key("annotations").BeginArray().EndArray();
    json.Key("logprobs").BeginArray().EndArray().Key("text").String(text).EndObject();
}

std::string MessageItem(const Generation& generation, std::size_t number, bool done) {
    JsonWriter json;
    json.BeginObject()
        .Key("id")
        .String(ItemId(generation, "msg_", number))
        .Key("type")
        .String("message");
    const std::string_view status = !done                    ? "in_progress"
                                    : Incomplete(generation) ? "incomplete"
                                                             : "completed";
    json.Key("status").String(status).Key("role").String("assistant").Key("content").BeginArray();
    if (done) {
        WriteTextPart(json, generation.text);
    }
    json.EndArray().EndObject();
    return json.Take();
}

std::string CallItem(const Generation& generation, std::size_t number, bool done) {
    const ToolCall& call = generation.tool_calls[number];
    JsonWriter json;
    json.BeginObject()
        .Key("id")
        .String(ItemId(generation, "fc_", number))
        .Key("type")
        .String("function_call");
    json.Key("status").String(done ? "completed" : "in_progress").Key("call_id").String(call.id);
    json.Key("name")
        .String(call.name)
        .Key("arguments")
        .String(done ? call.arguments : "")
        .EndObject();
    return json.Take();
}

/// Numbers the events as it collects them.
/// Thread-safety: one thread at a time.
class EventList {
public:
    explicit EventList(const Generation& generation) : generation_(generation) {}

    // An event whose body is `key`: `json`.
    void Add(std::string_view type, std::string_view key, std::string_view json) {
        JsonWriter writer = Begin(type);
        writer.Key(key).Raw(json);
        End(type, writer);
    }

    void AddItem(std::string_view type, std::size_t index, std::string_view item) {
        JsonWriter writer = Begin(type);
        writer.Key("output_index").Int(static_cast<std::int64_t>(index)).Key("item").Raw(item);
        End(type, writer);
    }

    void AddPart(std::string_view type, std::string_view text) {
        JsonWriter writer = BeginInMessage(type);
        writer.Key("part");
        WriteTextPart(writer, text);
        End(type, writer);
    }

    void AddText(std::string_view type, std::string_view key, std::string_view text) {
        JsonWriter writer = BeginInMessage(type);
        writer.Key("logprobs").BeginArray().EndArray().Key(key).String(text);
        End(type, writer);
    }

    void AddArguments(
        std::string_view type,
        std::size_t number,
        std::string_view key,
        std::string_view text
    ) {
        JsonWriter writer = Begin(type);
        writer.Key("item_id").String(ItemId(generation_, "fc_", number));
        writer.Key("output_index").Int(static_cast<std::int64_t>(number)).Key(key).String(text);
        End(type, writer);
    }

    std::vector<std::string> Take() { return std::move(events_); }

private:
    JsonWriter Begin(std::string_view type) {
        JsonWriter writer;
        writer.BeginObject().Key("type").String(type);
        writer.Key("sequence_number").Int(static_cast<std::int64_t>(events_.size()));
        return writer;
    }

    JsonWriter BeginInMessage(std::string_view type) {
        JsonWriter writer = Begin(type);
        writer.Key("item_id").String(ItemId(generation_, "msg_", 0));
        writer.Key("output_index").Int(0).Key("content_index").Int(0);
        return writer;
    }

    void End(std::string_view type, JsonWriter& writer) {
        writer.EndObject();
        std::string event = "event: ";
        event += type;
        event += "\ndata: ";
        event += writer.text();
        event += "\n\n";
        events_.push_back(std::move(event));
    }

    const Generation& generation_;
    std::vector<std::string> events_;
};

void AddMessage(const Generation& generation, EventList& events) {
    events.AddItem("response.output_item.added", 0, MessageItem(generation, 0, false));
    events.AddPart("response.content_part.added", "");
    for (std::string_view token : SplitIntoTokens(generation.text)) {
        events.AddText("response.output_text.delta", "delta", token);
    }
    events.AddText("response.output_text.done", "text", generation.text);
    events.AddPart("response.content_part.done", generation.text);
    events.AddItem("response.output_item.done", 0, MessageItem(generation, 0, true));
}

void AddCalls(const Generation& generation, EventList& events) {
    for (std::size_t i = 0; i < generation.tool_calls.size(); ++i) {
        const std::string& arguments = generation.tool_calls[i].arguments;
        events.AddItem("response.output_item.added", i, CallItem(generation, i, false));
        for (std::string_view token : SplitIntoTokens(arguments)) {
            events.AddArguments("response.function_call_arguments.delta", i, "delta", token);
        }
        events.AddArguments("response.function_call_arguments.done", i, "arguments", arguments);
        events.AddItem("response.output_item.done", i, CallItem(generation, i, true));
    }
}

void WriteOutput(JsonWriter& json, const Generation& generation) {
    json.Key("output").BeginArray();
    if (generation.tool_calls.empty()) {
        json.Raw(MessageItem(generation, 0, true));
    }
    for (std::size_t i = 0; i < generation.tool_calls.size(); ++i) {
        json.Raw(CallItem(generation, i, true));
    }
    json.EndArray();
}

}  // namespace

std::string ResponseObject(const Generation& generation, ResponseState state) {
    const bool ended = state == ResponseState::kEnded;
    const bool incomplete = ended && Incomplete(generation);
    JsonWriter json;
    json.BeginObject().Key("id").String(generation.id).Key("object").String("response");
    json.Key("created_at").Int(ToMicros(generation.created) / 1'000'000);
    json.Key("status").String(!ended ? "in_progress" : incomplete ? "incomplete" : "completed");
    json.Key("error").Null().Key("incomplete_details");
    if (incomplete) {
        const bool length = generation.finish_reason == "length";
        json.BeginObject()
            .Key("reason")
            .String(length ? "max_output_tokens" : "content_filter")
            .EndObject();
    } else {
        json.Null();
    }
    json.Key("model")
        .String(generation.model)
        .Key("service_tier")
        .String(ended ? "default" : "auto");
    if (ended) {
        WriteOutput(json, generation);
        json.Key("usage").Raw(UsageJson(Operation::kResponse, generation.tokens));
    } else {
        json.Key("output").BeginArray().EndArray().Key("usage").Null();
    }
    json.Key("parallel_tool_calls").Bool(true).Key("previous_response_id").Null();
    json.Key("store").Bool(true).Key("metadata").BeginObject().EndObject().EndObject();
    return json.Take();
}

std::vector<std::string> ResponseEvents(const Generation& generation) {
    EventList events(generation);
    const std::string begun = ResponseObject(generation, ResponseState::kInProgress);
    events.Add("response.created", "response", begun);
    events.Add("response.in_progress", "response", begun);
    if (generation.tool_calls.empty()) {
        AddMessage(generation, events);
    } else {
        AddCalls(generation, events);
    }
    const std::string_view last =
        Incomplete(generation) ? "response.incomplete" : "response.completed";
    events.Add(last, "response", ResponseObject(generation, ResponseState::kEnded));
    return events.Take();
}

}  // namespace sightglass::demo
