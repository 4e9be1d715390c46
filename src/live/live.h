// Live: the last minutes, from the same Calls as the store. Feeds /api/v1/live, the Overview's
// ticker and, by its running totals (series.h), /metrics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "call/call.h"
#include "live/series.h"
#include "live/windows.h"

namespace sightglass::live {

/// One second of traffic, by the calls' end.
struct Second {
    Time at;  ///< Start of the second.
    std::int64_t calls = 0;
    std::int64_t errors = 0;
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::int64_t cost_nano_usd = 0;
    std::int64_t in_flight = 0;                  ///< At its end.
    std::optional<std::int64_t> latency_p50_us;  ///< Within 1 %.
    std::optional<std::int64_t> latency_p95_us;
};

/// What a watcher has not seen yet.
struct Update {
    std::vector<std::shared_ptr<const Call>> calls;  ///< At most 20 a second, oldest first.
    std::uint64_t left_out = 0;                      ///< Ended, but not among `calls`.
    std::vector<Second> seconds;                     ///< Whole ones that are over, oldest first.
    std::uint64_t next_cursor = 0;
};

/// Keeps 15 minutes of seconds, and 20 calls of each recent one.
/// Thread-safety: safe for concurrent use; Add and SetInFlight come from the pipeline.
class Live {
public:
    explicit Live(const Clock& clock);
    ~Live();

    void Add(std::span<const Call> calls);

    /// Calls of before the start, from the store: they count in seconds and windows, and no watcher
    /// is told of them. Before the first Add.
    void Restore(std::span<const Call> calls);
    void SetInFlight(std::int64_t calls);

    /// Everything after `cursor` (0: the last 20 calls and the last 60 seconds). A second is told
    /// once it is over and its stragglers are in, 1.5 s after its start.
    Update Since(std::uint64_t cursor) const;

    /// The last `count` whole seconds that are over, oldest first; at most 900.
    std::vector<Second> LastSeconds(std::size_t count) const;

    /// Calls begun and not ended.
    std::int64_t InFlight() const;

    /// From now on totals are by who called as well. Before the first Add.
    void CountCallers();

    /// Totals since the start of the process.
    const RunningTotals& Totals() const noexcept;

    /// The last day by what monitors group by.
    Windows& GetWindows() noexcept;
    const Windows& GetWindows() const noexcept;

private:
    struct State;
    const Clock& clock_;
    std::unique_ptr<State> state_;
};

}  // namespace sightglass::live
