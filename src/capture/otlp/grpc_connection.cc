// OTLP/gRPC: unary Export calls over HTTP/2 without TLS. nghttp2 does the framing.
//
// Source: grpc/doc/PROTOCOL-HTTP2.md.
#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "access/request_guard.h"
#include "base/text.h"
#include "capture/otlp/export_answer.h"
#include "capture/otlp/grpc_message.h"
#include "capture/otlp/grpc_stream.h"
#include "capture/otlp/otlp_worker.h"

namespace sightglass::capture {
namespace {

constexpr std::uint32_t kStreamsMax = 100;
constexpr std::uint32_t kStreamWindow = 4U << 20;
constexpr std::int32_t kConnectionWindow = 16 << 20;
constexpr std::size_t kBodyKept = 4U << 20;  // Memory kept from one request to the next.
constexpr std::size_t kProbeBytesMax = 4U << 10;
constexpr std::size_t kFrameBytes = 5;  // Before each message: compressed or not, and its length.

struct SessionDeleter {
    void operator()(nghttp2_session* session) const noexcept { nghttp2_session_del(session); }
};

struct CallbacksDeleter {
    void operator()(nghttp2_session_callbacks* callbacks) const noexcept {
        nghttp2_session_callbacks_del(callbacks);
    }
};

nghttp2_nv Header(std::string_view name, std::string_view value) noexcept {
    const auto bytes = [](std::string_view text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

/// Thread-safety: the worker's thread.
class GrpcConnection final : public OtlpConnection {
public:
    GrpcConnection(OtlpWorker& worker, FileDescriptor socket, bool need_key)
        : OtlpConnection(worker, std::move(socket)), need_key_(need_key) {}

    net::Task<void> Run() override;

    bool Idle() const noexcept override { return streams_.empty(); }

private:
    static GrpcConnection& Of(void* user) noexcept { return *static_cast<GrpcConnection*>(user); }

    RpcStream* Find(std::int32_t id) noexcept {
        const auto found = streams_.find(id);
        return found == streams_.end() ? nullptr : &found->second;
    }

    static void SetCallbacks(nghttp2_session_callbacks* made);
    static int OnFrameSent(nghttp2_session* session, const nghttp2_frame* frame, void* user);
    bool OpenSession();
    net::Task<bool> Flush();
    bool ReadSome();
    void TakeEnded();
    void TakeOne(std::int32_t id, RpcStream& stream);
    void TakeExport(RpcStream& stream);
    void TakeHealth(RpcStream& stream);
    void AnswerSettled();
    void AnswerSuccess(std::int32_t id, RpcStream& stream, std::string_view message);
    void AnswerFailure(std::int32_t id, RpcStream& stream);
    std::optional<ExportFailure> JudgeOrigin(const RpcStream& stream) const;
    std::optional<ExportFailure> Judge(const RpcStream& stream, Sender& sender);
    void AddData(std::int32_t id, std::string_view bytes);
    void AddHeader(std::int32_t id, std::string_view name, std::string_view value);
    // NOLINTNEXTLINE(readability-function-size): the parameters are nghttp2's.
    static ssize_t ReadAnswer(
        nghttp2_session* session,
        std::int32_t id,
        std::uint8_t* out,
        std::size_t size,
        std::uint32_t* flags,
        nghttp2_data_source* source,
        void* user
    );

    const bool need_key_;
    std::unique_ptr<nghttp2_session, SessionDeleter> session_;
    std::map<std::int32_t, RpcStream> streams_;
    std::string spare_body_;  // Memory of a body that was taken, for the next one.
    bool broken_ = false;
};

/// nghttp2 calls these from within nghttp2_session_mem_recv.
void GrpcConnection::SetCallbacks(nghttp2_session_callbacks* made) {
    nghttp2_session_callbacks_set_on_begin_headers_callback(
        made,
        [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
            GrpcConnection& self = Of(user);
            self.streams_.try_emplace(frame->hd.stream_id, self.worker_.Shared().memory);
            return 0;
        }
    );
    nghttp2_session_callbacks_set_on_header_callback(
        made,
        [](nghttp2_session*,
           const nghttp2_frame* frame,
           const std::uint8_t* name,
           std::size_t name_size,
           const std::uint8_t* value,
           std::size_t value_size,
           std::uint8_t,
           void* user) {
            Of(user).AddHeader(
                frame->hd.stream_id,
                {reinterpret_cast<const char*>(name), name_size},
                {reinterpret_cast<const char*>(value), value_size}
            );
            return 0;
        }
    );
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        made,
        [](nghttp2_session*,
           std::uint8_t,
           std::int32_t id,
           const std::uint8_t* data,
           std::size_t size,
           void* user) {
            Of(user).AddData(id, {reinterpret_cast<const char*>(data), size});
            return 0;
        }
    );
    nghttp2_session_callbacks_set_on_frame_recv_callback(
        made,
        [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
            RpcStream* const stream = Of(user).Find(frame->hd.stream_id);
            if (stream != nullptr && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
                stream->ended = true;
            }
            return 0;
        }
    );
    nghttp2_session_callbacks_set_on_frame_send_callback(made, OnFrameSent);
    nghttp2_session_callbacks_set_on_stream_close_callback(
        made,
        [](nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
            Of(user).streams_.erase(id);
            return 0;
        }
    );
}

/// Who was answered before the request had ended is told that the rest is not wanted: behind the
/// answer, because what is not sent yet goes with the stream.
int GrpcConnection::OnFrameSent(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    const std::int32_t id = frame->hd.stream_id;
    const RpcStream* const stream = Of(user).Find(id);
    const bool is_last =
        frame->hd.type == NGHTTP2_HEADERS && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (stream != nullptr && is_last && !stream->ended) {
        nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR);
    }
    return 0;
}

bool GrpcConnection::OpenSession() {
    nghttp2_session_callbacks* made = nullptr;
    if (nghttp2_session_callbacks_new(&made) != 0) {
        return false;
    }
    const std::unique_ptr<nghttp2_session_callbacks, CallbacksDeleter> callbacks(made);
    SetCallbacks(made);
    nghttp2_session* session = nullptr;
    if (nghttp2_session_server_new(&session, made, this) != 0) {
        return false;
    }
    session_.reset(session);
    const std::array<nghttp2_settings_entry, 2> settings{
        {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kStreamsMax},
         {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow}}};
    return nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()) ==
               0 &&
           nghttp2_session_set_local_window_size(
               session,
               NGHTTP2_FLAG_NONE,
               0,
               kConnectionWindow
           ) == 0;
}

