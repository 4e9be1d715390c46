#include "app/demo/history.h"

#include <algorithm>
#include <cmath>

#include "app/demo/recorded_call.h"
#include "app/demo/usage.h"

namespace sightglass::demo {

namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kContextWindow = 400'000;

// What there is to be found out in the demo: customers waited long for the chat bot's answers, and said so, until it
// was given another model.
constexpr double kSlowness = 2;

Duration Seconds(double seconds) {
    return Duration(static_cast<std::int64_t>(seconds * 1e6));
}

Performance Slowed(const Performance& performance, double factor) {
    Performance slow = performance;
    slow.first_token =
        Seconds(std::chrono::duration<double>(performance.first_token).count() * factor);
    slow.total = Seconds(std::chrono::duration<double>(performance.total).count() * factor);
    return slow;
}

// The company is moving over: each day brings more users, so that every number has something to be
// compared with.
double Growth(Time at, Time now) noexcept {
    const double days_ago = std::chrono::duration<double, std::ratio<86400>>(now - at).count();
    return std::clamp(1.6 - 0.17 * days_ago, 0.4, 1.6);
}

}  // namespace

History::History(const HistoryOptions& options, const access::Fingerprinter& fingerprinter)
    : options_(options), fingerprinter_(fingerprinter), incidents_(PastIncidents(options.now)) {
    for (const ServiceProfile& service : Services()) {
        Cast cast;
        cast.profile = &service;
        const std::string key = KeyOf(service);
        cast.key = fingerprinter.Of(key);
        cast.revoked_key = fingerprinter.Of(RevokedKey(key));
        const SdkProfile& sdk = Sdks()[static_cast<std::size_t>(service.sdk)];
        cast.user_agent = sdk.user_agent;
        cast.request_headers = RequestHeaders(sdk);
        casts_.push_back(std::move(cast));
        weights_total_ += service.weight;
    }
}

void History::AppendSlot(Time slot, std::vector<Call>& calls, std::vector<Opinion>& opinions)
    const {
    const auto number = static_cast<std::uint64_t>(slot.time_since_epoch() / kHistorySlot);
    const double slot_calls =
        options_.calls_per_s * std::chrono::duration<double>(kHistorySlot).count();
    for (const Cast& cast : casts_) {
        const ServiceProfile& service = *cast.profile;
        if (slot < options_.now - std::chrono::weeks(1) && service.name != kSlowService) {
            continue;
        }
        Random random(Mix(Mix(options_.seed, HashText(service.name)), number));
        const double share = service.weight / weights_total_;
        const double mean =
            slot_calls * share * Busyness(service.rhythm, slot) * Growth(slot, options_.now);
        const std::int64_t sessions = random.Poisson(mean / service.turns_mean);
        for (std::int64_t i = 0; i < sessions; ++i) {
            const Duration offset =
                Seconds(random.Unit() * std::chrono::duration<double>(kHistorySlot).count());
            if (auto opinion = AppendSession(cast, slot + offset, random, calls)) {
                opinions.push_back(std::move(*opinion));
            }
        }
    }
    for (const PlantedIncident& planted : incidents_) {
        if (planted.from >= slot && planted.from < slot + kHistorySlot) {
            AppendIncident(planted, calls);
        }
    }
}

std::optional<Opinion> History::AppendSession(
    const Cast& cast,
    Time start,
    Random& random,
    std::vector<Call>& calls
) const {
    Session session = BeginSession(cast, start, random);
    Experience experience;
    Time at = start;
    for (std::int64_t turn = 1; turn <= session.turns; ++turn) {
        const Time asked = at;
        at = AppendTurn(session, turn, at, random, calls);
        if (at >= options_.now) {
            return std::nullopt;
        }
        experience.slowest = std::max(experience.slowest, at - asked);
        experience.failed = experience.failed || calls.back().status == CallStatus::kError ||
                            calls.back().status == CallStatus::kInterrupted;
        at += Seconds(std::clamp(random.LogNormal(24, 0.8), 2.0, 1200.0));  // Reading and thinking.
    }
    auto opinion = OpinionOf(*cast.profile, experience, at, random);
    if (!opinion || opinion->at >= options_.now) {
        return std::nullopt;
    }
    opinion->session_id = session.id;
    opinion->user = session.user;
    return opinion;
}

History::Session History::BeginSession(const Cast& cast, Time start, Random& random) const {
    const ServiceProfile& service = *cast.profile;
    Session session;
    session.cast = &cast;
    session.model = &ChooseModel(service, random);
    if (service.name == kSlowService && start < options_.changed_at.value_or(Time::min())) {
        session.model = FindModel(kSlowModel);
        session.slowness = kSlowness;
    }
    session.context_tokens = service.instruction_tokens;
    // Instructions are the same for everyone, so that they are cached while the service is busy.
    session.known_tokens = random.Chance(0.8) ? service.instruction_tokens : 0;
    if (service.users > 0) {
        session.user = UserOf(service, random.Popular(static_cast<std::size_t>(service.users)));
    }
    if (service.turns_mean > 1) {
        session.id = RandomName("sess_", 16, random);
        session.turns = 1 + random.Poisson(random.Exponential(service.turns_mean - 1));
    }
    return session;
}

