// Bytes both ways between a client and an upstream that have agreed on another protocol (WebSocket), until one of them ends.
//
// Thread-safety: the worker's thread.
#pragma once

#include <cstdint>

#include "capture/gateway/client_side.h"
#include "capture/gateway/worker_context.h"
#include "net/task.h"

namespace sightglass::capture {

struct TunnelBytes {
    std::uint64_t from_client = 0;
    std::uint64_t from_upstream = 0;
};

/// Runs until both sides have ended, one of them breaks, nothing has passed for an hour, or the gateway stops. `from_upstream`
/// holds what the upstream sent right after its answer.
net::Task<TunnelBytes>
RunTunnel(WorkerContext& context, ClientSide& client, net::Stream& upstream, Inbox& from_upstream);

}  // namespace sightglass::capture