net::Task<void> GrpcConnection::Run() {
    if (!OpenSession()) {
        co_return;
    }
    waiter_.Within(worker_.Now(), worker_.Shared().options.keep_alive_timeout);
    bool draining = false;
    while (true) {
        TakeEnded();
        AnswerSettled();
        if (worker_.Draining() && !draining) {
            draining = true;
            nghttp2_submit_shutdown_notice(session_.get());
            nghttp2_session_terminate_session(session_.get(), NGHTTP2_NO_ERROR);
        }
        if (!co_await Flush() || broken_ || waiter_.cut || waiter_.expired) {
            co_return;
        }
        const bool over = nghttp2_session_want_read(session_.get()) == 0 &&
                          nghttp2_session_want_write(session_.get()) == 0;
        if (over) {
            co_return;
        }
        if (stream_.PollReadable()) {
            if (ReadSome()) {
                continue;
            }
            if (broken_) {
                static_cast<void>(co_await Flush());
                co_return;
            }
        }
        co_await waiter_.changed.Wait();
    }
}

/// True where something was read.
bool GrpcConnection::ReadSome() {
    const net::IoResult read = stream_.Read(worker_.Scratch(), OtlpWorker::kScratchBytes);
    if (read.status == net::IoStatus::kWouldBlock) {
        return false;
    }
    if (read.status != net::IoStatus::kOk) {
        broken_ = true;
        return false;
    }
    const OtlpOptions& options = worker_.Shared().options;
    const ssize_t used = nghttp2_session_mem_recv(
        session_.get(),
        reinterpret_cast<const std::uint8_t*>(worker_.Scratch()),
        read.bytes
    );
    if (used < 0) {
        broken_ = true;
        return false;
    }
    waiter_.Within(
        worker_.Now(),
        streams_.empty() ? options.keep_alive_timeout : options.request_timeout
    );
    return true;
}

