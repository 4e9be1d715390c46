// The answer on its way down.
#include "capture/gateway/exchange.h"
#include "capture/gateway/forwarding.h"
#include "capture/gateway/recorded_headers.h"

namespace sightglass::capture {
namespace {

/// Reads of one stream before others have their turn.
constexpr int kReadsPerTurn = 16;

}  // namespace

void Exchange::ReadAnswer() {
    if (!client_->outbox.empty()) {
        HandToClient({});
    }
    if (std::exchange(answer_.waiting, false)) {
        TakeAnswerBody();
    }
    for (int reads = 0; outcome_ == Outcome::kOpen && client_->outbox.empty(); ++reads) {
        if (!upstream_->PollReadable()) {
            return;
        }
        if (reads == kReadsPerTurn) {
            turn_over_ = true;
            return;
        }
        client_->inbox.Keep();
        answer_in_.Keep();
        const net::IoResult result = upstream_->Read(
            context_.Scratch(),
            std::min(WorkerContext::kScratchBytes, tee_.FeedBytesMax())
        );
        if (result.status == net::IoStatus::kWouldBlock) {
            return;
        }
        if (result.status != net::IoStatus::kOk) {
            UpstreamEnded(result);
            return;
        }
        TakeAnswer({context_.Scratch(), result.bytes});
        turn_over_ = turn_over_ || (outcome_ == Outcome::kOpen && tee_.TakeTurn());
        if (turn_over_) {
            return;
        }
    }
}

void Exchange::TakeAnswer(std::string_view bytes) {
    if (!answer_.begun) {
        answer_.begun = true;
        if (route_->plain) {
            RequestNotSentAgain();
        }
    }
    Touch(route_->timeouts.idle);
    answer_in_.Add(bytes);
    if (answer_.started) {
        TakeAnswerBody();
    } else if (TakeAnswerHead()) {
        const net::ResponseHead& head = context_.response_head;
        if (head.Body(to_head_) == net::BodyKind::kLength &&
            answer_in_.View().size() >= head.content_length) {
            answer_.waiting = true;
            turn_over_ = true;
        } else {
            TakeAnswerBody();
        }
    }
}

/// True once the answer's head has been read.
bool Exchange::TakeAnswerHead() {
    net::ResponseHead& head = context_.response_head;
    while (outcome_ == Outcome::kOpen && !answer_in_.empty()) {
        const net::HeadResult result = net::ParseResponseHead(
            answer_in_.View(),
            context_.shared.options.header_bytes_max,
            answer_.scanned,
            head
        );
        if (result.status == net::HeadStatus::kIncomplete) {
            return false;
        }
        if (result.status == net::HeadStatus::kBad) {
            TryFailed(
                {TryFailure::Kind::kBadAnswer},
                {502,
                 ErrorType::kProviderBadAnswer,
                 "upstream_bad_answer",
                 target_->label +
                     " answered what is not HTTP: " + std::string(ToString(result.error))}
            );
            return false;
        }
        if (head.status < 200) {
            if (!TakeInterimAnswer(result.bytes)) {
                return false;
            }
            continue;
        }
        if (!route_->plain && RefuseAnswer(head, result.bytes)) {
            return false;
        }
        StartAnswer(head);
        answer_in_.Consume(result.bytes);
        return true;
    }
    return false;
}

/// 100 Continue and its like are passed on; 101 begins a tunnel. False where the answer does not go on.
bool Exchange::TakeInterimAnswer(std::size_t size) {
    const net::ResponseHead& head = context_.response_head;
    if (head.status != 101) {
        if (!old_client_ && !(head.status == 100 && request_.said_continue)) {
            HandToClient(answer_in_.View().substr(0, size));
            answer_.handed = false;  // The answer itself may still be ours.
        }
        answer_in_.Consume(size);
        return outcome_ == Outcome::kOpen;
    }
    if (!wants_websocket_) {
        Fail(
            {502,
             ErrorType::kProviderBadAnswer,
             "upstream_bad_answer",
             target_->label + " changed the protocol without being asked"}
        );
        return false;
    }
    StartAnswer(head);
    answer_in_.Consume(size);
    record_.call().operation = Operation::kRealtime;
    HandToClient({});
    outcome_ = outcome_ == Outcome::kOpen ? Outcome::kUpgraded : outcome_;
    return false;
}

void Exchange::StartAnswer(const net::ResponseHead& head) {
    answer_.started = true;
    RequestNotSentAgain();
    Call& call = record_.call();
    answer_.status = head.status;
    call.http_status = head.status;
    dialect_->ReadResponseHead(
        head.status,
        [&head](std::string_view name) { return head.Find(name); },
        call
    );
    WriteRecordedHeaders(head, call.response_headers);
    const net::BodyKind kind = head.Body(to_head_);
    answer_framer_.Start(kind, head.content_length);
    if (head.status != 101) {
        tee_.Start(head, *dialect_, call);
    }
    if (copies_for_derive_) {
        answer_content_type_ = head.Find(net::HeaderName::kContentType);
        answer_content_encoding_ = head.Find(net::HeaderName::kContentEncoding);
    }
    answer_.unchunk = kind == net::BodyKind::kChunked && old_client_;
    answer_.filters = change_.asks_usage && FiltersUsage(head);
    answer_.rechunk = answer_.filters && kind != net::BodyKind::kUntilClose && !old_client_;
    const bool drop_length = answer_.filters && !answer_.rechunk;
    const bool until_close = kind == net::BodyKind::kUntilClose || answer_.unchunk || drop_length;
    if (until_close || context_.draining) {
        keep_client_ = false;
    }
    if (!route_->plain) {
        const std::int64_t now_us = SteadyMicros();
        plan_.current().ReadLimits(call, now_us);
        if (head.status < 400) {
            plan_.current().Succeeded(now_us);
        }
    }
    try_.keep = head.keep_alive && kind != net::BodyKind::kUntilClose;
    const AnswerForm form{
        .close = !keep_client_,
        .old_keep_alive = old_client_ && keep_client_,
        .unchunk = answer_.unchunk,
        .rechunk = answer_.rechunk,
        .drop_length = drop_length,
        .upgrade = head.status == 101};
    WriteResponseHead(head, call.call_id, form, answer_head_);
}

void Exchange::TakeAnswerBody() {
    const std::string_view bytes = answer_in_.View();
    unchunked_.clear();
    const std::size_t used = answer_framer_.Read(bytes, [this](std::string_view payload) {
        FeedTee(payload);
        if (answer_.filters) {
            usage_filter_.Feed(payload, unchunked_);
        } else if (answer_.unchunk) {
            unchunked_.append(payload);
        }
    });
    if (answer_framer_.Bad()) {
        CutOff(
            {502,
             ErrorType::kProviderBadAnswer,
             "upstream_bad_answer",
             target_->label + " broke the framing of its answer"}
        );
        return;
    }
    if (answer_framer_.Done() || tee_.SawEndMark()) {
        record_.LastAnswerByteRead();
        AppendEnd(Ending::kComplete);
    }
    if (answer_.filters) {
        FrameFiltered(answer_framer_.Done());
    }
    const bool reframed = answer_.unchunk || answer_.filters;
    HandToClient(reframed ? std::string_view(unchunked_) : bytes.substr(0, used));
    if (!record_.Ended()) {
        tee_.Own();
    }
    answer_in_.Consume(used);
    if (outcome_ == Outcome::kOpen && answer_framer_.Done()) {
        AnswerEnded();
    }
}

void Exchange::FeedTee(std::string_view payload) {
    record_.response_bytes += payload.size();
    const Time at = tee_.NeedsTime() ? record_.Now() : Time();
    tee_.Feed(payload, at, record_.call());
    if (tee_.Body() == nullptr && CopyForDerive(payload)) {
        answer_copy_.Add(payload);
    }
}

/// The last byte was handed over, as far as the client has room.
void Exchange::AnswerEnded() {
    outcome_ = Outcome::kAnswered;
    try_.keep = try_.keep && request_.sent && answer_in_.empty() &&
                upstream_->Flush().status == net::IoStatus::kOk;
    if (!keep_client_) {
        after_ = After::kClose;
    }
    if (!request_.sent) {
        after_ = After::kLinger;
    }
}

void Exchange::UpstreamEnded(net::IoResult result) {
    try_.keep = false;
    if (answer_.started) {
        if (result.status == net::IoStatus::kEnd) {
            answer_framer_.Close();
        }
        if (answer_framer_.Done()) {
            record_.LastAnswerByteRead();
            AppendEnd(Ending::kComplete);
            if (answer_.filters) {
                unchunked_.clear();
                FrameFiltered(true);
                HandToClient(unchunked_);
            }
            AnswerEnded();
            return;
        }
        CutOff(
            {502,
             ErrorType::kProviderBadAnswer,
             "upstream_cut_off",
             target_->label + " closed the connection in the middle of its answer"}
        );
        return;
    }
    if (!answer_.begun && try_.reused && !try_.repeated && request_.buffered &&
        record_.JustSent()) {
        try_.repeated = true;
        record_.AttemptEnded("stale_connection", 0);
        to_upstream_.Clear();
        upstream_ = nullptr;
        request_.sent = false;
        outcome_ = Outcome::kRetry;
        return;
    }
    if (answer_.begun) {
        TryFailed(
            {TryFailure::Kind::kClosed},
            {502,
             ErrorType::kProviderBadAnswer,
             "upstream_cut_off",
             target_->label + " closed the connection in the middle of its headers"}
        );
    } else {
        TryFailed(
            {TryFailure::Kind::kClosed},
            {502,
             ErrorType::kProviderUnreachable,
             "upstream_closed",
             target_->label + " closed the connection without an answer"}
        );
    }
}

/// Writes to the client: first the head of the answer where that is still to come, then `bytes`.
void Exchange::HandToClient(std::string_view bytes) {
    const net::IoResult result = client_->outbox.Send(client_->stream, {answer_head_, bytes});
    answer_.handed = answer_.handed || !answer_head_.empty() || !bytes.empty();
    answer_head_.clear();
    if (result.status == net::IoStatus::kError) {
        ClientGone();
    } else if (result.bytes > 0) {
        Touch(route_->timeouts.idle);
    }
}

}  // namespace sightglass::capture
