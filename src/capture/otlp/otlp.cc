#include "capture/otlp/otlp.h"

#include <vector>

#include "capture/otlp/otlp_worker.h"
#include "net/socket.h"

namespace sightglass::capture {
namespace {

constexpr int kBacklog = 1024;

/// One listener a thread, all at one port.
struct Port {
    net::SocketAddress address;
    std::vector<FileDescriptor> listeners;
};

Result<Port> Bind(const OtlpListener& listener, int threads) {
    Port port;
    SG_ASSIGN_OR_RETURN(port.address, net::ResolveToListen(listener.host, listener.port));
    if (listener.port != 0) {
        SG_TRY(net::CheckFree(port.address));
    }
    for (int i = 0; i < threads; ++i) {
        SG_ASSIGN_OR_RETURN(FileDescriptor bound, net::Listen(port.address, kBacklog));
        SG_ASSIGN_OR_RETURN(port.address, net::LocalAddress(bound.get()));
        port.listeners.push_back(std::move(bound));
    }
    return port;
}

/// Thread-safety: as OtlpReceiver.
class Receiver final : public OtlpReceiver {
public:
    Receiver(const OtlpOptions& options, const OtlpParts& parts) : shared_(options, parts) {}

    ~Receiver() override { Stop(); }

    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    Status StartThreads();

    std::optional<std::uint16_t> HttpPort() const noexcept override { return http_port_; }

    std::optional<std::uint16_t> GrpcPort() const noexcept override { return grpc_port_; }

    void Adopt(OtlpSocket socket) override {
        const std::size_t turn = turn_.fetch_add(1, std::memory_order_relaxed);
        workers_[turn % workers_.size()]->Adopt(std::move(socket));
    }

    OtlpStats GetStats() const override;
    void Stop() override;

private:
    OtlpShared shared_;
    std::optional<std::uint16_t> http_port_;
    std::optional<std::uint16_t> grpc_port_;
    std::vector<std::unique_ptr<OtlpWorker>> workers_;
    std::atomic<std::size_t> turn_ = 0;
    bool stopped_ = false;
};

Status Receiver::StartThreads() {
    const int threads = shared_.options.threads;
    Port http;
    Port grpc;
    if (shared_.options.http) {
        SG_ASSIGN_OR_RETURN(http, Bind(*shared_.options.http, threads));
        http_port_ = http.address.Port();
    }
    if (shared_.options.grpc) {
        SG_ASSIGN_OR_RETURN(grpc, Bind(*shared_.options.grpc, threads));
        grpc_port_ = grpc.address.Port();
    }
    for (int i = 0; i < threads; ++i) {
        const auto place = static_cast<std::size_t>(i);
        SG_ASSIGN_OR_RETURN(
            std::unique_ptr<journal::Writer> writer,
            shared_.parts.journal.NewWriter("otlp-" + std::to_string(i), journal::Share::kHalf)
        );
        OtlpWorker::Listeners listeners;
        if (http_port_) {
            listeners.http = std::move(http.listeners[place]);
        }
        if (grpc_port_) {
            listeners.grpc = std::move(grpc.listeners[place]);
        }
        workers_.push_back(
            std::make_unique<OtlpWorker>(shared_, std::move(writer), std::move(listeners), i)
        );
    }
    for (const auto& worker : workers_) {
        worker->Start();
    }
    return {};
}

OtlpStats Receiver::GetStats() const {
    const OtlpCounters& counters = shared_.counters;
    OtlpStats stats;
    stats.requests = counters.requests;
    stats.refused_requests = counters.refused_requests;
    stats.postponed_requests = counters.postponed_requests;
    stats.calls = counters.calls;
    stats.run_spans = counters.run_spans;
    stats.other_spans = counters.other_spans;
    stats.rejected_spans = counters.rejected_spans;
    stats.repaired_spans = counters.repaired_spans;
    stats.malformed_attributes = counters.malformed_attributes;
    stats.log_records = counters.log_records;
    stats.data_points = counters.data_points;
    stats.feedback = counters.feedback;
    stats.connections = counters.connections;
    return stats;
}

void Receiver::Stop() {
    if (std::exchange(stopped_, true)) {
        return;
    }
    for (const auto& worker : workers_) {
        worker->Drain();
    }
    for (const auto& worker : workers_) {
        worker->Join();
    }
    shared_.contents.Finish();
    workers_.clear();
}

}  // namespace

Result<std::unique_ptr<OtlpReceiver>>
OtlpReceiver::Start(const OtlpOptions& options, const OtlpParts& parts) {
    auto receiver = std::make_unique<Receiver>(options, parts);
    SG_TRY(receiver->StartThreads());
    return std::unique_ptr<OtlpReceiver>(std::move(receiver));
}

}  // namespace sightglass::capture
