#include "capture/gateway/gateway.h"

#include <algorithm>
#include <semaphore>
#include <thread>

#include "base/mutex.h"
#include "capture/gateway/worker.h"
#include "net/socket.h"

namespace sightglass::capture {
namespace {

constexpr int kBacklog = 4096;
/// Workers never block: they have taken a new table over long before.
constexpr auto kReloadTime = std::chrono::seconds(5);

/// The times that upstreams leave open.
TimeoutSettings TimesOf(const GatewayOptions& options) {
    return {
        .connect = options.connect_timeout,
        .first_byte = options.first_byte_timeout,
        .idle = options.idle_timeout};
}

class RunningGateway final : public Gateway {
public:
    RunningGateway(GatewayShared shared, std::shared_ptr<const Router> router)
        : shared_(std::move(shared)), router_(std::move(router)) {}

    ~RunningGateway() override { Stop(); }

    Status Start(journal::Journal& journal);

    std::uint16_t Port() const noexcept override { return port_; }

    GatewayStats GetStats() const override;
    std::vector<TargetReport> GetTargets() const override;
    Status Reload(const GatewayOptions& options) override;
    void Stop() override;

private:
    GatewayShared shared_;
    Guarded<std::shared_ptr<const Router>> router_;  ///< The newest.
    std::vector<std::unique_ptr<Worker>> workers_;
    std::uint16_t port_ = 0;
    bool stopped_ = false;
};

Status RunningGateway::Start(journal::Journal& journal) {
    const GatewayOptions& options = shared_.options;
    const auto processors = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    const int count = options.workers > 0 ? options.workers : processors;
    SG_ASSIGN_OR_RETURN(
        net::SocketAddress address,
        net::ResolveToListen(options.host, options.port)
    );
    if (options.port != 0) {
        SG_TRY(net::CheckFree(address));
    }
    for (int i = 0; i < count; ++i) {
        SG_ASSIGN_OR_RETURN(FileDescriptor listener, net::Listen(address, kBacklog));
        if (i == 0) {
            SG_ASSIGN_OR_RETURN(address, net::LocalAddress(listener.get()));
            port_ = address.Port();
        }
        const std::string name = "worker-" + std::to_string(i);
        SG_ASSIGN_OR_RETURN(std::unique_ptr<journal::Writer> writer, journal.NewWriter(name));
        SG_ASSIGN_OR_RETURN(
            std::unique_ptr<Worker> worker,
            Worker::Create(
                shared_,
                router_.With([](const auto& router) { return router; }),
                std::move(writer),
                std::move(listener)
            )
        );
        workers_.push_back(std::move(worker));
    }
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        workers_[i]->Start("worker-" + std::to_string(i));
    }
    return {};
}

GatewayStats RunningGateway::GetStats() const {
    GatewayStats stats;
    for (const auto& worker : workers_) {
        const Counters& counters = worker->counters();
        stats.in_flight += counters.in_flight.Get();
        stats.calls += static_cast<std::uint64_t>(counters.calls.Get());
        stats.unrecorded_calls += static_cast<std::uint64_t>(counters.unrecorded_calls.Get());
        stats.connections += static_cast<std::uint64_t>(counters.connections.Get());
        stats.refused_requests += static_cast<std::uint64_t>(counters.refused_requests.Get());
    }
    return stats;
}

std::vector<TargetReport> RunningGateway::GetTargets() const {
    const auto router = router_.With([](const auto& newest) { return newest; });
    const std::int64_t now_us = SteadyMicros();
    std::vector<TargetReport> reports;
    for (const Target& target : router->targets()) {
        TargetReport& report = reports.emplace_back();
        report.upstream = target.name;
        report.dialect = target.upstream->dialect;
        report.label = target.label;
        report.base_url = target.base_url;
        report.state = ToString(target.state->breaker.Look(now_us));
        report.in_flight = target.state->in_flight.load(std::memory_order_relaxed);
    }
    return reports;
}

Status RunningGateway::Reload(const GatewayOptions& options) {
    return router_.With([&](std::shared_ptr<const Router>& router) -> Status {
        SG_ASSIGN_OR_RETURN(
            router,
            Router::Create(options.upstreams, TimesOf(options), router.get())
        );
        // So that whoever asked for it finds it done. A worker that has stopped meanwhile does not say so.
        const auto done = std::make_shared<std::counting_semaphore<>>(0);
        for (const auto& worker : workers_) {
            worker->Route(router, [done] { done->release(); });
        }
        const auto until = std::chrono::steady_clock::now() + kReloadTime;
        for (std::size_t i = 0; i < workers_.size() && done->try_acquire_until(until); ++i) {
        }
        return {};
    });
}

void RunningGateway::Stop() {
    if (stopped_) {
        return;
    }
    stopped_ = true;
    for (const auto& worker : workers_) {
        worker->Drain();
    }
    for (const auto& worker : workers_) {
        worker->Join();
    }
}

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::Start(
    const GatewayOptions& options,
    journal::Journal& journal,
    pipeline::Derive& derive,
    const access::Fingerprinter& fingerprinter,
    const Clock& clock,
    std::function<void(HandedOver)> hand_over
) {
    SG_ASSIGN_OR_RETURN(
        std::shared_ptr<const Router> router,
        Router::Create(options.upstreams, TimesOf(options))
    );
    auto gateway = std::make_unique<RunningGateway>(
        GatewayShared{options, derive, fingerprinter, clock, std::move(hand_over)},
        std::move(router)
    );
    SG_TRY(gateway->Start(journal));
    return std::unique_ptr<Gateway>(std::move(gateway));
}

}  // namespace sightglass::capture
