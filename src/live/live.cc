#include "live/live.h"

#include <algorithm>
#include <array>
#include <deque>

#include "base/mutex.h"
#include "call/catalogue.h"
#include "sketch/log_histogram.h"

namespace sightglass::live {
namespace {

constexpr std::int64_t kSecondsKept = 900;
constexpr std::int64_t kHistorySeconds = 60;
constexpr std::size_t kCallsPerSecond = 20;
constexpr std::size_t kKeptCalls = kCallsPerSecond * kHistorySeconds;
constexpr std::size_t kCallsPerLock = 512;
constexpr Duration kGrace = std::chrono::milliseconds(1500);

std::int64_t SecondOf(Time time) noexcept {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

Time StartOf(std::int64_t second) noexcept {
    return Time(std::chrono::seconds(second));
}

/// A second that is being counted: its latencies are kept until nobody adds any more.
struct Bucket {
    Second second;
    std::int64_t number = -1;  // Seconds since 1970.
    sketch::LogHistogram latencies_us;
    bool closed = false;
};

std::optional<std::int64_t> Quantile(const sketch::LogHistogram& values, double quantile) {
    const std::optional<double> value = values.Quantile(quantile);
    return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
}

void Close(Bucket& bucket) {
    if (bucket.closed) {
        return;
    }
    bucket.closed = true;
    bucket.second.latency_p50_us = Quantile(bucket.latencies_us, 0.5);
    bucket.second.latency_p95_us = Quantile(bucket.latencies_us, 0.95);
    bucket.latencies_us = {};
}

void Count(Bucket& bucket, const Call& call) {
    ++bucket.second.calls;
    bucket.second.errors += Meets(Condition::kErrors, call) ? 1 : 0;
    bucket.second.input_tokens += call.InputTokens().value_or(0);
    bucket.second.output_tokens += call.output_tokens.value_or(0);
    bucket.second.cost_nano_usd += call.cost.value_or(Money{}).nano_usd();
    if (call.latency_us && !bucket.closed) {
        bucket.latencies_us.Add(*call.latency_us);
    }
}

/// A call that watchers may see.
struct Kept {
    std::uint64_t number = 0;  // Of all calls that were added, from 1 on.
    std::shared_ptr<const Call> call;
};

struct Recent {
    Bucket& BucketOf(std::int64_t number) {
        Bucket& bucket = buckets[static_cast<std::size_t>(number % kSecondsKept)];
        if (bucket.number != number) {
            bucket = Bucket{};
            bucket.number = number;
            bucket.second.at = StartOf(number);
            bucket.second.in_flight = in_flight;
        }
        return bucket;
    }

    void Keep(const Call& call, std::int64_t now) {
        ++added;
        if (now != keeping_second) {
            keeping_second = now;
            kept_this_second = 0;
        }
        if (kept_this_second < kCallsPerSecond) {
            ++kept_this_second;
            kept.push_back({added, std::make_shared<const Call>(call)});
        }
        if (kept.size() > kKeptCalls) {
            kept.pop_front();
        }
    }

    Second Told(std::int64_t number) {
        Bucket& bucket = buckets[static_cast<std::size_t>(number % kSecondsKept)];
        if (bucket.number != number) {
            Second empty;
            empty.at = StartOf(number);
            empty.in_flight = in_flight;
            return empty;
        }
        Close(bucket);
        return bucket.second;
    }

    std::array<Bucket, kSecondsKept> buckets;
    std::deque<Kept> kept;
    std::uint64_t added = 0;
    std::int64_t keeping_second = 0;
    std::size_t kept_this_second = 0;
    std::int64_t in_flight = 0;
};

/// A cursor: the last second told in its high half, the low half of the last call's number in its
/// low half.
struct Cursor {
    std::int64_t second = 0;
    std::uint64_t call = 0;

    static Cursor From(std::uint64_t packed, std::uint64_t added) noexcept {
        const auto behind = static_cast<std::uint32_t>(added) - static_cast<std::uint32_t>(packed);
        return {
            .second = static_cast<std::int64_t>(packed >> 32U),
            .call = added - std::min<std::uint64_t>(behind, added)};
    }

    std::uint64_t Packed() const noexcept {
        return static_cast<std::uint64_t>(second) << 32U | static_cast<std::uint32_t>(call);
    }
};

void TakeCallsAfter(const Recent& recent, std::uint64_t number, Update& update) {
    const auto from = std::upper_bound(
        recent.kept.begin(),
        recent.kept.end(),
        number,
        [](std::uint64_t after, const Kept& kept) { return after < kept.number; }
    );
    for (auto kept = from; kept != recent.kept.end(); ++kept) {
        update.calls.push_back(kept->call);
    }
    update.left_out = recent.added - number - update.calls.size();
}

/// For a watcher that has just come.
void TakeLastCalls(const Recent& recent, Update& update) {
    const std::size_t count = std::min(recent.kept.size(), kCallsPerSecond);
    for (auto kept = recent.kept.end() - static_cast<std::ptrdiff_t>(count);
         kept != recent.kept.end();
         ++kept) {
        update.calls.push_back(kept->call);
    }
}

}  // namespace

struct Live::State {
    Guarded<Recent> recent;
    RunningTotals totals;
    Windows windows;

