#include "capture/gateway/call_record.h"

#include <algorithm>
#include <utility>

#include "call/encoding.h"
#include "capture/clean_text.h"
#include "capture/gateway/attribution.h"
#include "capture/gateway/credential.h"

namespace sightglass::capture {
namespace {

std::int64_t Micros(SteadyTime::duration duration) noexcept {
    return std::chrono::duration_cast<Duration>(duration).count();
}

/// Whether it was refused by what an operator decided.
bool IsPolicy(std::optional<ErrorType> type) noexcept {
    return type >= ErrorType::kPolicyDenied && type <= ErrorType::kPolicyBlocked;
}

/// A label, and as much of the fingerprint as tells two keys apart that look alike.
std::string NameOf(const access::KeyFingerprint& key) {
    constexpr std::size_t kDigits = 4;
    return key.label + '#' + key.fingerprint.substr(0, kDigits);
}

}  // namespace

void CallRecord::Start(const net::RequestHead& head, const Route& route, ClientSide& client) {
    capture_ = {};
    chosen_ = false;
    begun_ = false;
    read_late_ = false;
    ended_ = false;
    retry_reason_.clear();
    request_bytes = 0;
    response_bytes = 0;
    request_sent_ = {};
    answer_read_ = {};
    target_ = route.target;
    started_ = std::chrono::steady_clock::now();
    attempt_started_ = started_;
    request_read_ = started_;

    call_.Clear();
    const Time now = context_.shared.clock.Now();
    call_.call_id = context_.uuids.Next(now);
    call_.source = Source::kGateway;
    call_.started_at = now;
    call_.provider = route.Provider();
    call_.upstream = route.target->name;
    call_.client_ip = client.ip;
    client.caller.ReadHeaders(head, context_.shared.fingerprinter, call_);
    secrets_ = client.caller.Secrets();
    AddCredentialsInQuery(head.target, secrets_);
    client.caller.ReadRequestLine(head, route, call_);
    if (call_.api_key.empty() && route.dialect->Name() == "gemini") {
        ReadKeyInQuery(head.target, context_.shared.fingerprinter, call_);
    }
    context_.counters.calls.Add(1);
    context_.counters.in_flight.Add(1);
}

Time CallRecord::Now() const noexcept {
    return *call_.started_at + Duration(Micros(std::chrono::steady_clock::now() - started_));
}

void CallRecord::ChooseTarget(const Target& target, const dialect::Dialect& dialect) {
    target_ = &target;
    attempt_started_ = std::chrono::steady_clock::now();
    call_.provider = target.ProviderOf(dialect);
    call_.upstream = target.name;
    call_.upstream_key.clear();
    if (!target.key.empty()) {
        call_.upstream_key = NameOf(context_.shared.fingerprinter.Of(target.key.Reveal()));
        AddCredential(target.key.Reveal(), secrets_);  // An upstream may repeat that one, too.
    }
}

bool CallRecord::JustSent() const noexcept {
    constexpr auto kLately = std::chrono::seconds(1);
    return request_sent_ == SteadyTime{} ||
           std::chrono::steady_clock::now() - request_sent_ < kLately;
}

void CallRecord::AttemptEnded(std::string_view why, int http_status) {
    const SteadyTime now = std::chrono::steady_clock::now();
    Attempt& attempt = call_.attempts.emplace_back();
    attempt.target = target_->label;
    attempt.http_status = http_status;
    attempt.duration_us = Micros(now - attempt_started_);
    attempt.why = std::exchange(retry_reason_, why);
    attempt_started_ = now;
}

void CallRecord::Clean() {
    RemoveFromRequest(secrets_, call_);
    CleanRequest(call_);
    const pipeline::CaptureSettings& settings = context_.shared.derive.Capture();
    if (!std::exchange(chosen_, true)) {
        capture_ = settings.ChoiceOf(call_);
    }
    if (capture_.policy == pipeline::CapturePolicy::kRedacted) {
        RedactWho(call_, context_.shared.fingerprinter, settings.patterns.get());
    }
}

void CallRecord::AppendBegin() {
    Clean();
    begun_ = true;
    Append(journal::RecordType::kCallBegin);
}

void CallRecord::Fail(const Failure& failure) {
    call_.error_type = failure.type;
    call_.error_code = failure.code;
    call_.error_message = failure.message;
}

void CallRecord::AppendEnd(Ending ending, bool derived) {
    if (ended_) {
        return;
    }
    ended_ = true;
    Complete(ending);
    SetStatus(ending);
    if (!begun_ || read_late_) {
        Clean();
    }
    RemoveFromAnswer(secrets_, call_);
    CleanAnswer(call_, context_.shared.derive.Capture().patterns.get());
    const auto type =
        derived ? journal::RecordType::kCallEndDerived : journal::RecordType::kCallEnd;
    if (!Append(type)) {
        context_.counters.unrecorded_calls.Add(1);
    }
    context_.counters.in_flight.Add(-1);
}

void CallRecord::Complete(Ending ending) {
    const SteadyTime now = std::chrono::steady_clock::now();
    call_.request_bytes = static_cast<std::int64_t>(request_bytes);
    call_.response_bytes = static_cast<std::int64_t>(response_bytes);
    call_.ended_at = *call_.started_at + Duration(Micros(now - started_));
    call_.latency_us = Micros(now - started_);
    if (call_.first_token_at) {
        call_.ttft_us = (*call_.first_token_at - *call_.started_at).count();
    }
    if (request_sent_ != SteadyTime{} && ending == Ending::kComplete) {
        const auto before = std::max(request_sent_ - request_read_, SteadyTime::duration{});
        const auto after =
            answer_read_ == SteadyTime{} ? SteadyTime::duration{} : now - answer_read_;
        call_.gateway_us = Micros(before + after);
    }
}

void CallRecord::SetStatus(Ending ending) {
    switch (ending) {
        case Ending::kComplete:
            if (!call_.status) {
                const bool failed = call_.error_type || call_.http_status.value_or(0) >= 400;
                call_.status = failed ? CallStatus::kError : CallStatus::kOk;
            }
            break;
        case Ending::kFailed:
            call_.status = IsPolicy(call_.error_type) ? CallStatus::kBlocked : CallStatus::kError;
            break;
        case Ending::kClientGone:
            call_.status = CallStatus::kCancelled;
            call_.error_type = ErrorType::kCallerCancelled;
            break;
        case Ending::kCutOff:
            if (call_.status !=
                CallStatus::kError) {  // A stream may say what went wrong, and then break off.
                call_.status = CallStatus::kInterrupted;
            }
            break;
        case Ending::kStopped:
            call_.status = CallStatus::kInterrupted;
            call_.error_type = ErrorType::kSelfInternal;
            call_.error_code = "gateway_stopped";
            break;
    }
}

bool CallRecord::Append(journal::RecordType type) {
    return context_.writer->AppendUpTo(type, EncodedSizeMax(call_), [this](char* out) {
        return EncodeCall(call_, out);
    });
}

}  // namespace sightglass::capture
