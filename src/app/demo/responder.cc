#include "app/demo/responder.h"

#include <algorithm>
#include <utility>

#include "app/demo/answer_text.h"
#include "base/text.h"
#include "codec/compression.h"
#include "codec/json_writer.h"

namespace sightglass::demo {

namespace {

using codec::JsonValue;
using codec::JsonWriter;
using std::chrono::milliseconds;

constexpr std::int64_t kContextWindow = 400'000;
constexpr std::int64_t kUsualOutputTokens = 140;
constexpr std::string_view kGuests = "northwind-guests";  // Who calls with kGuestKey.

Reply ErrorReply(const ErrorAnswer& error) {
    const auto write = [](JsonWriter& json, std::string_view key, const std::string& text) {
        json.Key(key);
        if (text.empty()) {
            json.Null();
        } else {
            json.String(text);
        }
    };
    JsonWriter json;
    json.BeginObject().Key("error").BeginObject().Key("message").String(error.message);
    json.Key("type").String(error.type);
    write(json, "param", error.param);
    write(json, "code", error.code);
    json.EndObject().EndObject();
    Reply reply;
    reply.status = error.http_status;
    reply.body = json.Take();
    reply.delay = milliseconds(error.http_status >= 500 ? 400 : 30);
    reply.headers.emplace_back("content-type", "application/json");
    if (error.retry_after.count() > 0) {
        const std::int64_t ms = error.retry_after.count() / 1000;
        reply.headers.emplace_back("retry-after-ms", std::to_string(ms));
        reply.headers.emplace_back("retry-after", std::to_string((ms + 999) / 1000));
    }
    return reply;
}

Reply BadRequest(std::string message) {
    ErrorAnswer error;
    error.http_status = 400;
    error.type = "invalid_request_error";
    error.message = std::move(message);
    return ErrorReply(error);
}

Reply NotFound(const ProviderRequest& request) {
    ErrorAnswer error;
    error.http_status = 404;
    error.type = "invalid_request_error";
    error.message = "Invalid URL (" + std::string(request.method) + " " +
                    EscapeForDisplay(request.target) + ")";
    return ErrorReply(error);
}

std::optional<Operation> OperationOf(std::string_view path) noexcept {
    if (path == "/v1/chat/completions") {
        return Operation::kChat;
    }
    if (path == "/v1/responses") {
        return Operation::kResponse;
    }
    if (path == "/v1/completions") {
        return Operation::kCompletion;
    }
    return path == "/v1/embeddings" ? std::optional(Operation::kEmbedding) : std::nullopt;
}

void AddLimitHeaders(const LimitCheck& check, Reply& reply) {
    const auto add = [&reply](const std::string& name, const Allowance& allowance) {
        reply.headers.emplace_back("x-ratelimit-limit-" + name, std::to_string(allowance.limit));
        reply.headers.emplace_back(
            "x-ratelimit-remaining-" + name,
            std::to_string(allowance.remaining)
        );
        reply.headers.emplace_back("x-ratelimit-reset-" + name, GoDuration(allowance.reset));
    };
    add("requests", check.requests);
    add("tokens", check.tokens);
}

// Others of the organization use nearly all of it.
void UseUp(Allowance& allowance, Random& random) {
    const double left = 0.02 + 0.15 * random.Unit();
    allowance.remaining = std::min(
        allowance.remaining,
        static_cast<std::int64_t>(left * static_cast<double>(allowance.limit))
    );
    allowance.reset = std::max(
        allowance.reset,
        std::chrono::duration_cast<Duration>((1 - left) * std::chrono::minutes(1))
    );
}

void WriteModel(JsonWriter& json, std::string_view id) {
    constexpr std::int64_t kCreated = 1'760'000'000;
    json.BeginObject().Key("id").String(id).Key("object").String("model");
    json.Key("created").Int(kCreated).Key("owned_by").String("system").EndObject();
}

// A name that a provider like this one would know, though the cast does not have it.
bool LooksLikeModel(std::string_view name) noexcept {
    constexpr std::string_view kStarts[] =
        {"gpt-", "chatgpt-", "o1", "o3", "o4", "text-embedding-"};
    return std::any_of(std::begin(kStarts), std::end(kStarts), [name](std::string_view start) {
        return name.starts_with(start);
    });
}

std::int64_t OutputTokensMax(JsonValue request) {
    for (const char* key : {"max_completion_tokens", "max_output_tokens", "max_tokens"}) {
        if (const auto tokens = request.Get(key).Int(); tokens && *tokens > 0) {
            return *tokens;
        }
    }
    return 0;
}

void Compress(std::string_view accept_encoding, Reply& reply) {
    constexpr std::size_t kWorthwhileBytes = 1024;
    if (reply.stream || reply.body.size() < kWorthwhileBytes ||
        accept_encoding.find("gzip") == std::string_view::npos) {
        return;
    }
    reply.body = codec::CompressGzip(reply.body);
    reply.headers.emplace_back("content-encoding", "gzip");
}

std::string NewResponseId(Operation operation, Random& random) {
    switch (operation) {
        case Operation::kResponse:
            return RandomId("resp_", 48, random);
        case Operation::kCompletion:
            return RandomId("cmpl-", 29, random);
        default:
            return RandomId("chatcmpl-", 29, random);
    }
}

void CutText(Generation& generation, std::int64_t tokens) {
    const std::vector<std::string_view> pieces = SplitIntoTokens(generation.text);
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>(tokens, 0));
    if (count < pieces.size()) {
        generation.text.resize(
            static_cast<std::size_t>(pieces[count].data() - generation.text.data())
        );
    }
}

}  // namespace

