// OTLP/HTTP/1.1: one request after the other.
#include <array>
#include <optional>

#include "access/request_guard.h"
#include "base/text.h"
#include "capture/otlp/export_answer.h"
#include "capture/otlp/otlp_worker.h"
#include "capture/otlp/score_request.h"
#include "codec/compression.h"
#include "net/http1.h"
#include "net/http1_body.h"

namespace sightglass::capture {
namespace {

constexpr Duration kLingerTime = std::chrono::seconds(2);
constexpr std::size_t kLingerBytesMax = 64U << 20;
constexpr std::size_t kBufferKept = 4U << 20;  // Memory that a connection keeps between requests.

/// What a request's head says, as long as its body is read.
struct Wanted {
    dialect::traces::Signal signal = dialect::traces::Signal::kTraces;
    std::optional<ScorePath> scores;  ///< Instead of the signal.
    bool json = true;
    bool keep_alive = false;
    bool preflight = false;
    std::string encoding;
    std::string allowed_origin;  ///< Of a page that may read the answer.
    std::shared_ptr<const access::KeyRecord> key;
};

bool IsMediaType(std::string_view content_type, std::string_view wanted) noexcept {
    return EqualsIgnoreCase(Trim(content_type.substr(0, content_type.find(';'))), wanted);
}

/// Thread-safety: the worker's thread.
class HttpConnection final : public OtlpConnection {
public:
    HttpConnection(OtlpWorker& worker, FileDescriptor socket, bool need_key, bool single)
        : OtlpConnection(worker, std::move(socket)),
          need_key_(need_key),
          single_(single),
          memory_(worker.Shared().memory) {}

    void Preload(std::string bytes) { inbox_ = std::move(bytes); }

    net::Task<void> Run() override;

    bool Idle() const noexcept override { return idle_; }

private:
    net::Task<bool> ReadHead();
    net::Task<std::string_view> ReadSome();
    net::Task<bool> ReadBody();
    std::size_t TakeBody(std::string_view bytes);
    net::Task<bool> ServeRequest();
    net::Task<bool> ServeScores();
    net::Task<bool> AnswerFailure();
    net::Task<bool> Answer(int status, std::string_view body, bool later);
    net::Task<void> Refuse(ExportFailure failure);
    net::Task<void> Linger();

    std::optional<ExportFailure> Judge(const net::RequestHead& head);
    std::optional<ExportFailure> JudgeSender(const net::RequestHead& head);
    std::optional<ExportFailure> JudgeForm(const net::RequestHead& head);
    std::optional<ExportFailure> DecodeBody();
    void Count(int status);

