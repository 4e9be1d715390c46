// The OTLP receiver: traces, logs and metrics of existing instrumentation, over HTTP (protobuf and
// JSON) and gRPC. What it answers with success is on stable storage.
//
// Read this header first, then ingest.h (a request's bytes become Calls in the journal) and
// otlp_worker.h (the thread that carries it out). What an attribute means stands in
// dialect/traces/.
//
// Source: OTLP specification 1.x (opentelemetry.io/docs/specs/otlp).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/key_fingerprint.h"
#include "access/key_table.h"
#include "access/published.h"
#include "access/request_guard.h"
#include "base/result.h"
#include "base/time.h"
#include "journal/journal.h"
#include "pipeline/derive.h"
#include "pipeline/findings.h"

namespace sightglass::capture {

/// Thread-safety: plain value.
struct OtlpListener {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0 takes a free one.
    bool need_key = false;   ///< Who sends must show a Sightglass key or the admin token.
};

struct OtlpOptions {
    std::optional<OtlpListener> http;
    std::optional<OtlpListener> grpc;
    bool adopted_need_key = false;  ///< As OtlpListener::need_key, for sockets handed over.
    access::GuardRules guard;
    int threads = 1;
    std::size_t journal_ring_bytes = 8U << 20;  ///< journal::Options::ring_bytes.

    std::size_t body_bytes_max = 64U << 20;  ///< Of one request, also after decompression.
    std::size_t memory_bytes_max =
        256U << 20;  ///< Of all requests under way; beyond it they are told to come again.
    std::size_t content_bytes_max = 64U << 20;  ///< Log records that wait for their spans.
    std::size_t connections_max = 4'000;        ///< A thread.
    std::size_t header_bytes_max = 32U << 10;
    Duration request_timeout = std::chrono::seconds(60);  ///< For reading one request.
    Duration keep_alive_timeout = std::chrono::minutes(5);
    Duration drain_timeout = std::chrono::seconds(10);
    Duration retry_after = std::chrono::seconds(1);  ///< What who shall come again is told.
};

/// What the receiver works with; all of it outlives the receiver.
struct OtlpParts {
    journal::Journal& journal;
    pipeline::Derive& derive;
    const access::Fingerprinter& fingerprinter;
    const Clock& clock;
    const access::Published<access::KeyTable>& keys;
    std::function<bool(std::string_view)> is_admin_token;
    pipeline::Findings* findings = nullptr;  ///< Told of spans that were rejected; may be null.
};

struct OtlpStats {
    std::uint64_t requests = 0;              ///< Answered with success.
    std::uint64_t refused_requests = 0;      ///< 4xx but 429: they are not worth repeating.
    std::uint64_t postponed_requests = 0;    ///< 429 and 503.
    std::uint64_t calls = 0;                 ///< Spans that are calls.
    std::uint64_t run_spans = 0;             ///< Agents, chains, tools around them.
    std::uint64_t other_spans = 0;           ///< No work of language models: left out.
    std::uint64_t rejected_spans = 0;        ///< Without a valid trace and span id.
    std::uint64_t repaired_spans = 0;        ///< Their times were absurd.
    std::uint64_t malformed_attributes = 0;  ///< Broken or without a key: left out.
    std::uint64_t log_records = 0;
    std::uint64_t data_points = 0;
    std::uint64_t feedback = 0;     ///< Scores and evaluations.
    std::uint64_t connections = 0;  ///< Open now.
};

/// A socket that something else accepted and began to read. Owned by whom it is given to.
struct OtlpSocket {
    int fd = -1;
    std::string bytes_read;
    std::string client_ip;
};

/// Thread-safety: safe for concurrent use.
class OtlpReceiver {
public:
    /// Binds and starts the threads otlp-0 …; kConflict where a port is taken.
    static Result<std::unique_ptr<OtlpReceiver>>
    Start(const OtlpOptions& options, const OtlpParts& parts);

    virtual ~OtlpReceiver() = default;

    /// Nothing where there is no such listener.
    virtual std::optional<std::uint16_t> HttpPort() const noexcept = 0;
    virtual std::optional<std::uint16_t> GrpcPort() const noexcept = 0;

    /// Answers the one request that the socket begins with, and closes it.
    virtual void Adopt(OtlpSocket socket) = 0;

    virtual OtlpStats GetStats() const = 0;

    /// Stops accepting, answers what was received, joins.
    virtual void Stop() = 0;
};

/// Whether a path on the main listener is the receiver's: /otlp/…, and what Langfuse's SDKs send, /api/public/….
bool IsOtlpPath(std::string_view path) noexcept;

}  // namespace sightglass::capture
