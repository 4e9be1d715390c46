// Where a provider's limit stands now, and when it will be reached.
//
// Thread-safety: pure functions over plain values.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "call/call.h"

namespace sightglass::live {

/// What an answer's headers said, and how much is used of it.
/// Thread-safety: plain value.
struct LimitState {
    std::int64_t limit = 0;
    std::int64_t remaining = 0;
    OptionalInt reset_us;          ///< Until all of it is there again, from `age` ago on.
    Duration age{};                ///< Since it was said.
    std::int64_t last_minute = 0;  ///< What is used of it, at the present rate a minute.
};

/// Thread-safety: plain value.
struct Outlook {
    std::int64_t remaining =
        0;  ///< Now, as far as can be told: what came back since then is in it.
    double percent_used = 0;
    std::optional<double> reset_s;         ///< Until all of it is there again.
    std::optional<double> minutes_to_429;  ///< Nothing: not at the present rate.
};

/// Limits come back steadily (a token bucket), as the answers of OpenAI and Anthropic show: what is
/// used is back after `reset`; without a reset, a limit's whole within a minute.
Outlook OutlookOf(const LimitState& state) noexcept;

}  // namespace sightglass::live
