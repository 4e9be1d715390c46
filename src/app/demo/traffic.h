// Traffic: the cast's services, calling the simulated provider through the gateway as real
// applications would, agents whose tracing library reports their runs, and users who say what they think.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "app/demo/incidents.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace sightglass::demo {

struct TrafficOptions {
    std::string host = "127.0.0.1";  ///< The gateway's.
    std::uint16_t port = 8080;
    /// On average over a day; more in the evening, less at night. Few enough to continue the past
    /// week without a jump.
    double requests_per_s = 1;
    std::uint64_t seed = 1;
    double abort_share = 0.01;       ///< Of streams: the client goes away before the end.
    double bad_key_share = 0.002;    ///< Requests with a key that was revoked.
    double pause_scale = 1;          ///< Of what passes between the turns of a session; 0: none.
    std::size_t sessions_max = 200;  ///< At once; beyond it none begin.
    LiveIncidents incidents;         ///< The provider has its own part of them.
    double run_pause_s = 240;  ///< Between runs of agents, on average. The first begins at once.
    Secret token =
        {};  ///< The admin token, which reports of runs and feedback show; empty: none are sent.
};

struct TrafficStats {
    std::uint64_t sent = 0;      ///< Requests written in full.
    std::uint64_t answered = 0;  ///< Answers read to their end, whatever their status.
    std::uint64_t errors = 0;    ///< Of answered: status 400 and above.
    std::uint64_t aborted = 0;   ///< Left by the client on purpose.
    std::uint64_t failed = 0;    ///< No connection, or one that broke.
    std::uint64_t runs = 0;      ///< Of agents, reported and taken.
    std::uint64_t opinions = 0;  ///< Of users, given and taken.
    std::uint64_t trouble = 0;   ///< Of sent: the looping application's and the stranger's.
};

/// Thread-safety: safe for concurrent use.
class TrafficGenerator {
public:
    /// Starts the thread `traffic-0`. `clock` must outlive it.
    static Result<std::unique_ptr<TrafficGenerator>>
    Start(const TrafficOptions& options, const Clock& clock);

    virtual ~TrafficGenerator() = default;

    virtual TrafficStats GetStats() const = 0;

    /// Drops what is under way and ends the thread. The destructor does it too.
    virtual void Stop() = 0;
};

}  // namespace sightglass::demo
