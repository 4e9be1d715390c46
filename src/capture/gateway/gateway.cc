#include "capture/gateway/gateway.h"

#include <algorithm>
#include <thread>

#include "capture/gateway/worker.h"
#include "net/socket.h"

namespace sightglass::capture {
namespace {

constexpr int kBacklog = 4096;

class RunningGateway final : public Gateway {
public:
    explicit RunningGateway(GatewayShared shared) : shared_(std::move(shared)) {}

    ~RunningGateway() override { Stop(); }

    Status Start(journal::Journal& journal);

    std::uint16_t Port() const noexcept override { return port_; }

    GatewayStats GetStats() const override;
    void Stop() override;

private:
    GatewayShared shared_;
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
            Worker::Create(shared_, std::move(writer), std::move(listener))
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
    SG_ASSIGN_OR_RETURN(std::shared_ptr<const Router> router, Router::Create(options.upstreams));
    auto gateway = std::make_unique<RunningGateway>(GatewayShared{
        options,
        std::move(router),
        derive,
        fingerprinter,
        clock,
        std::move(hand_over)});
    SG_TRY(gateway->Start(journal));
    return std::unique_ptr<Gateway>(std::move(gateway));
}

}  // namespace sightglass::capture
