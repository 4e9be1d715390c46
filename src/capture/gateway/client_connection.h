// A client's connection: one request after the other, each handed to an Exchange, or refused, or given to the control server.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "capture/gateway/client_side.h"
#include "capture/gateway/exchange.h"
#include "capture/gateway/worker_context.h"
#include "net/task.h"

namespace sightglass::capture {

/// Thread-safety: the worker's thread.
class ClientConnection {
public:
    ClientConnection(WorkerContext& context, FileDescriptor socket, std::string client_ip);

    /// Serves the connection to its end.
    net::Task<void> Run();

    Waiter& waiter() noexcept { return side_.waiter; }

    /// Between two requests: nothing is lost when it is closed now.
    bool Idle() const noexcept { return idle_; }

private:
    enum class Next : std::uint8_t { kRequest, kClose, kLinger };

    net::Task<Next> ReadHead();
    Next ReadMore();
    bool OutOfTime();
    net::Task<After> Serve();
    bool Refuse(const net::RequestHead& head, const Route& route);
    void RefuseHead(net::HeadError error);
    void SendRefusal(std::string_view answer);
    void HandOver();
    net::Task<void> WriteOut();
    net::Task<void> Linger();

    WorkerContext& context_;
    ClientSide side_;
    std::size_t head_bytes_ = 0;
    std::size_t scanned_ = 0;
    bool idle_ = true;
    bool handed_over_ = false;
};

}  // namespace sightglass::capture