Responder::Responder(const ResponderOptions& options)
    : options_(options), guest_model_(*FindModel("gpt-5.4-mini")) {
    for (const ServiceProfile& service : Services()) {
        callers_.emplace(KeyOf(service), Caller{service.organization, service.project});
    }
}

Reply Responder::Respond(const ProviderRequest& request, Time now) {
    if (!started_at_) {
        started_at_ = now;
    }
    Random random(Mix(options_.seed, ++requests_));
    const std::string request_id = RandomId("req_", 32, random);
    const std::string_view path = request.target.substr(0, request.target.find('?'));
    const std::optional<Caller> caller = FindCaller(request.authorization);
    Reply reply;
    if (!caller) {
        ErrorSubject subject;
        subject.key =
            request.authorization.substr(std::min<std::size_t>(7, request.authorization.size()));
        reply = ErrorReply(*DescribeError(Fault::kBadKey, subject));
    } else if (request.method == "GET" && (path == "/v1/models" || path.starts_with("/v1/models/"))) {
        reply = ListModels(path);
    } else if (const auto operation = OperationOf(path); operation && request.method == "POST") {
        reply = RunTask(*operation, request, *caller, now);
    } else {
        reply = NotFound(request);
    }
    reply.headers.emplace_back("openai-version", "2020-10-01");
    reply.headers.emplace_back("x-request-id", request_id);
    if (caller) {
        reply.headers.emplace_back("openai-organization", caller->organization);
        reply.headers.emplace_back("openai-project", caller->project);
        reply.headers.emplace_back(
            "openai-processing-ms",
            std::to_string(reply.delay.count() / 1000)
        );
    }
    Compress(request.accept_encoding, reply);
    return reply;
}

std::optional<Responder::Caller> Responder::FindCaller(std::string_view authorization) const {
    if (!StartsWithIgnoreCase(authorization, "Bearer ")) {
        return std::nullopt;
    }
    const std::string_view key = Trim(authorization.substr(7));
    if (const auto found = callers_.find(key); found != callers_.end()) {
        return found->second;
    }
    if (key.starts_with(kGuestKey)) {
        return Caller{kGuests, "proj_guests"};
    }
    return std::nullopt;
}

