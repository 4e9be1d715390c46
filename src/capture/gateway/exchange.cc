#include "capture/gateway/exchange.h"

#include <algorithm>

#include "capture/gateway/tunnel.h"

namespace sightglass::capture {
namespace {

/// A body up to this size is waited for before anything goes upstream.
constexpr std::size_t kSmallBodyBytesMax = 128U << 10;
/// A body up to this size is read with those of other connections, side by side. A larger one goes up
/// while it is still in the cache.
constexpr std::size_t kReadTogetherBytesMax = 8U << 10;
/// Beyond every time limit, and far from overflow.
constexpr SteadyTime::duration kLongTime = std::chrono::hours(24 * 365);

/// How much of a body is in `bytes`, where all of it is; 0 where not.
std::size_t WholeBody(std::string_view bytes, const net::RequestHead& head) {
    if (head.Body() == net::BodyKind::kLength) {
        return bytes.size() >= head.content_length ? head.content_length : 0;
    }
    net::BodyFramer framer;
    framer.Start(head.Body(), head.content_length);
    const std::size_t size = framer.Read(bytes, [](std::string_view) {});
    return framer.Done() ? size : 0;
}

}  // namespace

Exchange::Exchange(WorkerContext& context)
    : context_(context),
      record_(context),
      tee_(context.shared.options.recorded_body_bytes_max),
      request_copy_(context.shared.options.recorded_body_bytes_max),
      answer_copy_(context.shared.options.recorded_body_bytes_max),
      to_upstream_(context.buffers),
      answer_in_(context.buffers) {}

net::Task<After> Exchange::Run(
    ClientSide& client,
    const net::RequestHead& head,
    std::string_view head_text,
    Route route
) {
    const RouterVersions::Use keeps_route(context_.routers);
    client_ = &client;
    auto refusal = Begin(head, route);
    if (!route_->plain) {
        BeginPlan(head_text);
    }
    client.inbox.Release();  // The head is not looked at any more.
    if (request_.buffered) {
        if (request_.buffered_bytes <= kReadTogetherBytesMax) {
            client.inbox.Keep();
            co_await context_.loop.Yield();  // Bodies are read one after the other (exchange.h).
        }
        TakeBufferedBody();
    }
    if (refusal) {
        Fail(std::move(*refusal));
    }
    if (outcome_ == Outcome::kOpen && !request_.buffered) {
        co_await ReadSmallBody();
    }
    if (outcome_ == Outcome::kOpen) {
        Admit();
    }
    if (outcome_ == Outcome::kOpen) {
        record_.AppendBegin();
    }
    if (outcome_ == Outcome::kOpen && !route_->plain) {
        ChooseTarget();
    }
    while (outcome_ == Outcome::kOpen) {
        co_await Connect();
        if (outcome_ == Outcome::kOpen) {
            co_await Relay();
        }
        if (outcome_ == Outcome::kRetry) {
            co_await PrepareAgain();
        }
    }
    if (outcome_ == Outcome::kUpgraded) {
        DropRequest();
        const TunnelBytes bytes = co_await RunTunnel(context_, client, *upstream_, answer_in_);
        record_.request_bytes = bytes.from_client;
        record_.response_bytes = bytes.from_upstream;
        AppendEnd(client.waiter.cut ? Ending::kStopped : Ending::kComplete);
        try_.keep = false;  // It speaks another protocol now.
        after_ = After::kClose;
    }
    co_await Finish();
    co_return after_;
}

/// Why it may not go on, if so.
std::optional<Failure> Exchange::Begin(const net::RequestHead& head, const Route& route) {
    target_ = route.target;
    route_ = target_->upstream;
    dialect_ = route.dialect;
    outcome_ = Outcome::kOpen;
    after_ = After::kKeep;
    path_ = route.path;
    content_type_ = head.Find(net::HeaderName::kContentType);
    content_encoding_ = head.Find(net::HeaderName::kContentEncoding);
    to_head_ = head.method == "HEAD";
    old_client_ = head.minor_version == 0;
    keep_client_ = head.keep_alive;
    wants_websocket_ = AsksForWebSocket(head);
    expects_continue_ = head.expects_continue;

    request_ = {};
    try_ = {};
    answer_ = {};
    change_ = {};
    client_peeked_ = false;
    turn_over_ = false;
    answer_head_.clear();

    record_.Start(head, route, *client_);
    copies_for_derive_ = WantsDerive();
    // Where only some targets have keys, who shows none is sent to the others (balancer.h).
    const TargetKeys keys = route_->all_keyed   ? TargetKeys::kAll
                            : route_->any_keyed ? TargetKeys::kSome
                                                : TargetKeys::kNone;
    auto refusal = context_.admission.CheckKey(head, keys, record_.call(), admitted_);
    const bool decisive = context_.admission.NeedsBody(head, admitted_);
    request_.decisive = decisive;
    const Duration total = route_->timeouts.total;
    total_until_ = total == Duration() ? SteadyTime::max() : context_.now + total;
    if (route_->plain) {
        WriteRequestHead(head, route, request_head_);
    }
    request_framer_.Start(head.Body(), head.content_length);
    request_.buffered_bytes = request_framer_.Done() ? 0 : WholeBody(client_->inbox.View(), head);
    request_.buffered = request_framer_.Done() || request_.buffered_bytes > 0;
    if (request_.buffered) {
        record_.RequestRead();
    } else if (head.Body() == net::BodyKind::kLength) {
        request_.awaited =
            head.content_length <= AwaitedBytesMax() && (decisive || !expects_continue_);
    } else {
        request_.awaited = decisive;
    }
    return refusal;
}

/// What may have to be sent again is waited for, as what has to be read first is.
std::size_t Exchange::AwaitedBytesMax() const noexcept {
    return route_->plain && !request_.decisive ? kSmallBodyBytesMax : kDecisiveBodyBytesMax;
}

/// A body that turns out to be too large is left to be streamed.
net::Task<void> Exchange::ReadSmallBody() {
    if (request_.awaited && expects_continue_ && !old_client_) {
        request_.said_continue = true;  // Whoever decides by what the body says has to ask for it.
        client_->outbox.Send(client_->stream, {"HTTP/1.1 100 Continue\r\n\r\n"});
    }
    net::BodyFramer framer = request_framer_;
    HeldBodies::Share held(context_.held_bodies);
    const std::size_t most = AwaitedBytesMax();
    std::size_t looked_at = 0;
    while (request_.awaited && outcome_ == Outcome::kOpen) {
        const std::string_view fresh = client_->inbox.View().substr(looked_at);
        looked_at += framer.Read(fresh, [](std::string_view) {});
        if (framer.Done()) {
            request_.buffered = true;
            request_.buffered_bytes = looked_at;
            record_.RequestRead();
            TakeBufferedBody();
            co_return;
        }
        request_.awaited = looked_at <= most;
        client_->inbox.Keep();
        if (framer.Bad()) {
            RefuseFraming();
        } else if (!held.GrowTo(looked_at)) {
            request_.awaited = false;
            if (!request_.decisive) {
                break;  // It is streamed, and sent once.
            }
            Fail(
                {503,
                 ErrorType::kSelfInternal,
                 "bodies_too_large",
                 "too many large requests are being read at once",
                 1}
            );
        } else if (request_.awaited) {
            co_await AwaitClient();
        }
    }
    client_->inbox.Keep();
}

/// Waits for more of the request's body.
net::Task<void> Exchange::AwaitClient() {
    Touch(route_->timeouts.idle);
    while (!ReadClient()) {
        if (outcome_ != Outcome::kOpen) {
            co_return;
        }
        co_await client_->waiter.changed.Wait();
        if (client_->waiter.cut) {
            Stopped();
        } else if (client_->waiter.expired) {
            Fail(
                {408,
                 ErrorType::kCallerInvalidRequest,
                 "request_timeout",
                 "the request's body did not arrive in time"}
            );
        }
        if (outcome_ != Outcome::kOpen) {
            co_return;
        }
    }
}

net::Task<void> Exchange::Connect() {
    try_.open = true;
    request_.head_sent = false;
    request_.upstream_deaf = false;
    if (!try_.repeated) {
        upstream_ = context_.upstreams.Take(*target_, client_->waiter.changed);
    }
    try_.reused = upstream_ != nullptr;
    if (try_.reused) {
        co_return;
    }
    client_->inbox.Keep();
    const Duration left =
        std::chrono::duration_cast<Duration>(std::min(total_until_ - context_.now, kLongTime));
    ConnectResult result = co_await context_.upstreams.Connect(
        *target_,
        client_->waiter,
        context_.now,
        std::min(route_->timeouts.connect, left)
    );
    upstream_ = std::move(result.stream);
    if (upstream_ != nullptr) {
        co_return;
    }
    if (client_->waiter.cut) {
        Stopped();
    } else if (result.timed_out) {
        TryFailed(
            {TryFailure::Kind::kConnect},
            {504, ErrorType::kProviderTimeout, "upstream_timeout", std::move(result.error)}
        );
    } else {
        TryFailed(
            {TryFailure::Kind::kConnect},
            {502, ErrorType::kProviderUnreachable, "upstream_unreachable", std::move(result.error)}
        );
    }
}

net::Task<void> Exchange::Relay() {
    Touch(route_->timeouts.idle);
    while (true) {
        SendRequest();
        if (outcome_ == Outcome::kOpen) {
            ReadAnswer();
        }
        if (outcome_ == Outcome::kOpen) {
            WatchClient();
        }
        if (outcome_ == Outcome::kOpen) {
            CheckTime();
        }
        if (outcome_ != Outcome::kOpen) {
            co_return;
        }
        client_->inbox.Keep();
        answer_in_.Keep();
        if (turn_over_) {
            turn_over_ = false;
            co_await context_.loop.Yield();
        } else {
            co_await client_->waiter.changed.Wait();
        }
    }
}

/// Notices a client that hangs up while it waits. One that is still sending is noticed by reading from it.
void Exchange::WatchClient() {
    if (request_.sent) {
        LookAtClient();
    }
}

void Exchange::LookAtClient() {
    if (client_peeked_ || !client_->stream.PollReadable()) {
        return;
    }
    switch (client_->stream.Peek()) {
        case net::IoStatus::kOk:
            client_peeked_ = true;
            break;
        case net::IoStatus::kWouldBlock:
            break;
        default:
            ClientGone();
            break;
    }
}

void Exchange::CheckTime() {
    const Waiter& waiter = client_->waiter;
    if (waiter.cut) {
        Stopped();
        return;
    }
    if (!waiter.expired) {
        return;
    }
    const bool client_stalls = !client_->outbox.empty();
    const bool client_silent = !request_.sent && to_upstream_.empty() && !request_.upstream_deaf;
    if (client_stalls || (client_silent && answer_.started)) {
        ClientGone();
    } else if (client_silent) {
        Fail(
            {408,
             ErrorType::kCallerInvalidRequest,
             "request_timeout",
             "the request's body did not arrive in time"}
        );
    } else if (!answer_.started) {
        TryFailed({TryFailure::Kind::kTimeout}, TimedOut(" did not answer in time"));
    } else {
        CutOff(TimedOut(" stopped in the middle of its answer"));
    }
}

Failure Exchange::TimedOut(std::string_view what) const {
    const bool all = context_.now >= total_until_;
    return {
        504,
        ErrorType::kProviderTimeout,
        all ? "total_timeout" : "upstream_timeout",
        target_->label + (all ? " took longer than a whole call may" : std::string(what))};
}

net::Task<void> Exchange::Finish() {
    DropRequest();
    if (!route_->plain) {
        plan_.current().End();
    }
    if (try_.keep) {
        context_.upstreams.Give(*target_, std::move(upstream_), context_.now);
    }
    upstream_ = nullptr;
    to_upstream_.Clear();
    answer_in_.Consume(answer_in_.View().size());
    tee_.Reset();
    DropCopies();
    unchunked_ = std::string();
    usage_filter_.Reset();
    changed_body_ = std::string();
    Waiter& waiter = client_->waiter;
    waiter.Within(context_.now, route_->timeouts.idle);
    while (after_ != After::kCut && !client_->outbox.empty()) {
        const net::IoResult result = client_->outbox.Flush(client_->stream);
        const bool broken = result.status == net::IoStatus::kError;
        if (broken || waiter.cut || waiter.expired) {
            after_ = After::kCut;
        } else if (!client_->outbox.empty()) {
            client_->inbox.Keep();
            co_await waiter.changed.Wait();
        }
    }
}

}  // namespace sightglass::capture