net::Task<bool> GrpcConnection::Flush() {
    while (true) {
        const std::uint8_t* bytes = nullptr;
        const ssize_t size = nghttp2_session_mem_send(session_.get(), &bytes);
        if (size < 0) {
            co_return false;
        }
        if (size == 0) {
            co_return true;
        }
        const std::string_view piece(
            reinterpret_cast<const char*>(bytes),
            static_cast<std::size_t>(size)
        );
        if (!co_await Write(piece)) {
            co_return false;
        }
    }
}

void GrpcConnection::AddHeader(std::int32_t id, std::string_view name, std::string_view value) {
    RpcStream* const stream = Find(id);
    if (stream == nullptr) {
        return;
    }
    for (const auto& [kept, member] : kKeptHeaders) {
        if (name == kept) {
            stream->*member = value;
        }
    }
}

void GrpcConnection::AddData(std::int32_t id, std::string_view bytes) {
    RpcStream* const stream = Find(id);
    if (stream == nullptr || stream->failure) {
        return;
    }
    const std::size_t size = stream->body.size() + bytes.size();
    if (size > worker_.Shared().options.body_bytes_max + kFrameBytes) {
        stream->failure = {413, RpcCode::kResourceExhausted, "the request is too large"};
    } else if (!stream->memory.GrowTo(size)) {
        stream->failure = {429, RpcCode::kResourceExhausted, "too much is being received", true};
    } else {
        if (stream->body.empty()) {
            stream->body.swap(spare_body_);
        }
        stream->body.append(bytes);
        return;
    }
    stream->body = {};
    stream->memory.Release();
}

std::optional<ExportFailure> GrpcConnection::JudgeOrigin(const RpcStream& stream) const {
    const access::RequestOrigin origin{.host = stream.authority, .origin = stream.origin};
    const auto refusal =
        access::CheckOrigin(worker_.Shared().options.guard, access::Surface::kApi, origin);
    if (refusal) {
        return ExportFailure{403, RpcCode::kPermissionDenied, std::string(refusal->message)};
    }
    return std::nullopt;
}

std::optional<ExportFailure> GrpcConnection::Judge(const RpcStream& stream, Sender& sender) {
    if (auto refusal = JudgeOrigin(stream)) {
        return refusal;
    }
    sender = worker_.Senders().Check(
        {.authorization = stream.authorization, .api_key = stream.api_key},
        need_key_
    );
    if (!sender.refusal.empty()) {
        return ExportFailure{401, RpcCode::kUnauthenticated, std::string(sender.refusal)};
    }
    if (!SignalOfMethod(stream.path)) {
        return ExportFailure{404, RpcCode::kUnimplemented, "there is no such method"};
    }
    return std::nullopt;
}

void GrpcConnection::TakeEnded() {
    for (auto& [id, stream] : streams_) {
        if ((stream.ended || stream.failure) && stream.ticket == 0 && !stream.answered) {
            TakeOne(id, stream);
        }
    }
}

void GrpcConnection::TakeOne(std::int32_t id, RpcStream& stream) {
    const bool is_probe = stream.path == kGrpcHealthPath;
    if (!stream.failure) {
        stream.failure = JudgeType(stream);
    }
    if (!stream.failure) {
        if (is_probe) {
            TakeHealth(stream);
        } else {
            TakeExport(stream);
        }
    }
    if (stream.body.capacity() <= kBodyKept) {
        spare_body_.swap(stream.body);
        spare_body_.clear();
    }
    stream.body = {};
    stream.memory.Release();
    if (stream.failure) {
        AnswerFailure(id, stream);
    } else if (is_probe) {
        AnswerSuccess(id, stream, stream.outcome.message);
    }
}

void GrpcConnection::TakeExport(RpcStream& stream) {
    Sender sender;
    stream.failure = Judge(stream, sender);
    if (stream.failure) {
        return;
    }
    stream.signal = *SignalOfMethod(stream.path);
    auto message =
        ReadGrpcMessage(stream.body, stream.encoding, worker_.Shared().options.body_bytes_max);
    if (message.failure) {
        stream.failure = std::move(message.failure);
        return;
    }
    if (!stream.memory.GrowTo(stream.body.size() + message.decoded.size())) {
        stream.failure = {429, RpcCode::kResourceExhausted, "too much is being received", true};
        return;
    }
    const ExportRequest request{stream.signal, false, message.Bytes(), sender.key.get()};
    stream.outcome = worker_.Take(request, stream.ticket);
    if (stream.outcome.kind != ExportOutcome::Kind::kTaken) {
        stream.failure = FailureOf(stream.outcome);
    }
}