Reply Responder::ListModels(std::string_view path) const {
    constexpr std::string_view kPrefix = "/v1/models/";
    Reply reply;
    reply.delay = milliseconds(60);
    reply.headers.emplace_back("content-type", "application/json");
    JsonWriter json;
    if (path.starts_with(kPrefix)) {
        const ModelProfile* model = FindModel(path.substr(kPrefix.size()));
        if (model == nullptr) {
            ErrorSubject subject;
            subject.model = path.substr(kPrefix.size());
            return ErrorReply(*DescribeError(Fault::kModelUnknown, subject));
        }
        WriteModel(json, model->name);
    } else {
        json.BeginObject().Key("object").String("list").Key("data").BeginArray();
        for (const ModelProfile& model : Models()) {
            WriteModel(json, model.name);
        }
        json.EndArray().EndObject();
    }
    reply.body = json.Take();
    return reply;
}

std::optional<Reply> Responder::ReadTask(std::string_view body, Task& task) {
    auto document = parser_.Parse(body);
    if (!document.Ok() || !document->IsObject()) {
        return BadRequest(
            "We could not parse the JSON body of your request. The API expects a JSON payload, but "
            "what was sent was not "
            "valid JSON."
        );
    }
    task.json = *document;
    const std::string_view name = task.json.Get("model").String().value_or("");
    if (name.empty()) {
        return BadRequest("you must provide a model parameter");
    }
    task.model = FindModel(name);
    task.model_name = task.model != nullptr ? task.model->served_as : name;
    if (task.model == nullptr && LooksLikeModel(name)) {
        task.model = &guest_model_;
    }
    if (task.model == nullptr) {
        ErrorSubject subject;
        subject.model = name;
        return ErrorReply(*DescribeError(Fault::kModelUnknown, subject));
    }
    task.prompt = ReadPrompt(task.operation, task.json);
    if (task.prompt.Tokens() == 0) {
        return BadRequest("Missing required parameter: the request has no input.");
    }
    task.stream =
        task.operation != Operation::kEmbedding && task.json.Get("stream").Bool().value_or(false);
    task.output_tokens_max = OutputTokensMax(task.json);
    return std::nullopt;
}

Reply Responder::RunTask(
    Operation operation,
    const ProviderRequest& request,
    const Caller& caller,
    Time now
) {
    Task task;
    task.operation = operation;
    if (auto refusal = ReadTask(request.body, task)) {
        return *std::move(refusal);
    }
    Random random(Mix(options_.seed ^ 0x7a5c, requests_));
    const std::optional<Incident> incident = IncidentAt(task, caller, now);
    task.fault = DrawFault(
        incident ? RatesDuring(*incident, options_.faults) : options_.faults,
        task.stream,
        random
    );
    LimitCheck check = limits_.Charge(caller.organization, *task.model, task.prompt.Tokens(), now);
    if (incident == Incident::kRateLimits) {
        UseUp(check.requests, random);
        UseUp(check.tokens, random);
    }
    if (task.fault == Fault::kRequestLimit) {
        check.requests.remaining = 0;
    } else if (task.fault == Fault::kTokenLimit) {
        check.tokens.remaining = std::min(check.tokens.remaining, task.prompt.Tokens() / 2);
    }
    if (check.requests.wait.count() > 0) {
        task.fault = Fault::kRequestLimit;
    } else if (check.tokens.wait.count() > 0) {
        task.fault = Fault::kTokenLimit;
    }
    Reply reply;
    if (auto refusal = Refuse(task, caller, check, random)) {
        reply = *std::move(refusal);
    } else if (operation == Operation::kEmbedding) {
        reply = Embed(task, random);
    } else {
        const std::uint64_t seed = Mix(HashText(caller.organization), HashText(task.model_name));
        const std::int64_t known_tokens = cache_.Exchange(task.prompt, seed, now);
        reply = Play(task, Generate(task, known_tokens, now, random), random);
    }
    AddLimitHeaders(check, reply);
    return reply;
}

