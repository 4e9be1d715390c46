// Where a call goes, where its upstream leaves a choice: the plan decides, and here is what it takes to follow it.
#include "base/text.h"
#include "capture/gateway/exchange.h"
#include "capture/gateway/json_member.h"
#include "codec/json_writer.h"
#include "dialect/model_in_path.h"
#include "dialect/paths.h"

namespace sightglass::capture {
namespace {

/// A target that refused a call and did not say for how long is left alone for so long.
constexpr Duration kBlockedDefault = std::chrono::seconds(1);
constexpr Duration kBlockedMax = std::chrono::minutes(5);

/// What a call is known by, to keep it with one target.
std::string_view SessionOf(const Call& call) noexcept {
    for (const std::string* id : {&call.session_id, &call.user, &call.api_key}) {
        if (!id->empty()) {
            return *id;
        }
    }
    return call.client_ip;
}

std::uint64_t RandomOf(const Call& call, std::int64_t now_us) noexcept {
    return HashOfText({reinterpret_cast<const char*>(&call.call_id), sizeof call.call_id}) ^
           static_cast<std::uint64_t>(now_us);
}

bool StreamsAsOpenAi(std::string_view dialect) noexcept {
    return dialect == "openai" || dialect == "azure";
}

/// "http_503", or with the fallback that follows: "http_503, model gpt-4o-mini".
std::string ReasonFor(std::string_view what, const Fallback* fallback) {
    std::string reason(what);
    if (fallback != nullptr && !fallback->model.empty()) {
        reason.append(", model ").append(fallback->model);
    }
    return reason;
}

}  // namespace

void Exchange::BeginPlan(std::string_view head_text) {
    head_text_ = head_text;
    plan_.Start(*route_, SteadyMicros());
}

/// `failing`: somebody else may be needed.
Demand Exchange::MakeDemand(bool failing) {
    const Call& call = record_.call();
    Demand demand;
    demand.model = call.model_requested;
    demand.model_hash = HashOfText(demand.model);
    demand.account_hash = HashOfText(call.api_key);
    demand.again = failing;
    demand.session_hash = HashOfText(SessionOf(call));
    demand.known_caller = admitted_.key != nullptr;
    demand.no_provider_key = admitted_.key_only;
    demand.now_us = SteadyMicros();
    demand.tokens = EstimateTokens(call, static_cast<std::int64_t>(record_.request_bytes));
    demand.random = RandomOf(call, demand.now_us);
    if (route_->replaces_model &&
        (failing || FindTargets(*route_, demand, Readiness::kReady, 0) == 0)) {
        demand.model_fixed = !FindModel() && ModelInPath().empty();
    }
    return demand;
}

/// Where the request names its model, where that can be replaced.
std::optional<TextRange> Exchange::FindModel() const noexcept {
    const std::string_view body = content_encoding_.empty() ? RequestPayload() : std::string_view();
    const auto model = FindMember(body, "model");
    return model && model->In(body).front() == '"' ? model : std::nullopt;
}

/// Where the path names it, as it does for some providers.
std::string_view Exchange::ModelInPath() const noexcept {
    return dialect::ModelInPath(path_, dialect_->Name());
}

void Exchange::ChooseTarget() {
    const Demand demand = MakeDemand(false);
    const Step step = plan_.First(demand);
    if (step.target == nullptr) {
        RefuseCall(step.refusal, SecondsUntilRoom(*route_, demand));
        return;
    }
    if (step.fallback != nullptr) {
        record_.WentElsewhere(ReasonFor(ToString(step.refusal), step.fallback));
    }
    TakeStep(step);
}

void Exchange::RefuseCall(Readiness refusal, std::int64_t retry_after_s) {
    Admission::Cancel(admitted_);
    switch (refusal) {
        case Readiness::kKeyNeeded:
            Fail(
                {401,
                 ErrorType::kPolicyDenied,
                 "sightglass_key_missing",
                 route_->name +
                     " serves callers with a Sightglass key only: the header is x-sightglass-key"}
            );
            return;
        case Readiness::kNoProviderKey:
            Fail(
                {401,
                 ErrorType::kPolicyDenied,
                 "sightglass_key_as_credential",
                 "what serves this call at " + route_->name +
                     " is called with the caller's own provider key. Give the Sightglass key in "
                     "the header x-sightglass-key, and the provider's key where it always stands"}
            );
            return;
        case Readiness::kUnfit:
            Fail(
                {404,
                 ErrorType::kCallerModelUnknown,
                 "model_not_found",
                 "no target of " + route_->name + " serves the model " +
                     EscapeForDisplay(record_.call().model_requested)}
            );
            return;
        default:
            Fail(
                {429,
                 ErrorType::kPolicyLimited,
                 "upstream_full",
                 "every target of " + route_->name + " has as many calls as it may have now",
                 retry_after_s}
            );
            return;
    }
}

/// Gets everything ready for a try.
void Exchange::TakeStep(const Step& step) {
    target_ = step.target;
    ChangeBody(step);
    std::size_t scanned = 0;
    net::RequestHead& head = context_.request_head;
    net::ParseRequestHead(head_text_, context_.shared.options.header_bytes_max, scanned, head);
    std::string path;
    const Route route{RouteKind::kTarget, target_, dialect_, PathFor(step, path)};
    RequestChanges changes;
    changes.key = target_->key.empty() ? nullptr : &target_->key;
    changes.plain_answer = change_.asks_usage;
    if (change_.body) {
        changes.content_length = changed_body_.size();
    }
    if (changes.key == nullptr && !change_.body) {
        WriteRequestHead(head, route, request_head_);
    } else {
        WriteChangedRequestHead(head, route, changes, request_head_);
    }
    record_.ChooseTarget(*target_, *dialect_);
}

/// The caller's path, or `changed`, where the fallback's model takes the place of the one that it names.
std::string_view Exchange::PathFor(const Step& step, std::string& changed) const {
    const std::string_view model = ModelInPath();
    if (step.fallback == nullptr || step.fallback->model.empty() || model.empty()) {
        return path_;
    }
    const auto at = static_cast<std::size_t>(model.data() - path_.data());
    changed.assign(path_, 0, at);
    changed += dialect::PercentEncoded(step.fallback->model);
    changed.append(path_, at + model.size());
    return changed;
}

/// The request's body without its framing; empty where it is not here as a whole.
std::string_view Exchange::RequestPayload() const noexcept {
    if (!request_.buffered) {
        return {};
    }
    if (record_.request_bytes == request_.buffered_bytes) {
        return client_->inbox.View().substr(0, request_.buffered_bytes);
    }
    return request_copy_.Truncated() ? std::string_view() : request_copy_.Head();
}

/// Writes the body that this try needs, where that is not the caller's own.
void Exchange::ChangeBody(const Step& step) {
    change_ = {};
    const Call& call = record_.call();
    std::string_view body = content_encoding_.empty() ? RequestPayload() : std::string_view();
    std::string replaced;
    if (step.fallback != nullptr && !step.fallback->model.empty() && ModelInPath().empty()) {
        if (const auto model = FindModel()) {
            replaced = body.substr(0, model->begin);
            codec::AppendJsonString(step.fallback->model, replaced);
            replaced += body.substr(model->begin + model->size);
            body = replaced;
        }
    }
    const bool asks = target_->upstream->ask_stream_usage && call.stream.value_or(false) &&
                      call.operation == Operation::kChat && StreamsAsOpenAi(dialect_->Name());
    change_.asks_usage = asks && AskForUsage(body, changed_body_);
    if (!change_.asks_usage && !replaced.empty()) {
        changed_body_ = std::move(replaced);
        change_.body = true;
    }
    change_.body = change_.body || change_.asks_usage;
}

/// A try is over that the client has seen nothing of. True where another one follows.
bool Exchange::TryAgain(const TryFailure& what, int http_status) {
    const std::int64_t now_us = SteadyMicros();
    plan_.current().UsedNothing();
    if (IsTargetsFault(what)) {
        plan_.current().Failed(now_us);
    } else {
        plan_.current().Alive(now_us);
    }
    if (http_status == 429 || what.retry_after) {
        const Duration blocked = what.retry_after.value_or(kBlockedDefault);
        plan_.current().Block(now_us + std::min(blocked, kBlockedMax).count());
    }
    const bool repeatable = request_.buffered || !request_.head_sent;
    if (answer_.handed || !repeatable || std::chrono::steady_clock::now() >= total_until_) {
        return false;
    }
    const Step step = plan_.Again(MakeDemand(true), what);
    if (step.target == nullptr) {
        return false;
    }
    if (std::chrono::steady_clock::now() + step.wait >= total_until_) {
        plan_.current().End();
        return false;
    }
    record_.AttemptEnded(ReasonFor(ToString(what), step.fallback), http_status);
    next_ = step;
    try_.open = false;
    try_.repeated = false;
    request_.sent = false;
    answer_.begun = false;
    answer_.scanned = 0;
    to_upstream_.Clear();
    outcome_ = Outcome::kRetry;
    return true;
}

/// A try failed: there is another one, or `failure` is the client's answer.
void Exchange::TryFailed(const TryFailure& what, Failure failure) {
    if (route_->plain || !TryAgain(what, 0)) {
        Fail(std::move(failure));
        return;
    }
    upstream_ = nullptr;
    answer_in_.Consume(answer_in_.View().size());
}

/// True where the answer that begins with this head does not reach the client, because another target is asked.
bool Exchange::RefuseAnswer(const net::ResponseHead& head, std::size_t head_bytes) {
    if (head.status < 400) {
        return false;
    }
    TryFailure what{TryFailure::Kind::kStatus, head.status};
    what.own_key = !target_->key.empty();
    what.retry_after =
        ReadRetryAfter(head.Find("retry-after"), head.Find("retry-after-ms"), record_.Now());
    const auto lookup = [&head](std::string_view name) { return head.Find(name); };
    Call said;
    said.started_at = record_.call().started_at;
    dialect_->ReadResponseHead(head.status, lookup, said);
    plan_.current().ReadLimits(said, SteadyMicros());
    net::BodyFramer framer;
    framer.Start(head.Body(to_head_), head.content_length);
    const std::string_view rest = answer_in_.View().substr(head_bytes);
    const bool whole = framer.Read(rest, [](std::string_view) {}) == rest.size() && framer.Done();
    const bool keep = whole && head.keep_alive && request_.sent;
    const Target& refused = *target_;
    if (!TryAgain(what, head.status)) {
        return false;
    }
    if (keep) {
        context_.upstreams.Give(refused, std::move(upstream_), context_.now);
    }
    upstream_ = nullptr;
    answer_in_.Consume(answer_in_.View().size());
    return true;
}

/// Waits as long as the next try is to wait, and gets it ready.
net::Task<void> Exchange::PrepareAgain() {
    outcome_ = Outcome::kOpen;
    const Step step = std::exchange(next_, Step());
    if (step.target == nullptr) {
        co_return;  // A closed connection from the pool: the same again, at once.
    }
    Waiter& waiter = client_->waiter;
    if (step.wait > Duration()) {
        net::Alarm alarm(
            context_.loop,
            std::chrono::steady_clock::now() + step.wait,
            waiter.changed
        );
        while (outcome_ == Outcome::kOpen && !alarm.Rang()) {
            LookAtClient();
            client_->inbox.Keep();
            if (outcome_ == Outcome::kOpen) {
                co_await waiter.changed.Wait();
            }
            if (waiter.cut) {
                Stopped();
            }
        }
    }
    if (outcome_ == Outcome::kOpen) {
        TakeStep(step);
    }
}

/// Whether the answer is the stream whose usage we asked for, and can be read.
bool Exchange::FiltersUsage(const net::ResponseHead& head) const noexcept {
    const std::string_view encoding = head.Find(net::HeaderName::kContentEncoding);
    return head.status == 200 && (encoding.empty() || EqualsIgnoreCase(encoding, "identity")) &&
           StartsWithIgnoreCase(head.Find(net::HeaderName::kContentType), "text/event-stream");
}

/// Frames what the filter has let through.
void Exchange::FrameFiltered(bool ends) {
    if (ends) {
        usage_filter_.Finish(unchunked_);
    }
    if (!answer_.rechunk) {
        return;
    }
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string size;
    for (std::size_t left = unchunked_.size(); left > 0; left >>= 4U) {
        size.insert(size.begin(), kDigits[left & 0xfU]);
    }
    if (!unchunked_.empty()) {
        unchunked_.insert(0, size + "\r\n").append("\r\n");
    }
    if (ends) {
        unchunked_.append("0\r\n\r\n");
    }
}

}  // namespace sightglass::capture
