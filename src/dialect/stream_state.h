// How far the reading of a stream has come, and how it ended: the same in every dialect.
#pragma once

#include "base/time.h"
#include "call/call.h"
#include "dialect/dialect.h"

namespace sightglass::dialect {

/// Thread-safety: one thread at a time.
struct StreamState {
    int events = 0;
    bool known_format = false;  ///< An event of this dialect's was among them.
    bool identified = false;    ///< Response id and model are as known as they will be.
    bool ended = false;         ///< The provider said so, in its format.
    bool failed = false;        ///< An error was among the events.

    /// The first time counts.
    static void SawToken(Time at, Call& call) {
        if (!call.first_token_at.has_value()) {
            call.first_token_at = at;
        }
    }

    /// After each event.
    Interest Next(const Call& call) const noexcept;

    /// Sets how the call ended; call.token_source where it has none.
    void Finish(bool complete, Call& call) const;
};

}  // namespace sightglass::dialect