Time History::AppendTurn(
    Session& session,
    std::int64_t turn,
    Time at,
    Random& random,
    std::vector<Call>& calls
) const {
    constexpr int kRetriesMax = 2;
    const ServiceProfile& service = *session.cast->profile;
    session.context_tokens +=
        static_cast<std::int64_t>(random.LogNormal(service.input_tokens, 0.7)) + 4;
    const std::int64_t input_tokens = session.context_tokens;
    for (int retry = 0;; ++retry) {
        Call call = Describe(session, turn, at, random);
        const Fault fault = random.Chance(0.0008)
                                ? Fault::kBadKey
                                : DrawFault(RatesAt(at, session), service.stream, random);
        const bool failed = DescribeError(fault, {}).has_value();
        if (failed) {
            Fail(call, session, fault, input_tokens, random);
        } else {
            Answer(call, session, fault, input_tokens, random);
        }
        at = *call.ended_at;
        const bool retriable = failed && *call.http_status >= 429;
        if (at < options_.now) {
            calls.push_back(std::move(call));
        }
        if (!retriable || retry >= kRetriesMax || at >= options_.now) {
            return at;
        }
        at += Seconds(0.5 * std::pow(2, retry) * (0.75 + 0.25 * random.Unit()));
    }
}

Call History::Describe(const Session& session, std::int64_t turn, Time at, Random& random) const {
    const Cast& cast = *session.cast;
    const ServiceProfile& service = *cast.profile;
    Call call;
    call.source = Source::kGateway;
    call.started_at = at;
    call.provider = "openai";
    call.upstream = options_.upstream;
    call.team = service.team;
    call.service = service.name;
    call.environment = service.environment;
    call.api_key = cast.key.fingerprint;
    call.api_key_label = cast.key.label;
    call.user = session.user;
    call.session_id = session.id;
    call.client_ip = service.client_ip;
    call.user_agent = cast.user_agent;
    call.sdk = Sdks()[static_cast<std::size_t>(service.sdk)].name;
    call.operation = service.operation;
    call.method = "POST";
    call.endpoint = EndpointOf(service.operation);
    call.model_requested = session.model->name;
    call.stream = service.stream;
    call.params = ParamsOf(service, turn, random.Chance(service.tools_share));
    call.tags = {{"feature", std::string(service.feature)}};
    call.request_bytes = session.context_tokens * 5 + random.Between(260, 900);
    call.request_headers = cast.request_headers;
    RecordScenario(service, session.id, call);
    return call;
}

