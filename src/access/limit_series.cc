#include "access/limit_series.h"

#include <algorithm>

namespace sightglass::access {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::year_month;
using std::chrono::year_month_day;

year_month YearMonthOf(Time time) noexcept {
    const year_month_day date(floor<days>(time));
    return date.year() / date.month();
}

std::int64_t SecondsFrom(Time time, Time until) noexcept {
    return std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(until - time).count());
}

}  // namespace

std::int64_t MonthOf(Time time) noexcept {
    const year_month month = YearMonthOf(time);
    return std::int64_t{static_cast<int>(month.year())} * 12 +
           static_cast<unsigned>(month.month()) - 1;
}

std::int64_t SecondsLeftOfDay(Time time) noexcept {
    return SecondsFrom(time, floor<days>(time) + days(1));
}

std::int64_t SecondsLeftOfMonth(Time time) noexcept {
    const year_month next = YearMonthOf(time) + std::chrono::months(1);
    return SecondsFrom(time, std::chrono::sys_days(next / std::chrono::day(1)));
}

void Spending::Add(std::int64_t period, std::int64_t nano_usd) noexcept {
    while (adding_.test_and_set(std::memory_order_acquire)) {
    }
    const std::int64_t current = period_.load(std::memory_order_relaxed);
    if (period > current) {
        nano_usd_.store(nano_usd, std::memory_order_release);
        period_.store(period, std::memory_order_release);
    } else if (period == current) {
        nano_usd_.fetch_add(nano_usd, std::memory_order_acq_rel);
    }
    adding_.clear(std::memory_order_release);
}

std::optional<Quantity>
LimitSeries::TryTake(const LimitValues& limits, const Wanted& wanted, Taken& taken) noexcept {
    for (const Quantity budget : {Quantity::kUsdPerDay, Quantity::kUsdPerMonth}) {
        if (limits[budget] && Used(budget, wanted.now) >= *limits[budget]) {
            return budget;
        }
    }
    if (const OptionalInt& most = limits[Quantity::kConcurrent]) {
        std::int64_t running = in_flight_.load(std::memory_order_acquire);
        do {
            if (running >= *most) {
                return Quantity::kConcurrent;
            }
        } while (!in_flight_.compare_exchange_weak(running, running + 1, std::memory_order_acq_rel)
        );
        taken.in_flight = true;
    }
    const std::int64_t second = wanted.now.second;
    if (const OptionalInt& most = limits[Quantity::kRequestsPerMinute]) {
        taken.request_second = requests_.TryTake(second, 1, *most);
        if (taken.request_second < 0) {
            GiveBack(taken);
            return Quantity::kRequestsPerMinute;
        }
    }
    if (const OptionalInt& most = limits[Quantity::kTokensPerMinute]) {
        taken.token_second = tokens_.TryTake(second, wanted.tokens, *most);
        if (taken.token_second < 0) {
            GiveBack(taken);
            return Quantity::kTokensPerMinute;
        }
        taken.tokens = wanted.tokens;
    }
    return std::nullopt;
}

void LimitSeries::GiveBack(const Taken& taken) noexcept {
    if (taken.request_second >= 0) {
        requests_.Correct(taken.request_second, -1);
    }
    Settle(taken, 0);
}

void LimitSeries::Settle(const Taken& taken, OptionalInt tokens) noexcept {
    if (taken.token_second >= 0 && tokens && *tokens != taken.tokens) {
        tokens_.Correct(taken.token_second, *tokens - taken.tokens);
    }
    if (taken.in_flight) {
        in_flight_.fetch_sub(1, std::memory_order_acq_rel);
    }
}

void LimitSeries::AddCost(Time when, std::int64_t nano_usd) noexcept {
    day_.Add(DayOf(when), nano_usd);
    month_.Add(MonthOf(when), nano_usd);
}

void LimitSeries::Remember(const Moment& now, Time when, std::int64_t tokens) noexcept {
    requests_.Remember(now.second, now.SecondOfPast(when), 1);
    tokens_.Remember(now.second, now.SecondOfPast(when), tokens);
}

std::int64_t LimitSeries::Used(Quantity quantity, const Moment& now) noexcept {
    switch (quantity) {
        case Quantity::kRequestsPerMinute:
            return requests_.Used(now.second);
        case Quantity::kTokensPerMinute:
            return tokens_.Used(now.second);
        case Quantity::kConcurrent:
            return in_flight_.load(std::memory_order_acquire);
        case Quantity::kUsdPerDay:
            return day_.In(DayOf(now.wall));
        case Quantity::kUsdPerMonth:
            return month_.In(MonthOf(now.wall));
        case Quantity::kCount_:
            break;
    }
    return 0;
}

std::int64_t LimitSeries::RetryAfter(
    Quantity quantity,
    const LimitValues& limits,
    const Wanted& wanted
) const noexcept {
    const std::int64_t second = wanted.now.second;
    const std::int64_t most = limits[quantity].value_or(0);
    switch (quantity) {
        case Quantity::kRequestsPerMinute:
            return requests_.SecondsUntil(second, 1, most);
        case Quantity::kTokensPerMinute:
            return tokens_.SecondsUntil(second, wanted.tokens, most);
        case Quantity::kUsdPerDay:
            return SecondsLeftOfDay(wanted.now.wall);
        case Quantity::kUsdPerMonth:
            return SecondsLeftOfMonth(wanted.now.wall);
        case Quantity::kConcurrent:
        case Quantity::kCount_:
            break;
    }
    return 1;
}

}  // namespace sightglass::access
