// On what the coroutine of one client connection waits: that something changed, at most until a deadline.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/time.h"
#include "net/task.h"

namespace sightglass::capture {

using SteadyTime = std::chrono::steady_clock::time_point;

/// The steady clock's time in µs, as the state of targets counts it.
inline std::int64_t SteadyMicros(SteadyTime now = std::chrono::steady_clock::now()) noexcept {
    return std::chrono::duration_cast<Duration>(now.time_since_epoch()).count();
}

/// Thread-safety: one thread.
struct Waiter {
    /// Sets the time limit. `now` may be as old as the last tick.
    void Within(SteadyTime now, Duration limit) noexcept {
        deadline = now + limit;
        expired = false;
    }

    /// Called by the worker's tick.
    void Check(SteadyTime now) {
        if (now >= deadline) {
            deadline = SteadyTime::max();
            expired = true;
            changed.Raise();
        }
    }

    /// Ends whatever is going on.
    void Cut() {
        cut = true;
        changed.Raise();
    }

    net::Signal changed;
    SteadyTime deadline = SteadyTime::max();
    bool expired = false;  ///< The deadline has passed.
    bool cut = false;      ///< The gateway's time to drain is over: end at once.
};

}  // namespace sightglass::capture
