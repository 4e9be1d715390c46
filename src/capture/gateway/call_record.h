// The record of one call: what is known of it, its times, and its two places in the journal. The begin record is appended
// before the call's first byte goes upstream, the end record before the last byte of its answer is handed to the client.
#pragma once

#include <optional>

#include "call/call.h"
#include "capture/gateway/answers.h"
#include "capture/gateway/client_side.h"
#include "capture/gateway/routing.h"
#include "capture/gateway/worker_context.h"
#include "redact/known_secrets.h"

namespace sightglass::capture {

/// How a call ended, as far as the transport knows.
enum class Ending : std::uint8_t {
    kComplete,    ///< The answer came to its end; whether it is an error, it says itself.
    kFailed,      ///< We answered in the upstream's place: Fail() was called.
    kClientGone,  ///< The client went away first.
    kCutOff,      ///< The answer broke off: Fail() says why.
    kStopped,     ///< The gateway stopped and could not wait any longer.
};

/// Thread-safety: the worker's thread.
class CallRecord {
public:
    explicit CallRecord(WorkerContext& context) noexcept : context_(context) {}

    /// A new call: takes from the head everything that the record says about its caller.
    void Start(const net::RequestHead& head, const Route& route, ClientSide& client);

    Call& call() noexcept { return call_; }

    const Call& call() const noexcept { return call_; }

    /// The keys that this call shows, to its upstream or to us: no text that is kept may repeat them.
    const redact::KnownSecrets& Secrets() const noexcept { return secrets_; }

    /// The time, by the clock that the record's times come from.
    Time Now() const noexcept;

    /// Moments of the way through the gateway.
    void RequestRead() noexcept {
        request_read_ = std::chrono::steady_clock::now();
        read_late_ = begun_;
    }

    /// The first time counts: what a try that failed took is not ours.
    void RequestSent() noexcept {
        if (request_sent_ == SteadyTime{}) {
            request_sent_ = std::chrono::steady_clock::now();
        }
    }

    /// Whether the request went out so lately, or not whole, that an upstream which hangs up has not
    /// begun to work on it: it had given up the idle connection before.
    bool JustSent() const noexcept;

    void LastAnswerByteRead() noexcept { answer_read_ = std::chrono::steady_clock::now(); }

    /// A try at this target begins.
    void ChooseTarget(const Target& target, const dialect::Dialect& dialect);

    /// One try at the upstream is over. `why` is the reason for another one that follows; empty for the last.
    void AttemptEnded(std::string_view why, int http_status);

    /// The first try goes to a fallback: why.
    void WentElsewhere(std::string why) { retry_reason_ = std::move(why); }

    /// Makes what the request said fit to be recorded. Again changes nothing.
    void Clean();

    /// What is kept of what is said: chosen when the record was cleaned first; nothing before.
    const pipeline::CaptureChoice& Capture() const noexcept { return capture_; }

    void AppendBegin();

    /// What we have to say about a failure.
    void Fail(const Failure& failure);

    /// Works out what the end record says. `derived`: a derived record of the call will follow.
    /// Once; later calls do nothing.
    void AppendEnd(Ending ending, bool derived = false);

    bool Ended() const noexcept { return ended_; }

    std::uint64_t request_bytes = 0;
    std::uint64_t response_bytes = 0;

private:
    void Complete(Ending ending);
    void SetStatus(Ending ending);
    bool Append(journal::RecordType type);

    WorkerContext& context_;
    Call call_;
    redact::KnownSecrets secrets_;
    const Target* target_ = nullptr;
    SteadyTime started_;
    SteadyTime attempt_started_;
    SteadyTime request_read_;
    SteadyTime request_sent_;
    SteadyTime answer_read_;
    std::string retry_reason_;
    pipeline::CaptureChoice capture_;
    bool chosen_ = false;  ///< capture_ is.
    bool begun_ = false;
    bool read_late_ = false;  ///< The request's body was read after the begin record.
    bool ended_ = false;
};

}  // namespace sightglass::capture