    void CountSeconds(std::span<const Call> calls, Time now, bool is_news);
};

Live::Live(const Clock& clock) : clock_(clock), state_(std::make_unique<State>()) {}

Live::~Live() = default;

void Live::State::CountSeconds(std::span<const Call> calls, Time now, bool is_news) {
    const std::int64_t this_second = SecondOf(now);
    while (!calls.empty()) {
        const std::span<const Call> some = calls.first(std::min(calls.size(), kCallsPerLock));
        recent.With([&](Recent& counted) {
            for (const Call& call : some) {
                const std::int64_t second = SecondOf(std::min(call.ended_at.value_or(now), now));
                if (second > this_second - kSecondsKept && second >= 0) {
                    Count(counted.BucketOf(second), call);
                }
                if (is_news) {
                    counted.Keep(call, this_second);
                }
            }
        });
        calls = calls.subspan(some.size());
    }
}

void Live::Add(std::span<const Call> calls) {
    const Time now = clock_.Now();
    state_->totals.Add(calls);
    state_->CountSeconds(calls, now, true);
    state_->windows.Add(calls, now);
}

void Live::Restore(std::span<const Call> calls) {
    const Time now = clock_.Now();
    state_->CountSeconds(calls, now, false);
    state_->windows.Add(calls, now);
}

void Live::SetInFlight(std::int64_t calls) {
    const std::int64_t second = SecondOf(clock_.Now());
    state_->recent.With([&](Recent& recent) {
        recent.in_flight = calls;
        recent.BucketOf(second).second.in_flight = calls;
    });
}

Update Live::Since(std::uint64_t cursor) const {
    const std::int64_t last_over = SecondOf(clock_.Now() - kGrace);
    return state_->recent.With([&](Recent& recent) {
        Update update;
        Cursor seen{.second = last_over - kHistorySeconds, .call = 0};
        if (cursor == 0) {
            TakeLastCalls(recent, update);
        } else {
            seen = Cursor::From(cursor, recent.added);
            TakeCallsAfter(recent, seen.call, update);
        }
        const std::int64_t oldest = last_over - kSecondsKept / 2;
        for (std::int64_t second = std::max(seen.second, oldest) + 1; second <= last_over;
             ++second) {
            update.seconds.push_back(recent.Told(second));
        }
        const Cursor next{.second = std::max(seen.second, last_over), .call = recent.added};
        update.next_cursor = next.Packed();
        return update;
    });
}

std::vector<Second> Live::LastSeconds(std::size_t count) const {
    const std::int64_t last_over = SecondOf(clock_.Now() - kGrace);
    const auto wanted = static_cast<std::int64_t>(std::min<std::size_t>(count, kSecondsKept - 2));
    return state_->recent.With([&](Recent& recent) {
        std::vector<Second> seconds;
        for (std::int64_t second = last_over - wanted + 1; second <= last_over; ++second) {
            seconds.push_back(recent.Told(second));
        }
        return seconds;
    });
}

std::int64_t Live::InFlight() const {
    return state_->recent.With([](const Recent& recent) { return recent.in_flight; });
}

void Live::CountCallers() {
    state_->totals.CountCallers();
}

const RunningTotals& Live::Totals() const noexcept {
    return state_->totals;
}

Windows& Live::GetWindows() noexcept {
    return state_->windows;
}

const Windows& Live::GetWindows() const noexcept {
    return state_->windows;
}

}  // namespace sightglass::live
