// A sender of OTLP traces on the loopback interface: one thread a connection, each with one request
// under way. Every span is a chat with 25 attributes, without content, and has ids of its own.
// Prints one JSON object.
//
//   bench_otlp_load --port P [--grpc 1] [--connections 8] [--spans 500] [--seconds 3] [--rate 0]
//
// With a rate (spans a second, all connections together), requests are sent when they are due, and
// one that is late is sent at once.
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include <nghttp2/nghttp2.h>
#include <protozero/pbf_writer.hpp>

#include "socket_io.h"

namespace sightglass::bench {
namespace {

constexpr std::string_view kTraceMark = "TRACE-ID-16bytes";
constexpr std::string_view kSpanMark = "SPANID8b";
constexpr std::string_view kResponseMark = "RESPONSE-ID-OF-16";

void AddText(protozero::pbf_writer& span, std::string_view key, std::string_view text) {
    protozero::pbf_writer attribute(span, 9);
    attribute.add_string(1, key.data(), key.size());
    protozero::pbf_writer value(attribute, 2);
    value.add_string(1, text.data(), text.size());
}

void AddInt(protozero::pbf_writer& span, std::string_view key, std::int64_t number) {
    protozero::pbf_writer attribute(span, 9);
    attribute.add_string(1, key.data(), key.size());
    protozero::pbf_writer value(attribute, 2);
    value.add_int64(3, number);
}

void AddDouble(protozero::pbf_writer& span, std::string_view key, double number) {
    protozero::pbf_writer attribute(span, 9);
    attribute.add_string(1, key.data(), key.size());
    protozero::pbf_writer value(attribute, 2);
    value.add_double(4, number);
}

void AddSpan(protozero::pbf_writer& scope, std::uint64_t start_ns) {
    constexpr std::uint64_t kLastsNs = 1'250'000'000;
    protozero::pbf_writer span(scope, 2);
    span.add_bytes(1, kTraceMark.data(), kTraceMark.size());
    span.add_bytes(2, kSpanMark.data(), kSpanMark.size());
    span.add_bytes(4, "parent-8", 8);
    span.add_string(5, "chat gpt-4o-mini");
    span.add_enum(6, 3);
    span.add_fixed64(7, start_ns);
    span.add_fixed64(8, start_ns + kLastsNs);
    AddText(span, "gen_ai.operation.name", "chat");
    AddText(span, "gen_ai.provider.name", "openai");
    AddText(span, "gen_ai.request.model", "gpt-4o-mini");
    AddText(span, "gen_ai.response.model", "gpt-4o-mini-2024-07-18");
    AddText(span, "gen_ai.response.id", "chatcmpl-AbMH3rR6OBMN" + std::string(kResponseMark));
    AddText(span, "gen_ai.response.finish_reasons", "stop");
    AddInt(span, "gen_ai.request.max_tokens", 512);
    AddDouble(span, "gen_ai.request.temperature", 0.5);
    AddDouble(span, "gen_ai.request.top_p", 0.9);
    AddInt(span, "gen_ai.request.seed", 7);
    AddInt(span, "gen_ai.usage.input_tokens", 1234);
    AddInt(span, "gen_ai.usage.output_tokens", 321);
    AddInt(span, "gen_ai.usage.cache_read.input_tokens", 1024);
    AddInt(span, "gen_ai.usage.reasoning.output_tokens", 64);
    AddDouble(span, "gen_ai.response.time_to_first_chunk", 0.25);
    AddText(span, "gen_ai.conversation.id", "conversation-4711");
    AddText(span, "user.id", "user-42");
    AddText(span, "server.address", "api.openai.com");
    AddInt(span, "server.port", 443);
    AddText(span, "openai.response.service_tier", "default");
    AddText(span, "openai.api.type", "chat_completions");
    AddText(span, "openai.response.system_fingerprint", "fp_0ba0d124f1");
    AddText(span, "deployment.environment.name", "production");
    AddText(span, "thread.name", "MainThread");
    AddText(span, "code.function", "answer_question");
}

/// One export request, and where the ids stand in it.
struct Body {
    std::string bytes;
    std::vector<std::size_t> trace_ids;
    std::vector<std::size_t> span_ids;
    std::vector<std::size_t> response_ids;
};

std::vector<std::size_t> PlacesOf(std::string_view mark, std::string_view bytes) {
    std::vector<std::size_t> places;
    for (std::size_t at = 0; (at = bytes.find(mark, at)) != std::string_view::npos; ++at) {
        places.push_back(at);
    }
    return places;
}

Body MakeBody(std::int64_t spans) {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    const auto start_ns = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U;
    Body body;
    protozero::pbf_writer request(body.bytes);
    {
        protozero::pbf_writer resource_spans(request, 1);
        {
            protozero::pbf_writer resource(resource_spans, 1);
            protozero::pbf_writer attribute(resource, 1);
            attribute.add_string(1, "service.name");
            protozero::pbf_writer value(attribute, 2);
            value.add_string(1, "support-bot");
        }
        protozero::pbf_writer scope_spans(resource_spans, 2);
        {
            protozero::pbf_writer scope(scope_spans, 1);
            scope.add_string(1, "bench");
            scope.add_string(2, "1.0");
        }
        for (std::int64_t i = 0; i < spans; ++i) {
            AddSpan(scope_spans, start_ns + static_cast<std::uint64_t>(i) * 1'000'000U);
        }
    }
    body.trace_ids = PlacesOf(kTraceMark, body.bytes);
    body.span_ids = PlacesOf(kSpanMark, body.bytes);
    body.response_ids = PlacesOf(kResponseMark, body.bytes);
    return body;
}

void PutIds(Body& body, std::uint64_t& next) {
    for (std::size_t i = 0; i < body.trace_ids.size(); ++i) {
        const std::uint64_t id = next++;
        std::memcpy(body.bytes.data() + body.trace_ids[i], &id, sizeof id);
        std::memcpy(body.bytes.data() + body.span_ids[i], &id, sizeof id);
        for (unsigned digit = 0; digit < kResponseMark.size() - 1; ++digit) {
            body.bytes[body.response_ids[i] + digit] = "0123456789abcdef"[id >> (4 * digit) & 15U];
        }
    }
}

int Connect(std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = Loopback(port);
    if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        Fail("connect");
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

bool SendAll(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

/// Thread-safety: one thread.
class Sender {
public:
    virtual ~Sender() = default;
    /// True where the request was answered with success.
    virtual bool Send(std::string_view body) = 0;
};

class HttpSender final : public Sender {
public:
    explicit HttpSender(std::uint16_t port) : fd_(Connect(port)) {}

    ~HttpSender() override { close(fd_); }

    bool Send(std::string_view body) override {
        const std::string head =
            "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            "application/x-protobuf\r\n"
            "Content-Length: " +
            std::to_string(body.size()) + "\r\n\r\n";
        if (!SendAll(fd_, head) || !SendAll(fd_, body)) {
            Fail("send");
        }
        std::string answer;
        while (answer.find("\r\n\r\n") == std::string::npos) {  // Success has an empty body.
            std::array<char, 4096> piece{};
            const ssize_t got = recv(fd_, piece.data(), piece.size(), 0);
            if (got <= 0) {
                Fail("recv");
            }
            answer.append(piece.data(), static_cast<std::size_t>(got));
        }
        return answer.starts_with("HTTP/1.1 200");
    }

private:
    int fd_;
};

class GrpcSender final : public Sender {
public:
    explicit GrpcSender(std::uint16_t port) : fd_(Connect(port)) {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
        nghttp2_session_client_new(&session_, callbacks, this);
        nghttp2_session_callbacks_del(callbacks);
        nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
    }

    ~GrpcSender() override {
        nghttp2_session_del(session_);
        close(fd_);
    }

    bool Send(std::string_view body) override {
        constexpr int kPrefixBytes = 5;
        message_.assign(kPrefixBytes, '\0');
        for (int i = 1; i < kPrefixBytes; ++i) {
            message_[static_cast<std::size_t>(i)] =
                static_cast<char>(body.size() >> (8 * (kPrefixBytes - 1 - i)));
        }
        message_ += body;
        sent_ = 0;
        closed_ = false;
        ok_ = false;
        const std::array<nghttp2_nv, 6> headers{
            Header(":method", "POST"),
            Header(":scheme", "http"),
            Header(":path", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"),
            Header(":authority", "localhost"),
            Header("content-type", "application/grpc"),
            Header("te", "trailers")};
        nghttp2_data_provider provider{};
        provider.read_callback = Read;
        nghttp2_submit_request(session_, nullptr, headers.data(), headers.size(), &provider, this);
        while (!closed_) {
            Pump();
        }
        return ok_;
    }

private:
    static nghttp2_nv Header(std::string_view name, std::string_view value) {
        const auto bytes = [](std::string_view text) {
            return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
        };
        return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
    }

    static ssize_t Read(
        nghttp2_session*,
        std::int32_t,
        std::uint8_t* out,
        std::size_t size,
        std::uint32_t* flags,
        nghttp2_data_source*,
        void* user
    ) {
        auto& self = *static_cast<GrpcSender*>(user);
        const std::size_t piece = std::min(size, self.message_.size() - self.sent_);
        std::memcpy(out, self.message_.data() + self.sent_, piece);
        self.sent_ += piece;
        if (self.sent_ == self.message_.size()) {
            *flags |= NGHTTP2_DATA_FLAG_EOF;
        }
        return static_cast<ssize_t>(piece);
    }

    static int OnHeader(
        nghttp2_session*,
        const nghttp2_frame*,
        const std::uint8_t* name,
        std::size_t name_size,
        const std::uint8_t* value,
        std::size_t value_size,
        std::uint8_t,
        void* user
    ) {
        const std::string_view key(reinterpret_cast<const char*>(name), name_size);
        const std::string_view text(reinterpret_cast<const char*>(value), value_size);
        if (key == "grpc-status") {
            static_cast<GrpcSender*>(user)->ok_ = text == "0";
        }
        return 0;
    }

    static int OnClose(nghttp2_session*, std::int32_t, std::uint32_t, void* user) {
        static_cast<GrpcSender*>(user)->closed_ = true;
        return 0;
    }

    void Pump() {
        std::string out;
        const std::uint8_t* bytes = nullptr;
        ssize_t size = 0;
        while ((size = nghttp2_session_mem_send(session_, &bytes)) > 0) {
            out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
        }
        if (size < 0 || !SendAll(fd_, out)) {
            Fail("send");
        }
        std::array<std::uint8_t, 16384> piece{};
        const ssize_t got = recv(fd_, piece.data(), piece.size(), 0);
        if (got <= 0 ||
            nghttp2_session_mem_recv(session_, piece.data(), static_cast<std::size_t>(got)) < 0) {
            Fail("recv");
        }
    }

    int fd_;
    nghttp2_session* session_ = nullptr;
    std::string message_;
    std::size_t sent_ = 0;
    bool closed_ = false;
    bool ok_ = false;
};

struct Totals {
    std::atomic<std::int64_t> spans = 0;
    std::atomic<std::int64_t> refused = 0;
    std::atomic<bool> going = true;
};

std::int64_t Whole(const Options& options, const std::string& name, int otherwise) {
    return static_cast<std::int64_t>(options.Number(name, otherwise));
}

void Run(const Options& options, std::uint64_t first_id, Totals& totals) {
    const auto port = static_cast<std::uint16_t>(Whole(options, "port", 4318));
    Body body = MakeBody(Whole(options, "spans", 500));
    std::unique_ptr<Sender> sender;
    if (Whole(options, "grpc", 0) != 0) {
        sender = std::make_unique<GrpcSender>(port);
    } else {
        sender = std::make_unique<HttpSender>(port);
    }
    const double rate = options.Number("rate", 0) / options.Number("connections", 8);
    const auto gap = std::chrono::duration<double>(
        rate > 0 ? static_cast<double>(body.trace_ids.size()) / rate : 0
    );
    const auto begin = std::chrono::steady_clock::now();
    for (int sent = 0; totals.going; ++sent) {
        PutIds(body, first_id);
        if (rate > 0) {
            std::this_thread::sleep_until(begin + sent * gap);
        }
        if (sender->Send(body.bytes)) {
            totals.spans += static_cast<std::int64_t>(body.trace_ids.size());
        } else {
            ++totals.refused;
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
    }
}

int Main(int argc, char** argv) {
    const Options options(argc, argv);
    Totals totals;
    const std::int64_t begin = NowNs();
    std::vector<std::jthread> threads;
    for (std::int64_t i = 0; i < Whole(options, "connections", 8); ++i) {
        const auto first =
            (static_cast<std::uint64_t>(begin) << 8U) ^ (static_cast<std::uint64_t>(i + 1) << 56U);
        threads.emplace_back([&, first] { Run(options, first, totals); });
    }
    const auto seconds = options.Number("seconds", 3);
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    const std::int64_t spans = totals.spans;
    const double took_s = static_cast<double>(NowNs() - begin) * 1e-9;
    totals.going = false;
    threads.clear();
    std::printf(
        R"({"spans":%lld,"all_spans":%lld,"refused":%lld,"seconds":%.3f,"spans_per_s":%.0f})"
        "\n",
        static_cast<long long>(spans),
        static_cast<long long>(totals.spans),
        static_cast<long long>(totals.refused),
        took_s,
        static_cast<double>(spans) / took_s
    );
    return 0;
}

}  // namespace
}  // namespace sightglass::bench

int main(int argc, char** argv) {
    return sightglass::bench::Main(argc, argv);
}
