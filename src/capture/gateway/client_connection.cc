#include "capture/gateway/client_connection.h"

#include "access/request_guard.h"
#include "capture/gateway/answers.h"

namespace sightglass::capture {
namespace {

/// What a client that is being refused may still send while it takes the answer.
constexpr Duration kLingerTime = std::chrono::seconds(2);
constexpr std::size_t kLingerBytesMax = 4U << 20;

}  // namespace

ClientConnection::ClientConnection(
    WorkerContext& context,
    FileDescriptor socket,
    std::string client_ip
)
    : context_(context),
      side_(context.loop, std::move(socket), std::move(client_ip), context.buffers) {}

net::Task<void> ClientConnection::Run() {
    After after = After::kKeep;
    while (after == After::kKeep) {
        const Next next = co_await ReadHead();
        if (next == Next::kClose) {
            co_return;
        }
        after = After::kLinger;
        if (next == Next::kRequest) {
            after = co_await Serve();
        }
        if (handed_over_) {
            co_return;
        }
    }
    if (after == After::kLinger) {
        co_await Linger();
    } else if (after == After::kClose) {
        co_await WriteOut();
    }
}

/// Waits until the client has taken what was written, for as long as it may be silent.
net::Task<void> ClientConnection::WriteOut() {
    Waiter& waiter = side_.waiter;
    waiter.Within(context_.now, context_.shared.options.idle_timeout);
    while (!waiter.cut && !waiter.expired &&
           side_.outbox.Flush(side_.stream).status == net::IoStatus::kWouldBlock) {
        co_await waiter.changed.Wait();
    }
}

/// Waits for a whole request head at the front of the inbox; it is then in context_.request_head.
net::Task<ClientConnection::Next> ClientConnection::ReadHead() {
    scanned_ = 0;
    idle_ = true;
    Waiter& waiter = side_.waiter;
    waiter.Within(context_.now, context_.shared.options.keep_alive_timeout);
    while (true) {
        if (!side_.inbox.empty()) {
            if (idle_) {
                idle_ = false;  // From its first byte on, a head has this long to be complete.
                waiter.Within(context_.now, context_.shared.options.idle_timeout);
            }
            const net::HeadResult result = net::ParseRequestHead(
                side_.inbox.View(),
                context_.shared.options.header_bytes_max,
                scanned_,
                context_.request_head
            );
            if (result.status == net::HeadStatus::kComplete) {
                head_bytes_ = result.bytes;
                co_return Next::kRequest;
            }
            if (result.status == net::HeadStatus::kBad) {
                RefuseHead(result.error);
                co_return Next::kLinger;
            }
            side_.inbox.Keep();
        }
        const Next more = ReadMore();
        if (more == Next::kRequest) {
            continue;
        }
        if (more == Next::kClose || OutOfTime()) {
            co_return Next::kClose;
        }
        co_await waiter.changed.Wait();
    }
}

/// kRequest: there are new bytes in the inbox. kLinger: there are none yet.
ClientConnection::Next ClientConnection::ReadMore() {
    if (!side_.stream.PollReadable()) {
        return Next::kLinger;
    }
    const net::IoResult result =
        side_.stream.Read(context_.Scratch(), WorkerContext::kScratchBytes);
    if (result.status == net::IoStatus::kOk) {
        side_.inbox.Add({context_.Scratch(), result.bytes});
        return Next::kRequest;
    }
    return result.status == net::IoStatus::kWouldBlock ? Next::kLinger : Next::kClose;
}

bool ClientConnection::OutOfTime() {
    const Waiter& waiter = side_.waiter;
    return waiter.cut || waiter.expired || (context_.draining && idle_);
}

net::Task<After> ClientConnection::Serve() {
    const net::RequestHead& head = context_.request_head;
    const Route route = context_.routers.current().Find(head.target);
    if (route.kind == RouteKind::kHandOver) {
        side_.inbox.Keep();
        co_await WriteOut();
        HandOver();
        co_return After::kClose;
    }
    if (Refuse(head, route)) {
        co_return After::kLinger;
    }
    std::unique_ptr<Exchange> exchange = context_.TakeExchange();
    const std::string_view head_text = side_.inbox.View().substr(0, head_bytes_);
    side_.inbox.ConsumeViewed(head_bytes_);
    const After after = co_await exchange->Run(side_, head, head_text, route);
    context_.GiveExchange(std::move(exchange));
    co_return context_.draining&& after == After::kKeep ? After::kClose : after;
}

/// Answers what may not pass: a request whose origin the guard refuses, or whose path leads nowhere.
bool ClientConnection::Refuse(const net::RequestHead& head, const Route& route) {
    const access::RequestOrigin origin{
        .host = head.authority,
        .origin = head.Find("origin"),
        .sec_fetch_site = head.Find("sec-fetch-site"),
        .sec_fetch_mode = head.Find("sec-fetch-mode"),
        .sec_fetch_dest = head.Find("sec-fetch-dest")};
    Failure failure;
    const auto refusal =
        access::CheckOrigin(context_.shared.options.guard, access::Surface::kGateway, origin);
    if (refusal) {
        failure = {
            refusal->http_status,
            ErrorType::kPolicyDenied,
            refusal->code,
            std::string(refusal->message)};
    } else if (route.kind == RouteKind::kUnknown) {
        failure = {
            404,
            ErrorType::kCallerInvalidRequest,
            "unknown_path",
            "no upstream has this path; paths begin with /v1 or with one of these names: " +
                context_.routers.current().Names()};
    } else {
        return false;
    }
    context_.counters.refused_requests.Add(1);
    const dialect::Dialect& dialect = route.dialect != nullptr
                                          ? *route.dialect
                                          : *context_.routers.current().targets().front().dialect;
    SendRefusal(
        WriteFailure(failure, dialect, Uuid{}, {.close = true, .to_head = head.method == "HEAD"})
    );
    return true;
}

void ClientConnection::RefuseHead(net::HeadError error) {
    context_.counters.refused_requests.Add(1);
    SendRefusal(WriteProblem(net::StatusFor(error), "bad_request", ToString(error)));
}

void ClientConnection::SendRefusal(std::string_view answer) {
    side_.outbox.Send(side_.stream, {answer});
}

void ClientConnection::HandOver() {
    HandedOver connection;
    connection.bytes_read = side_.inbox.View();
    connection.bytes_read += side_.stream.socket().received().View();
    connection.client_ip = side_.ip;
    connection.fd = side_.stream.socket().Release().Release();
    handed_over_ = true;
    context_.shared.hand_over(std::move(connection));
}

/// Closing a socket that has unread bytes would make the system throw away what was written to it.
net::Task<void> ClientConnection::Linger() {
    Waiter& waiter = side_.waiter;
    waiter.Within(context_.now, kLingerTime);
    std::size_t discarded = 0;
    bool shut = false;
    while (!waiter.cut && !waiter.expired && discarded < kLingerBytesMax) {
        if (!shut) {
            const net::IoResult flushed = side_.outbox.Flush(side_.stream);
            if (flushed.status == net::IoStatus::kError) {
                co_return;
            }
            if (flushed.status == net::IoStatus::kOk) {
                side_.stream.ShutdownWrite();
                shut = true;
            }
        }
        side_.inbox.Consume(side_.inbox.View().size());
        const Next more = ReadMore();
        if (more == Next::kClose) {
            co_return;
        }
        if (more == Next::kRequest) {
            discarded += side_.inbox.View().size();
        } else {
            co_await waiter.changed.Wait();
        }
    }
}

}  // namespace sightglass::capture
