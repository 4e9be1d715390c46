// What is counted of one subject of one limit: a minute's requests and tokens, calls in flight,
// money of this day and month.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "access/limit_rule.h"
#include "access/moment.h"
#include "access/sliding_window.h"
#include "base/time.h"

namespace sightglass::access {

/// Days since 1970, UTC.
constexpr std::int64_t DayOf(Time time) noexcept {
    return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

/// Months since the year 0, UTC.
std::int64_t MonthOf(Time time) noexcept;

/// Whole seconds until the next day or month begins, at least one.
std::int64_t SecondsLeftOfDay(Time time) noexcept;
std::int64_t SecondsLeftOfMonth(Time time) noexcept;

/// Money of one period.
/// Thread-safety: safe for concurrent use; who adds may wait for another one who adds.
class Spending {
public:
    /// Forgets what was spent in a period before.
    void Add(std::int64_t period, std::int64_t nano_usd) noexcept;

    std::int64_t In(std::int64_t period) const noexcept {
        return period_.load(std::memory_order_acquire) == period
                   ? nano_usd_.load(std::memory_order_acquire)
                   : 0;
    }

private:
    std::atomic<std::int64_t> period_{0};
    std::atomic<std::int64_t> nano_usd_{0};
    std::atomic_flag adding_;
};

/// What a call wants to take.
/// Thread-safety: plain value.
struct Wanted {
    Moment now = {};
    std::int64_t tokens = 0;  ///< An estimate from above.
};

/// What a call has taken, to be settled when it ends.
/// Thread-safety: plain value.
struct Taken {
    std::int64_t request_second = -1;  ///< -1: none.
    std::int64_t token_second = -1;
    std::int64_t tokens = 0;
    bool in_flight = false;
};

/// Thread-safety: safe for concurrent use, without a lock but for AddCost, which workers never call.
class LimitSeries {
public:
    /// Takes what is limited, all or nothing. The quantity that there is not enough of, or nothing.
    std::optional<Quantity>
    TryTake(const LimitValues& limits, const Wanted& wanted, Taken& taken) noexcept;

    /// Gives back everything: the call was not let through.
    void GiveBack(const Taken& taken) noexcept;

    /// The call has ended. `tokens` is what it really used; nothing where that is unknown, which
    /// leaves the estimate.
    void Settle(const Taken& taken, OptionalInt tokens) noexcept;

    void AddCost(Time when, std::int64_t nano_usd) noexcept;

    /// A call of an earlier run.
    void Remember(const Moment& now, Time when, std::int64_t tokens) noexcept;

    std::int64_t Used(Quantity quantity, const Moment& now) noexcept;

    /// When it may be tried again, in seconds.
    std::int64_t RetryAfter(Quantity quantity, const LimitValues& limits, const Wanted& wanted)
        const noexcept;

    void CountRefusal(Quantity quantity) noexcept {
        refusals_[static_cast<std::size_t>(quantity)].fetch_add(1, std::memory_order_relaxed);
    }

    /// Calls that were refused, or would have been.
    std::int64_t Refusals(Quantity quantity) const noexcept {
        return refusals_[static_cast<std::size_t>(quantity)].load(std::memory_order_relaxed);
    }

private:
    SlidingWindow requests_;
    SlidingWindow tokens_;
    std::atomic<std::int64_t> in_flight_{0};
    Spending day_;
    Spending month_;
    std::array<std::atomic<std::int64_t>, kQuantities> refusals_{};
};

}  // namespace sightglass::access
