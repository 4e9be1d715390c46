// What the connections of one worker share: its loop, memory, journal writer, pool of upstream connections, counters.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "base/uuid.h"
#include "capture/gateway/admission.h"
#include "capture/gateway/buffers.h"
#include "capture/gateway/gateway.h"
#include "capture/gateway/held_bodies.h"
#include "capture/gateway/router_versions.h"
#include "capture/gateway/upstream_pool.h"
#include "net/event_loop.h"
#include "net/http1.h"

namespace sightglass::capture {

class Exchange;

/// What all workers share.
/// Thread-safety: constant once the gateway has started; what it refers to is safe for concurrent use.
struct GatewayShared {
    GatewayOptions options;
    pipeline::Derive& derive;
    const access::Fingerprinter& fingerprinter;
    const Clock& clock;
    std::function<void(HandedOver)> hand_over;
};

/// Written by the worker alone, read by anybody.
/// Thread-safety: Add on the worker's thread; reading from any.
class Counter {
public:
    void Add(std::int64_t n) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }

    std::int64_t Get() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_{0};
};

/// Thread-safety: as Counter.
struct Counters {
    Counter in_flight;
    Counter calls;
    Counter unrecorded_calls;
    Counter connections;
    Counter refused_requests;
};

/// Thread-safety: the worker's thread, but for `counters`.
struct WorkerContext {
    WorkerContext(
        const GatewayShared& shared_with_all,
        std::shared_ptr<const Router> router,
        std::unique_ptr<journal::Writer> journal_writer,
        net::TlsContext tls
    );
    ~WorkerContext();

    /// Memory for one read. Whoever reads into it deals with the bytes, or keeps them elsewhere, before it waits.
    static constexpr std::size_t kScratchBytes = 64U << 10;

    /// Of `copied_bytes`. What an exchange says beyond it is not derived, and counted as dropped.
    static constexpr std::size_t kCopiedBytesMax = 64U << 20;

    /// Calls that begin from now on go by this table.
    void Route(std::shared_ptr<const Router> router);

    char* Scratch() noexcept { return scratch.get(); }

    std::unique_ptr<Exchange> TakeExchange();
    void GiveExchange(std::unique_ptr<Exchange> exchange);

    const GatewayShared& shared;
    net::EventLoop loop;
    BufferPool buffers;
    UpstreamPool upstreams;
    RouterVersions routers;
    std::unique_ptr<journal::Writer> writer;
    UuidSource uuids;
    Admission admission;
    HeldBodies held_bodies;
    std::unique_ptr<pipeline::DerivePort> derive;
    std::size_t copied_bytes = 0;  ///< Of exchanges under way, for derive.
    Counters counters;
    SteadyTime now;                 ///< Of the last tick: for time limits, which need no better.
    bool draining = false;          ///< The gateway stops: calls end, no more are taken.
    net::RequestHead request_head;  ///< Valid as long as the bytes it was parsed from.
    net::ResponseHead response_head;
    std::unique_ptr<char[]> scratch;
    std::vector<std::unique_ptr<Exchange>> free_exchanges;
};

}  // namespace sightglass::capture
