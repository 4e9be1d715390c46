// A client's connection as an exchange sees it.
#pragma once

#include <string>

#include "capture/gateway/buffers.h"
#include "capture/gateway/caller.h"
#include "capture/waiter.h"
#include "net/stream.h"

namespace sightglass::capture {

/// Thread-safety: the worker's thread.
struct ClientSide {
    ClientSide(net::EventLoop& loop, FileDescriptor socket, std::string client_ip, BufferPool& pool)
        : ip(std::move(client_ip)),
          stream(loop, std::move(socket), waiter.changed),
          inbox(pool),
          outbox(pool) {}

    std::string ip;
    Waiter waiter;
    net::Stream stream;
    Inbox inbox;    ///< What the client sent and nobody consumed yet.
    Outbox outbox;  ///< What the client had no room for yet.
    Caller caller;
};

}  // namespace sightglass::capture
