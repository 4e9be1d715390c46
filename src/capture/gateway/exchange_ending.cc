// How calls end when they do not end well, and what is done at every end.
#include "capture/clean_text.h"
#include "capture/gateway/exchange.h"

namespace sightglass::capture {

/// Reads what the tee has kept, then appends the end record.
void Exchange::AppendEnd(Ending ending) {
    if (record_.Ended()) {
        return;
    }
    Call& call = record_.call();
    if (ending != Ending::kFailed) {
        tee_.Finish(ending == Ending::kComplete || ending == Ending::kClientGone, call);
    }
    // A client may hang up as soon as it has all that it wants: that is no cancelled call.
    const bool has_all =
        call.status == CallStatus::kOk && !call.finish_reason.empty() && call.output_tokens;
    const bool satisfied = ending == Ending::kClientGone && has_all;
    if (try_.open) {
        record_.AttemptEnded({}, answer_.status);
    }
    if (!route_->plain) {
        plan_.current().CountTokens(call);
    }
    record_.AppendEnd(satisfied ? Ending::kComplete : ending, OfferToDerive());
    Admission::Settle(call, admitted_);
}

/// Answers in the upstream's place. Where the client has seen a part of an answer already, cuts it off instead.
void Exchange::Fail(Failure failure) {
    if (answer_.handed) {
        CutOff(std::move(failure));
        return;
    }
    try_.keep = false;
    record_.Fail(failure);
    Call& call = record_.call();
    call.http_status = failure.http_status;
    AppendEnd(Ending::kFailed);
    outcome_ = Outcome::kAnswered;
    const bool request_taken = request_.buffered || request_framer_.Done();
    const bool keep = keep_client_ && request_taken && !context_.draining;
    after_ = keep ? After::kKeep : After::kLinger;
    answer_head_.clear();
    HandToClient(
        WriteFailure(failure, *dialect_, call.call_id, {.close = !keep, .to_head = to_head_})
    );
}

void Exchange::CutOff(Failure failure) {
    if (!route_->plain) {
        plan_.current().Failed(SteadyMicros());
    }
    if (!answer_.handed) {
        Fail(std::move(failure));
        return;
    }
    try_.keep = false;
    if (!record_.Ended()) {
        record_.Fail(failure);
        AppendEnd(Ending::kCutOff);
    }
    outcome_ = Outcome::kCutOff;
    after_ = After::kCut;
}

void Exchange::ClientGone() {
    if (outcome_ != Outcome::kOpen) {
        after_ = After::kCut;
        return;
    }
    try_.keep = false;
    AppendEnd(Ending::kClientGone);
    outcome_ = Outcome::kClientGone;
    after_ = After::kCut;
}

void Exchange::Stopped() {
    try_.keep = false;
    AppendEnd(Ending::kStopped);
    outcome_ = Outcome::kCutOff;
    after_ = After::kCut;
}

}  // namespace sightglass::capture