/// Needs no key: it tells nothing but that somebody listens.
void GrpcConnection::TakeHealth(RpcStream& stream) {
    stream.failure = JudgeOrigin(stream);
    if (stream.failure) {
        return;
    }
    const GrpcMessage message = ReadGrpcMessage(stream.body, stream.encoding, kProbeBytesMax);
    if (message.failure) {
        stream.failure = message.failure;
        return;
    }
    if (auto health = GrpcHealthOf(message.Bytes())) {
        stream.outcome.message = std::move(*health);
    } else {
        stream.failure = {404, RpcCode::kNotFound, "there is no such service"};
    }
}

void GrpcConnection::AnswerSettled() {
    for (auto& [id, stream] : streams_) {
        if (stream.answered || stream.ticket == 0 || !worker_.Settled(stream.ticket)) {
            continue;
        }
        if (worker_.Durable(stream.ticket)) {
            Add(worker_.Shared().counters.requests, 1);
            AnswerSuccess(id, stream, SuccessBody(stream.outcome, stream.signal, false));
        } else {
            stream.failure = {
                503,
                RpcCode::kResourceExhausted,
                "the disk did not take the request",
                true};
            AnswerFailure(id, stream);
        }
    }
}

// NOLINTNEXTLINE(readability-function-size): the parameters are nghttp2's.
ssize_t GrpcConnection::ReadAnswer(
    nghttp2_session* session,
    std::int32_t id,
    std::uint8_t* out,
    std::size_t size,
    std::uint32_t* flags,
    nghttp2_data_source* /*source*/,
    void* user
) {
    RpcStream* const stream = Of(user).Find(id);
    if (stream == nullptr) {
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    const std::size_t piece = std::min(size, stream->answer.size() - stream->sent);
    std::copy_n(stream->answer.data() + stream->sent, piece, out);
    stream->sent += piece;
    if (stream->sent == stream->answer.size()) {
        *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
        const nghttp2_nv status = Header("grpc-status", "0");
        if (nghttp2_submit_trailer(session, id, &status, 1) != 0) {
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        }
    }
    return static_cast<ssize_t>(piece);
}

void GrpcConnection::AnswerSuccess(std::int32_t id, RpcStream& stream, std::string_view message) {
    stream.answered = true;
    stream.answer = FrameGrpcMessage(message);
    const std::array<nghttp2_nv, 3> headers{
        Header(":status", "200"),
        Header("content-type", "application/grpc"),
        Header("grpc-accept-encoding", "gzip,identity")};
    nghttp2_data_provider provider{};
    provider.read_callback = ReadAnswer;
    nghttp2_submit_response(session_.get(), id, headers.data(), headers.size(), &provider);
}

void GrpcConnection::AnswerFailure(std::int32_t id, RpcStream& stream) {
    stream.answered = true;
    const ExportFailure& failure = *stream.failure;
    OtlpCounters& counters = worker_.Shared().counters;
    Add(failure.later ? counters.postponed_requests : counters.refused_requests, 1);
    const std::string code = std::to_string(static_cast<int>(failure.code));
    const std::string message = EscapeGrpcMessage(failure.message);
    std::string details;
    std::vector<nghttp2_nv> headers{
        Header(":status", IsGrpc(stream) ? "200" : "415"),
        Header("content-type", "application/grpc"),
        Header("grpc-accept-encoding", "gzip,identity"),
        Header("grpc-status", code),
        Header("grpc-message", message)};
    if (failure.later) {
        details = GrpcBinary(StatusDetails(failure, worker_.Shared().options.retry_after));
        headers.push_back(Header("grpc-status-details-bin", details));
    }
    nghttp2_submit_response(session_.get(), id, headers.data(), headers.size(), nullptr);
}

}  // namespace

std::unique_ptr<OtlpConnection>
NewGrpcConnection(OtlpWorker& worker, FileDescriptor socket, bool need_key) {
    return std::make_unique<GrpcConnection>(worker, std::move(socket), need_key);
}

}  // namespace sightglass::capture
