#include "app/demo/conversation.h"

#include <algorithm>

#include "app/demo/prose.h"
#include "codec/json_writer.h"

namespace sightglass::demo {

namespace {

using codec::JsonWriter;

constexpr std::string_view kLookUpParameters =
    R"({"type":"object","properties":{"order_id":{"type":"string","description":"Order number, NW-…"},)"
    R"("include_history":{"type":"boolean"}},"required":["order_id"],"additionalProperties":false})";
constexpr std::string_view kSearchParameters =
    R"({"type":"object","properties":{"query":{"type":"string"},"limit":{"type":"integer"}},)"
    R"("required":["query"],"additionalProperties":false})";
constexpr std::string_view kInvoiceSchema =
    R"({"type":"json_schema","json_schema":{"name":"invoice","strict":true,"schema":{"type":"object","properties":)"
    R"({"supplier":{"type":"string"},"invoice_number":{"type":"string"},"total":{"type":"number"},"currency":)"
    R"({"type":"string","enum":["EUR","USD","GBP"]},"due_in_days":{"type":"integer"}},"additionalProperties":false}}})";
constexpr std::string_view kLabelSchema =
    R"({"type":"json_schema","json_schema":{"name":"label","strict":true,"schema":{"type":"object","properties":)"
    R"({"label":{"type":"string"},"urgent":{"type":"boolean"},"confidence":{"type":"number"}},)"
    R"("additionalProperties":false}}})";

std::string Message(std::string_view role, std::string_view text) {
    JsonWriter json;
    json.BeginObject().Key("role").String(role).Key("content").String(text).EndObject();
    return json.Take();
}

void WriteTool(
    JsonWriter& json,
    Operation operation,
    std::string_view name,
    std::string_view parameters
) {
    json.BeginObject().Key("type").String("function");
    if (operation == Operation::kChat) {
        json.Key("function").BeginObject();
    }
    json.Key("name")
        .String(name)
        .Key("description")
        .String("Looks something up in Northwind's systems.");
    json.Key("parameters").Raw(parameters);
    if (operation == Operation::kChat) {
        json.EndObject();
    }
    json.EndObject();
}

std::string ChatToolCalls(const std::vector<ToolCall>& calls) {
    JsonWriter json;
    json.BeginObject()
        .Key("role")
        .String("assistant")
        .Key("content")
        .Null()
        .Key("tool_calls")
        .BeginArray();
    for (const ToolCall& call : calls) {
        json.BeginObject().Key("id").String(call.id).Key("type").String("function").Key("function");
        json.BeginObject()
            .Key("name")
            .String(call.name)
            .Key("arguments")
            .String(call.arguments)
            .EndObject();
        json.EndObject();
    }
    json.EndArray().EndObject();
    return json.Take();
}

constexpr std::string_view kToolResult =
    R"({"status":"in_transit","carrier":"Velo Express","last_scan":"regional depot","items":3,"total":"84.50 EUR"})";

}  // namespace

Conversation::Conversation(const ServiceProfile& service, Random& random)
    : Conversation(service, ChooseModel(service, random), random) {}

Conversation::Conversation(const ServiceProfile& service, const ModelProfile& model, Random& random)
    : service_(service),
      model_(model),
      language_(ChooseLanguage(service, random)),
      offers_tools_(random.Chance(service.tools_share)) {
    if (service.users > 0) {
        user_ = UserOf(service, random.Popular(static_cast<std::size_t>(service.users)));
    }
    if (service.turns_mean > 1) {
        session_id_ = RandomId("sess_", 16, random);
        turns_ = 1 + random.Poisson(random.Exponential(service.turns_mean - 1));
    }
    if (service.operation == Operation::kChat) {
        const auto tokens = static_cast<std::size_t>(service.instruction_tokens);
        messages_.push_back(Message("system", Instructions(service.name, tokens)));
    }
}

OutgoingRequest Conversation::Next(Random& random) {
    if (!tool_results_pending_) {
        Ask(random);
    }
    tool_results_pending_ = false;
    OutgoingRequest request;
    request.target = EndpointOf(service_.operation);
    request.headers = Headers();
    request.body =
        service_.operation == Operation::kEmbedding ? EmbeddingBody(random) : Body(random);
    request.stream = service_.stream;
    return request;
}

void Conversation::Ask(Random& random) {
    last_question_ = Question(language_, service_.topic, random);
    // Documents, diffs and tables come with the question.
    const auto tokens = static_cast<std::size_t>(random.LogNormal(service_.input_tokens, 0.7));
    const std::size_t short_by = tokens - std::min(tokens, CountTokens(last_question_));
    if (short_by > 20) {
        last_question_ += "\n\n";
        last_question_ += Answer(language_, service_.topic, short_by, random);
    }
    messages_.push_back(Message("user", last_question_));
}

std::string Conversation::Body(Random& random) const {
    const Operation operation = service_.operation;
    const auto tokens_max = static_cast<std::int64_t>(service_.output_tokens) * 8;
    JsonWriter json;
    json.BeginObject().Key("model").String(model_.name);
    if (operation == Operation::kResponse) {
        const auto tokens = static_cast<std::size_t>(service_.instruction_tokens);
        json.Key("instructions").String(Instructions(service_.name, tokens));
        json.Key("max_output_tokens").Int(tokens_max);
    } else {
        json.Key(operation == Operation::kChat ? "max_completion_tokens" : "max_tokens")
            .Int(tokens_max);
    }
    if (operation == Operation::kCompletion) {
        json.Key("prompt").String(last_question_);
    } else {
        json.Key(operation == Operation::kChat ? "messages" : "input").BeginArray();
        for (const std::string& message : messages_) {
            json.Raw(message);
        }
        json.EndArray();
    }
    if (service_.topic == Topic::kWriting) {
        json.Key("temperature").Double(0.8);
    }
    if (service_.stream) {
        json.Key("stream").Bool(true);
    }
    // Some applications forget to ask for the usage of their streams.
    if (service_.stream && operation == Operation::kChat && random.Chance(0.97)) {
        json.Key("stream_options").BeginObject().Key("include_usage").Bool(true).EndObject();
    }
    WriteOffers(json);
    WriteMetadata(json);
    json.EndObject();
    return json.Take();
}

void Conversation::WriteOffers(codec::JsonWriter& json) const {
    const Operation operation = service_.operation;
    if (service_.feature == "triage") {
        json.Key("response_format").Raw(kLabelSchema);
    } else if (service_.feature == "extraction") {
        json.Key("response_format").Raw(kInvoiceSchema);
    } else if (offers_tools_) {
        json.Key("tools").BeginArray();
        WriteTool(json, operation, "look_up_order", kLookUpParameters);
        WriteTool(json, operation, "search_catalogue", kSearchParameters);
        json.EndArray();
    }
}

void Conversation::WriteMetadata(codec::JsonWriter& json) const {
    if (service_.attribution != Attribution::kBodyMetadata) {
        return;
    }
    json.Key("user").String(user_).Key("metadata").BeginObject();
    json.Key("feature").String(service_.feature);
    if (!session_id_.empty()) {
        json.Key("session_id").String(session_id_);
    }
    json.EndObject();
}

std::string Conversation::EmbeddingBody(Random& random) const {
    constexpr std::int64_t kDocumentsMax = 12;
    JsonWriter json;
    json.BeginObject()
        .Key("model")
        .String(model_.name)
        .Key("encoding_format")
        .String("base64")
        .Key("input");
    if (service_.rhythm == Rhythm::kNight) {
        json.BeginArray();
        for (std::int64_t i = random.Between(4, kDocumentsMax); i > 0; --i) {
            json.String(Answer(language_, service_.topic, 80, random));
        }
        json.EndArray();
    } else {
        json.String(last_question_);
    }
    json.EndObject();
    return json.Take();
}

std::vector<std::pair<std::string, std::string>> Conversation::Headers() const {
    const SdkProfile& sdk = Sdks()[static_cast<std::size_t>(service_.sdk)];
    const auto text = [](std::string_view view) { return std::string(view); };
    std::vector<std::pair<std::string, std::string>> headers = {
        {"authorization", "Bearer " + KeyOf(service_)},
        {"content-type", "application/json"},
        {"accept", "application/json"},
        {"accept-encoding", "gzip"},
        {"user-agent", text(sdk.user_agent)},
        {"x-stainless-lang", text(sdk.language)},
        {"x-stainless-package-version", text(sdk.package_version)},
        {"x-stainless-os", "Linux"},
        {"x-stainless-arch", "x64"},
        {"x-stainless-runtime", text(sdk.runtime)},
        {"x-stainless-runtime-version", text(sdk.runtime_version)},
        {"x-stainless-retry-count", "0"},
    };
    AppendAttribution(headers);
    return headers;
}

void Conversation::AppendAttribution(std::vector<std::pair<std::string, std::string>>& headers
) const {
    // Set for a whole deployment, from its environment; who is calling is said in three different
    // ways.
    headers.emplace_back("x-sightglass-service", service_.name);
    headers.emplace_back("x-sightglass-team", service_.team);
    headers.emplace_back("x-sightglass-environment", service_.environment);
    if (service_.attribution == Attribution::kBodyMetadata) {
        return;
    }
    const bool helicone = service_.attribution == Attribution::kHelicone;
    headers.emplace_back(
        helicone ? "Helicone-Property-Feature" : "x-sightglass-tag-feature",
        service_.feature
    );
    if (!user_.empty()) {
        headers.emplace_back(helicone ? "Helicone-User-Id" : "x-sightglass-user", user_);
    }
    if (!session_id_.empty()) {
        headers.emplace_back(
            helicone ? "Helicone-Session-Id" : "x-sightglass-session",
            session_id_
        );
    }
}

void Conversation::Learn(const Heard& heard) {
    if (service_.turns_mean <= 1) {
        return;
    }
    if (heard.tool_calls.empty()) {
        messages_.push_back(Message("assistant", heard.text));
        return;
    }
    tool_results_pending_ = true;
    if (service_.operation == Operation::kChat) {
        messages_.push_back(ChatToolCalls(heard.tool_calls));
    }
    for (const ToolCall& call : heard.tool_calls) {
        JsonWriter json;
        if (service_.operation == Operation::kChat) {
            json.BeginObject().Key("role").String("tool").Key("tool_call_id").String(call.id);
            json.Key("content").String(kToolResult).EndObject();
        } else {
            json.BeginObject().Key("type").String("function_call").Key("call_id").String(call.id);
            json.Key("name").String(call.name).Key("arguments").String(call.arguments).EndObject();
            messages_.push_back(json.Take());
            json = JsonWriter();
            json.BeginObject()
                .Key("type")
                .String("function_call_output")
                .Key("call_id")
                .String(call.id);
            json.Key("output").String(kToolResult).EndObject();
        }
        messages_.push_back(json.Take());
    }
}

void Conversation::MarkRetry(OutgoingRequest& request, int retry) {
    for (auto& [name, value] : request.headers) {
        if (name == "x-stainless-retry-count") {
            value = std::to_string(retry);
        }
    }
}

void Conversation::UseRevokedKey(OutgoingRequest& request) {
    for (auto& [name, value] : request.headers) {
        if (name == "authorization") {
            value = "Bearer " + RevokedKey(value.substr(7));
        }
    }
}

}  // namespace sightglass::demo
