// The gateway: a transparent HTTP/1.1 proxy that records every call. What it forwards is byte for
// byte what it was given. Read this header first, then exchange.h (the life of one call).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "access/key_fingerprint.h"
#include "access/key_table.h"
#include "access/limiter.h"
#include "access/published.h"
#include "access/request_guard.h"
#include "base/result.h"
#include "base/time.h"
#include "capture/gateway/upstream_settings.h"
#include "journal/journal.h"
#include "pipeline/derive.h"

namespace sightglass::capture {

/// Who may call, and how much (admission.h). What is null does not exist; what is not outlives the
/// gateway.
struct GatewayAccess {
    const access::Published<access::KeyTable>* keys = nullptr;
    access::Limiter* limiter = nullptr;
    bool require_key = false;  ///< Every call needs a Sightglass key.
};

struct GatewayOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;        ///< 0 takes a free one.
    int workers = 0;                  ///< 0: one a processor.
    std::vector<Upstream> upstreams;  ///< The first is the default: what plain /v1/… goes to.
    access::GuardRules guard;
    GatewayAccess access;
    std::string ca_file;  ///< PEM bundle to verify upstreams with; empty: the system's.

    std::size_t header_bytes_max = 64U << 10;
    std::size_t recorded_body_bytes_max =
        1U << 20;  ///< Bytes of a body that the tee keeps for reading; forwarding has no bound.
    std::size_t connections_max = 20'000;  ///< A worker.
    Duration connect_timeout = std::chrono::seconds(10);
    Duration first_byte_timeout = std::chrono::minutes(10);
    Duration idle_timeout =
        std::chrono::minutes(5);  ///< Between bytes of an answer, and of a request.
    Duration keep_alive_timeout = std::chrono::minutes(5);
    Duration drain_timeout = std::chrono::seconds(30);
};

/// A socket that turned out to carry a path that is not the gateway's, with the bytes already read
/// from it.
struct HandedOver {
    int fd = -1;
    std::string bytes_read;
    std::string client_ip;
};

struct GatewayStats {
    std::int64_t in_flight = 0;
    std::uint64_t calls = 0;
    std::uint64_t unrecorded_calls = 0;  ///< Forwarded, but the journal had no room.
    std::uint64_t connections = 0;       ///< Open now, clients'.
    std::uint64_t refused_requests = 0;  ///< By the guard, or not HTTP.
};

/// A target as it is now.
struct TargetReport {
    std::string upstream;
    std::string dialect;  ///< The upstream's setting.
    std::string label;
    std::string base_url;
    std::string_view state;  ///< Of its circuit breaker: "closed", "open", "half_open".
    std::int64_t in_flight = 0;
};

/// Thread-safety: safe for concurrent use.
class Gateway {
public:
    /// Binds (SO_REUSEPORT, one listener a worker) and starts the threads worker-0 … worker-N.
    /// `hand_over` is called on a worker, for paths whose first segment is reserved (api ui assets
    /// metrics healthz readyz) and for "/".
    static Result<std::unique_ptr<Gateway>> Start(
        const GatewayOptions& options,
        journal::Journal& journal,
        pipeline::Derive& derive,
        const access::Fingerprinter& fingerprinter,
        const Clock& clock,
        std::function<void(HandedOver)> hand_over
    );

    virtual ~Gateway() = default;

    virtual std::uint16_t Port() const noexcept = 0;

    virtual GatewayStats GetStats() const = 0;

    /// All targets, those of one upstream together.
    virtual std::vector<TargetReport> GetTargets() const = 0;

    /// Calls that begin from now on go by the upstreams and times of `options`; those under way end as they began. What is
    /// known of targets that stay, and connections to them, are kept. Nothing else of `options` is looked at. kInvalidArgument:
    /// nothing has changed.
    virtual Status Reload(const GatewayOptions& options) = 0;

    /// Stops accepting, lets calls in flight end within drain_timeout, cuts the rest off (recorded
    /// as interrupted), joins.
    virtual void Stop() = 0;
};

}  // namespace sightglass::capture