    const bool need_key_;
    const bool single_;
    bool idle_ = true;
    MemoryShare memory_;
    net::RequestHead head_;
    std::string inbox_;
    std::size_t head_bytes_ = 0;
    Wanted wanted_;
    net::BodyFramer framer_;
    std::string body_;
    std::optional<ExportFailure> failure_;  // Of the request under way.
};

net::Task<void> HttpConnection::Run() {
    // Nothing beside co_await in the condition: gcc 12 awaits it whatever stands before.
    while (co_await ReadHead()) {
        wanted_ = {};
        failure_ = Judge(head_);
        const bool expects = head_.expects_continue;
        const bool has_body = head_.Body() != net::BodyKind::kNone;
        framer_.Start(head_.Body(), head_.content_length);
        if (failure_) {
            co_await Refuse(std::move(*failure_));
            co_return;
        }
        if (expects && has_body && !co_await Write("HTTP/1.1 100 Continue\r\n\r\n")) {
            co_return;
        }
        const bool keep = co_await ServeRequest();
        memory_.Release();
        if (!keep) {
            co_return;
        }
        if (body_.capacity() > kBufferKept) {
            body_ = {};
        }
    }
}

/// Waits for a whole head at the front of the inbox; false where the connection is over.
net::Task<bool> HttpConnection::ReadHead() {
    std::size_t scanned = 0;
    idle_ = true;
    waiter_.Within(worker_.Now(), worker_.Shared().options.keep_alive_timeout);
    while (true) {
        if (!inbox_.empty()) {
            if (idle_) {
                idle_ = false;
                waiter_.Within(worker_.Now(), worker_.Shared().options.request_timeout);
            }
            const net::HeadResult result = net::ParseRequestHead(
                inbox_,
                worker_.Shared().options.header_bytes_max,
                scanned,
                head_
            );
            if (result.status == net::HeadStatus::kComplete) {
                head_bytes_ = result.bytes;
                co_return true;
            }
            if (result.status == net::HeadStatus::kBad) {
                wanted_ = {};
                // Not a temporary of the call: gcc 12 destroys such a one twice in a coroutine.
                ExportFailure failure{
                    net::StatusFor(result.error),
                    RpcCode::kInvalidArgument,
                    std::string(ToString(result.error))};
                co_await Refuse(std::move(failure));
                co_return false;
            }
        }
        const std::string_view read = co_await ReadSome();
        if (read.empty()) {
            co_return false;
        }
        inbox_.append(read);
    }
}

/// The next bytes, in the worker's scratch memory: to be used before anything is waited for. Nothing
/// where the connection or its time is over.
net::Task<std::string_view> HttpConnection::ReadSome() {
    while (true) {
        if (waiter_.cut || waiter_.expired || (idle_ && worker_.Draining())) {
            co_return std::string_view();
        }
        if (stream_.PollReadable()) {
            const net::IoResult read = stream_.Read(worker_.Scratch(), OtlpWorker::kScratchBytes);
            if (read.status == net::IoStatus::kOk) {
                co_return std::string_view(worker_.Scratch(), read.bytes);
            }
            if (read.status != net::IoStatus::kWouldBlock) {
                co_return std::string_view();
            }
        }
        co_await waiter_.changed.Wait();
    }
}

/// What refuses a request before its body is read.
std::optional<ExportFailure> HttpConnection::Judge(const net::RequestHead& head) {
    wanted_.keep_alive = head.keep_alive && !single_ && !worker_.Draining();
    const std::string_view type = head.Find(net::HeaderName::kContentType);
    wanted_.json = !IsMediaType(type, "application/x-protobuf");
    if (auto refused = JudgeSender(head)) {
        return refused;
    }
    wanted_.preflight = head.method == "OPTIONS" && !wanted_.allowed_origin.empty();
    return wanted_.preflight ? std::nullopt : JudgeForm(head);
}

std::optional<ExportFailure> HttpConnection::JudgeSender(const net::RequestHead& head) {
    const access::RequestOrigin origin{
        .host = head.authority,
        .origin = head.Find("origin"),
        .sec_fetch_site = head.Find("sec-fetch-site"),
        .sec_fetch_mode = head.Find("sec-fetch-mode"),
        .sec_fetch_dest = head.Find("sec-fetch-dest")};
    const auto refusal =
        access::CheckOrigin(worker_.Shared().options.guard, access::Surface::kApi, origin);
    if (refusal) {
        return ExportFailure{
            refusal->http_status,
            RpcCode::kPermissionDenied,
            std::string(refusal->message)};
    }
    wanted_.allowed_origin = origin.origin;
    if (head.method == "OPTIONS") {
        return std::nullopt;  // A browser asks before it sends, and shows no credentials.
    }
    std::string_view api_key = head.Find("x-sightglass-key");
    if (api_key.empty()) {
        api_key = head.Find("x-api-key");
    }
    Sender sender = worker_.Senders().Check(
        {.authorization = head.Find(net::HeaderName::kAuthorization), .api_key = api_key},
        need_key_
    );
    if (!sender.refusal.empty()) {
        return ExportFailure{401, RpcCode::kUnauthenticated, std::string(sender.refusal)};
    }
    wanted_.key = std::move(sender.key);
    return std::nullopt;
}

std::optional<ExportFailure> HttpConnection::JudgeForm(const net::RequestHead& head) {
    const auto signal = SignalOfPath(head.target);
    wanted_.scores = ScorePathOf(head.target);
    if (!signal && !wanted_.scores) {
        return ExportFailure{
            404,
            RpcCode::kNotFound,
            "the paths are /v1/traces, /v1/logs and /v1/metrics; of Langfuse's API, "
            "/api/public/ingestion and /api/public/scores"};
    }
    wanted_.signal = signal.value_or(wanted_.signal);
    if (head.method != "POST") {
        return ExportFailure{405, RpcCode::kUnimplemented, "export requests are sent with POST"};
    }
    const std::string_view type = head.Find(net::HeaderName::kContentType);
    if ((wanted_.json || wanted_.scores) && !IsMediaType(type, "application/json")) {
        return ExportFailure{
            415,
            RpcCode::kInvalidArgument,
            wanted_.scores ? "the Content-Type must be application/json"
                           : "the Content-Type must be application/x-protobuf or application/json"};
    }
    wanted_.encoding = Trim(head.Find(net::HeaderName::kContentEncoding));
    if (EqualsIgnoreCase(wanted_.encoding, "br") ||
        codec::NewDecoder(wanted_.encoding, 1) == nullptr) {
        return ExportFailure{
            415,
            RpcCode::kInvalidArgument,
            "the Content-Encoding must be gzip, zstd, deflate or identity"};
    }
    const std::size_t bytes_max = worker_.Shared().options.body_bytes_max;
    if (head.has_length && head.content_length > bytes_max) {
        return ExportFailure{413, RpcCode::kResourceExhausted, "the request is too large"};
    }
    return std::nullopt;
}

/// Adds what of the bytes belongs to the body; returns how much that was. failure_ says what is
/// wrong with it.
std::size_t HttpConnection::TakeBody(std::string_view bytes) {
    bool fits = true;
    const std::size_t used = framer_.Read(bytes, [&](std::string_view piece) {
        fits = fits && body_.size() + piece.size() <= worker_.Shared().options.body_bytes_max;
        if (fits && memory_.GrowTo(body_.size() + piece.size())) {
            body_.append(piece);
        } else if (fits) {
            failure_ = {429, RpcCode::kResourceExhausted, "too much is being received", true};
            fits = false;
        }
    });
    if (!fits && !failure_) {
        failure_ = {413, RpcCode::kResourceExhausted, "the request is too large"};
    }
    if (framer_.Bad()) {
        failure_ = {400, RpcCode::kInvalidArgument, "the chunks of the body are malformed"};
    }
    return used;
}

/// False where the connection is over. What comes in goes to the body at once: it is most of all
/// bytes there are.
net::Task<bool> HttpConnection::ReadBody() {
    body_.clear();
    const std::size_t taken = TakeBody(std::string_view(inbox_).substr(head_bytes_));
    inbox_.erase(0, head_bytes_ + taken);
    while (!failure_ && !framer_.Done()) {
        const std::string_view read = co_await ReadSome();
        if (read.empty()) {
            co_return false;
        }
        inbox_.assign(read.substr(TakeBody(read)));
    }
    co_return true;
}

std::optional<ExportFailure> HttpConnection::DecodeBody() {
    if (wanted_.encoding.empty() || EqualsIgnoreCase(wanted_.encoding, "identity")) {
        return std::nullopt;
    }
    const std::size_t bytes_max = worker_.Shared().options.body_bytes_max;
    auto decoded = codec::Decode(wanted_.encoding, body_, bytes_max);
    if (decoded.Ok()) {
        body_ = std::move(*decoded);
        if (memory_.GrowTo(body_.size())) {
            return std::nullopt;
        }
        return ExportFailure{429, RpcCode::kResourceExhausted, "too much is being received", true};
    }
    const bool too_large = decoded.error().code == ErrorCode::kTooLarge;
    return ExportFailure{
        too_large ? 413 : 400,
        too_large ? RpcCode::kResourceExhausted : RpcCode::kInvalidArgument,
        "the body: " + decoded.error().message};
}

/// True where another request may follow.
net::Task<bool> HttpConnection::ServeRequest() {
    if (!co_await ReadBody()) {
        co_return false;
    }
    if (failure_) {
        co_await Refuse(std::move(*failure_));  // What follows cannot be told from the body.
        co_return false;
    }
    if (wanted_.preflight) {
        co_return co_await Answer(204, "", false) && wanted_.keep_alive;
    }
    failure_ = DecodeBody();
    if (!failure_ && wanted_.scores) {
        co_return co_await ServeScores();
    }
    if (!failure_) {
        const ExportRequest request{wanted_.signal, wanted_.json, body_, wanted_.key.get()};
        const ExportOutcome outcome = co_await worker_.Export(request, waiter_);
        waiter_.Within(worker_.Now(), worker_.Shared().options.request_timeout);
        if (outcome.kind == ExportOutcome::Kind::kTaken) {
            const std::string body = SuccessBody(outcome, wanted_.signal, wanted_.json);
            co_return co_await Answer(200, body, false) && wanted_.keep_alive;
        }
        failure_ = FailureOf(outcome);
    }
    co_return co_await AnswerFailure();
}

net::Task<bool> HttpConnection::ServeScores() {
    auto request =
        ReadScoreRequest(*wanted_.scores, body_, worker_.Shared().parts.clock.Now(), worker_.Ids());
    if (!request.Ok()) {
        const bool too_large = request.error().code == ErrorCode::kTooLarge;
        failure_ = {
            too_large ? 413 : 400,
            too_large ? RpcCode::kResourceExhausted : RpcCode::kInvalidArgument,
            request.error().message};
        co_return co_await AnswerFailure();
    }
    const ExportOutcome outcome = co_await worker_.Keep(request->feedback, waiter_);
    waiter_.Within(worker_.Now(), worker_.Shared().options.request_timeout);
    if (outcome.kind == ExportOutcome::Kind::kTaken) {
        co_return co_await Answer(request->status, request->answer, false) && wanted_.keep_alive;
    }
    failure_ = FailureOf(outcome);
    co_return co_await AnswerFailure();
}

/// Tells of failure_, after the whole request was read.
net::Task<bool> HttpConnection::AnswerFailure() {
    const std::string body = FailureBody(*failure_, wanted_.json);
    co_return co_await Answer(failure_->http_status, body, failure_->later) && wanted_.keep_alive;
}

void HttpConnection::Count(int status) {
    OtlpCounters& counters = worker_.Shared().counters;
    if (status < 300) {
        Add(counters.requests, 1);
    } else {
        Add(status == 429 || status == 503 ? counters.postponed_requests
                                           : counters.refused_requests,
            1);
    }
}

net::Task<bool> HttpConnection::Answer(int status, std::string_view body, bool later) {
    Count(status);
    std::string answer = "HTTP/1.1 " + std::to_string(status) + ' ';
    answer += net::ReasonPhrase(status);
    answer += "\r\nContent-Type: ";
    answer += wanted_.json ? "application/json" : "application/x-protobuf";
    if (status != 204) {
        answer += "\r\nContent-Length: " + std::to_string(body.size());
    }
    if (later) {
        const auto wait =
            std::chrono::ceil<std::chrono::seconds>(worker_.Shared().options.retry_after);
        answer += "\r\nRetry-After: " + std::to_string(wait.count());
    }
    if (status == 401) {
        answer += "\r\nWWW-Authenticate: Bearer, Basic realm=\"sightglass\"";
    }
    if (status == 405) {
        answer += "\r\nAllow: POST";
    }
    if (!wanted_.allowed_origin.empty()) {
        answer += "\r\nAccess-Control-Allow-Origin: " + wanted_.allowed_origin + "\r\nVary: Origin";
    }
    if (wanted_.preflight) {
        answer +=
            "\r\nAccess-Control-Allow-Methods: POST\r\nAccess-Control-Allow-Headers: "
            "authorization, content-encoding, content-type, x-api-key, x-sightglass-key";
    }
    if (!wanted_.keep_alive) {
        answer += "\r\nConnection: close";
    }
    answer += "\r\n\r\n";
    answer += body;
    co_return co_await Write(answer);
}

/// Answers without having read the whole request, and ends the connection.
net::Task<void> HttpConnection::Refuse(ExportFailure failure) {
    wanted_.keep_alive = false;
    wanted_.preflight = false;
    body_ = {};
    memory_.Release();
    waiter_.Within(worker_.Now(), kLingerTime);
    const std::string body = FailureBody(failure, wanted_.json);
    if (co_await Answer(failure.http_status, body, failure.later)) {
        co_await Linger();
    }
}

/// Closing a socket that has unread bytes would make the system throw away what was written to it.
net::Task<void> HttpConnection::Linger() {
    stream_.ShutdownWrite();
    std::size_t discarded = 0;
    inbox_.clear();
    while (discarded < kLingerBytesMax) {
        const std::string_view read = co_await ReadSome();
        if (read.empty()) {
            co_return;
        }
        discarded += read.size();
    }
}

}  // namespace

std::unique_ptr<OtlpConnection>
NewHttpConnection(OtlpWorker& worker, FileDescriptor socket, bool need_key) {
    return std::make_unique<HttpConnection>(worker, std::move(socket), need_key, false);
}

std::unique_ptr<OtlpConnection>
NewAdoptedConnection(OtlpWorker& worker, OtlpSocket socket, bool need_key) {
    auto connection =
        std::make_unique<HttpConnection>(worker, FileDescriptor(socket.fd), need_key, true);
    connection->Preload(std::move(socket.bytes_read));
    return connection;
}

}  // namespace sightglass::capture