std::optional<Reply>
Responder::Refuse(const Task& task, const Caller& caller, const LimitCheck& check, Random& random) {
    const Allowance& allowance = task.fault == Fault::kRequestLimit ? check.requests : check.tokens;
    ErrorSubject subject;
    subject.model = task.model_name;
    subject.organization = caller.organization;
    subject.limit = allowance.limit;
    subject.requested = task.fault == Fault::kRequestLimit ? 1 : task.prompt.Tokens();
    if (task.fault == Fault::kBadRequest) {
        subject.limit = kContextWindow;
        subject.requested += kContextWindow;
    }
    subject.used = allowance.limit - allowance.remaining;
    subject.retry_after =
        std::max<Duration>(allowance.wait, milliseconds(random.Between(200, 3'000)));
    if (const auto error = DescribeError(task.fault, subject)) {
        return ErrorReply(*error);
    }
    return std::nullopt;
}

Generation
Responder::Generate(const Task& task, std::int64_t known_tokens, Time now, Random& random) {
    Generation generation;
    generation.operation = task.operation;
    generation.id = NewResponseId(task.operation, random);
    generation.model = task.model_name;
    generation.created = now;
    generation.include_usage =
        task.json.Get("stream_options").Get("include_usage").Bool().value_or(false);
    const std::int64_t visible = Compose(task, generation, random);
    Performance& performance = generation.performance;
    performance = Perform(*task.model, task.prompt.Tokens(), visible, random);
    if (task.fault == Fault::kSlow) {
        const std::int64_t factor = random.Between(3, 7);
        performance.first_token *= factor;
        performance.total *= factor;
    }
    generation.tokens = CountInput(*task.model, task.prompt.Tokens(), known_tokens);
    generation.tokens.output = performance.output_tokens;
    generation.tokens.reasoning = performance.reasoning_tokens;
    return generation;
}

std::int64_t Responder::Compose(const Task& task, Generation& generation, Random& random) {
    generation.tool_calls = CallTools(task.prompt, task.json, random);
    if (!generation.tool_calls.empty()) {
        constexpr std::int64_t kNameTokens = 6;
        generation.finish_reason = "tool_calls";
        return static_cast<std::int64_t>(CountTokens(generation.tool_calls[0].arguments)) +
               kNameTokens;
    }
    const std::int64_t usual =
        task.output_tokens_max > 0 ? task.output_tokens_max / 8 + 1 : kUsualOutputTokens;
    const auto wanted =
        static_cast<std::int64_t>(random.LogNormal(static_cast<double>(usual), 0.65));
    generation.text = AnswerText(task.prompt, task.json, wanted, random);
    auto visible = static_cast<std::int64_t>(CountTokens(generation.text));
    if (task.fault == Fault::kContentFilter) {
        generation.finish_reason = "content_filter";
        visible = std::max<std::int64_t>(visible / 3, 1);
    } else if (task.output_tokens_max > 0 && visible > task.output_tokens_max) {
        generation.finish_reason = "length";
        visible = task.output_tokens_max;
    }
    CutText(generation, visible);
    return visible;
}

Reply Responder::Play(const Task& task, const Generation& generation, Random& random) {
    Reply reply;
    reply.stream = task.stream;
    if (!task.stream) {
        reply.headers.emplace_back("content-type", "application/json");
        reply.body = WholeBody(generation);
        reply.delay = generation.performance.total;
        return reply;
    }
    reply.headers.emplace_back("content-type", "text/event-stream; charset=utf-8");
    reply.pieces = StreamPieces(generation, random);
    reply.delay = std::exchange(reply.pieces.front().after, Duration(0));
    if (task.fault == Fault::kCutOff) {
        reply.cut_off = true;
        reply.pieces.resize(reply.pieces.size() / 2 + 1);
    }
    return reply;
}

Reply Responder::Embed(const Task& task, Random& random) {
    Reply reply;
    reply.headers.emplace_back("content-type", "application/json");
    reply.body = EmbeddingBody(task.json, task.model_name, task.prompt.Tokens());
    reply.delay = Perform(*task.model, task.prompt.Tokens(), 0, random).total;
    if (task.fault == Fault::kSlow) {
        reply.delay *= random.Between(3, 7);
    }
    return reply;
}

std::optional<Incident> Responder::IncidentAt(const Task& task, const Caller& caller, Time now)
    const {
    const auto incident = LiveIncidentAt(options_.incidents, now - *started_at_);
    const bool spared = caller.organization == kGuests || !incident ||
                        !Concerns(*incident, caller.organization, task.model->name);
    return spared ? std::nullopt : incident;
}

}  // namespace sightglass::demo