void History::Fail(
    Call& call,
    const Session& session,
    Fault fault,
    std::int64_t input_tokens,
    Random& random
) const {
    const ServiceProfile& service = *session.cast->profile;
    ErrorSubject subject;
    subject.model = session.model->name;
    subject.organization = service.organization;
    subject.limit = fault == Fault::kBadRequest     ? kContextWindow
                    : fault == Fault::kRequestLimit ? session.model->requests_per_min
                                                    : session.model->tokens_per_min;
    subject.requested = fault == Fault::kBadRequest ? kContextWindow + random.Between(1'000, 90'000)
                        : fault == Fault::kRequestLimit ? 1
                                                        : input_tokens;
    subject.used = subject.limit - random.Between(0, subject.requested - 1);
    subject.retry_after = milliseconds(random.Between(80, 9'000));
    const std::string revoked_key = RevokedKey(KeyOf(service));
    subject.key = revoked_key;
    const ErrorAnswer answer = *DescribeError(fault, subject);
    call.status = CallStatus::kError;
    call.http_status = answer.http_status;
    call.error_type = answer.error_type;
    call.error_code = answer.code.empty() ? answer.type : answer.code;
    call.error_message = answer.message;
    call.response_bytes = static_cast<std::int64_t>(answer.message.size()) + 110;
    if (fault == Fault::kBadKey) {
        call.api_key = session.cast->revoked_key.fingerprint;
        call.api_key_label = session.cast->revoked_key.label;
    } else {
        call.organization = service.organization;
        call.project = service.project;
    }
    call.token_source = TokenSource::kNone;
    const bool server_side = answer.http_status >= 500;
    End(call,
        milliseconds(server_side ? random.Between(300, 9'000) : random.Between(35, 160)),
        random);
}

void History::Answer(
    Call& call,
    Session& session,
    Fault fault,
    std::int64_t input_tokens,
    Random& random
) const {
    const ServiceProfile& service = *session.cast->profile;
    const bool embedding = service.operation == Operation::kEmbedding;
    const auto visible_tokens =
        embedding ? 0
                  : static_cast<std::int64_t>(random.LogNormal(service.output_tokens, 0.65)) + 1;
    Performance performance = Perform(*session.model, input_tokens, visible_tokens, random);
    const double factor = fault == Fault::kSlow ? 3 + 4 * random.Unit() : session.slowness;
    if (factor > 1) {
        performance = Slowed(performance, factor);
    }
    call.organization = service.organization;
    call.project = service.project;
    call.model = session.model->served_as;
    call.http_status = 200;
    if (embedding) {
        call.response_bytes = session.model->name.ends_with("large") ? 16'800 : 8'600;
    } else {
        call.response_bytes = visible_tokens * (service.stream ? 210 : 5) + 700;
        call.provider_response_id = RandomName(ResponseIdPrefix(service.operation), 24, random);
        call.service_tier = service.operation == Operation::kCompletion ? "" : "default";
    }
    if (service.stream) {
        call.first_token_at = *call.started_at + performance.first_token;
    }
    const bool cancelled = service.stream && random.Chance(0.012);
    if (cancelled || fault == Fault::kCutOff) {
        call.status = cancelled ? CallStatus::kCancelled : CallStatus::kInterrupted;
        call.error_type = cancelled ? ErrorType::kCallerCancelled : ErrorType::kProviderBadAnswer;
        if (!cancelled) {
            call.error_code = "upstream_cut_off";
            call.error_message =
                options_.upstream + " closed the connection in the middle of its answer";
        }
        call.token_source = TokenSource::kNone;
        const Duration rest = performance.total - performance.first_token;
        End(call, performance.first_token + rest / random.Between(2, 6), random);
        return;
    }
    call.status = CallStatus::kOk;
    if (!embedding) {
        call.finish_reason =
            fault == Fault::kContentFilter ? "content_filter" : FinishReason(service, random);
    }
    Tokens tokens = CountInput(*session.model, input_tokens, session.known_tokens);
    tokens.output = performance.output_tokens;
    tokens.reasoning = performance.reasoning_tokens;
    RecordTokens(call, tokens);
    session.known_tokens = input_tokens;
    session.context_tokens += visible_tokens;
    End(call, performance.total, random);
}

void History::End(Call& call, Duration latency, Random& random) const {
    const auto gateway_us = static_cast<std::int64_t>(random.LogNormal(85, 0.4));
    call.ended_at = *call.started_at + latency + Duration(gateway_us);
    call.gateway_us = gateway_us;
    call.provider_request_id = RandomName("req_", 32, random);
    // A stream's head comes when the request was accepted, long before its first token.
    const Duration answered =
        call.first_token_at ? (*call.first_token_at - *call.started_at) / 3 : latency;
    call.provider_us = answered.count() / 1000 * 1000;
    call.response_headers = "content-type: ";
    call.response_headers +=
        call.first_token_at ? "text/event-stream; charset=utf-8" : "application/json";
    call.response_headers += "\nopenai-processing-ms: " + std::to_string(*call.provider_us / 1000);
    call.response_headers += "\nx-request-id: " + call.provider_request_id;
    call.attempts = {{options_.upstream, *call.http_status, "", latency.count()}};
    RecordLimits(call, random);
}

void History::RecordLimits(Call& call, Random& random) const {
    const ModelProfile* model = FindModel(call.model_requested);
    if (call.organization.empty() || model == nullptr) {
        return;
    }
    const bool limited = call.error_type == ErrorType::kProviderRateLimited;
    const bool scarce =
        IncidentAt(*call.started_at, call.organization, model->name) == Incident::kRateLimits;
    const double left = limited  ? 0.002
                        : scarce ? 0.02 + 0.15 * random.Unit()
                                 : 0.55 + 0.44 * random.Unit();
    const auto part = [left](std::int64_t limit) {
        return static_cast<std::int64_t>(left * static_cast<double>(limit));
    };
    const auto reset_us = [](std::int64_t limit, std::int64_t remaining) {
        return (limit - remaining) * 60'000'000 / limit;
    };
    call.limit_requests = model->requests_per_min;
    call.remaining_requests = part(model->requests_per_min);
    call.reset_requests_us = reset_us(model->requests_per_min, *call.remaining_requests);
    call.limit_tokens = model->tokens_per_min;
    call.remaining_tokens = part(model->tokens_per_min);
    call.reset_tokens_us = reset_us(model->tokens_per_min, *call.remaining_tokens);
}

FaultRates History::RatesAt(Time at, const Session& session) const {
    const FaultRates ordinary;
    const auto incident = IncidentAt(at, session.cast->profile->organization, session.model->name);
    return incident ? RatesDuring(*incident, ordinary) : ordinary;
}

std::optional<Incident>
History::IncidentAt(Time at, std::string_view organization, std::string_view model) const {
    for (const PlantedIncident& planted : incidents_) {
        if (planted.Covers(at) && Concerns(planted.incident, organization, model)) {
            return planted.incident;
        }
    }
    return std::nullopt;
}

}  // namespace sightglass::demo
