#include "app/metrics_push.h"

#include <sys/socket.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "base/files.h"
#include "base/log.h"
#include "base/thread.h"
#include "net/socket.h"
#include "serve/statsd/dogstatsd.h"

namespace sightglass::app {
namespace {

constexpr std::chrono::seconds kInterval(10);  // As Datadog's agent itself.

/// Whether it could be sent; UDP does not say whether it arrived.
Status Send(const Address& agent, const std::vector<std::string>& datagrams) {
    SG_ASSIGN_OR_RETURN(const net::SocketAddress to, net::ResolveToListen(agent.host, agent.port));
    const FileDescriptor socket(
        ::socket(to.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)
    );
    if (!socket.Valid()) {
        return Error{ErrorCode::kUnavailable, "no socket"};
    }
    for (const std::string& datagram : datagrams) {
        ::sendto(
            socket.get(),
            datagram.data(),
            datagram.size(),
            MSG_DONTWAIT,
            reinterpret_cast<const sockaddr*>(&to.storage),
            to.size
        );
    }
    return {};
}

}  // namespace

struct MetricsPush::State {
    State(const live::Live& totals, Address to) : live(totals), agent(std::move(to)) {}

    void Run(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, kInterval, [] { return false; });
            Push();  // Also at the end: the last calls count as well.
        }
    }

    void Push() {
        const Status sent = Send(agent, told.Tell(live.Totals().Snapshot()));
        if (!sent.Ok() && !std::exchange(failing, true)) {
            Log(LogLevel::kWarn, "metrics", "dogstatsd: " + sent.error().message);
        }
        failing = failing && !sent.Ok();
    }

    const live::Live& live;
    const Address agent;
    serve::DogStatsD told;
    bool failing = false;
    std::mutex mutex;
    std::condition_variable_any wake;
    std::jthread thread;
};

MetricsPush::MetricsPush(const live::Live& live, Address agent)
    : state_(std::make_unique<State>(live, std::move(agent))) {
    State& state = *state_;
    state.thread = StartThread("dogstatsd", Priority::kBackground, [&state](std::stop_token stop) {
        state.Run(stop);
    });
}

MetricsPush::~MetricsPush() = default;

std::unique_ptr<MetricsPush> StartMetrics(const Config& config, live::Live& live) {
    if (config.metrics_litellm || config.metrics_dogstatsd.on) {
        live.CountCallers();
    }
    return config.metrics_dogstatsd.on
               ? std::make_unique<MetricsPush>(live, config.metrics_dogstatsd.address)
               : nullptr;
}

}  // namespace sightglass::app
