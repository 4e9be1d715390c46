// What is left of a target's own rate limits, from the headers of its answers, so that traffic moves elsewhere before it is
// refused. One state a target, account and model, because providers limit each apart.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "call/call.h"

namespace sightglass::capture {

/// The limits of one account at one target for one model. Times are µs of the steady clock.
/// Thread-safety: safe for concurrent use; relaxed atomics, no lock.
class Headroom {
public:
    /// Takes limit, remaining and reset of `call`, whose request was sent at `sent_us`. An answer that was overtaken by a later
    /// one does not raise what is left.
    void Update(const Call& call, std::int64_t sent_us, std::int64_t now_us) noexcept;

    /// The target refused a call, and wants none before `until_us`.
    void Block(std::int64_t until_us) noexcept { blocked_until_us_.store(until_us, kRelaxed); }

    std::int64_t BlockedUntil() const noexcept { return blocked_until_us_.load(kRelaxed); }

    /// Tokens that a call took: how large the next may be expected to be.
    void CountTokens(std::int64_t tokens) noexcept;

    /// Whether one more call fits, beside those under way.
    bool HasRoom(std::int64_t now_us) const noexcept {
        return Holds(in_flight.load(kRelaxed) + 1, now_us);
    }

    /// Whether so many calls under way fit.
    bool Holds(std::int64_t calls, std::int64_t now_us) const noexcept;

    /// The share of the limits that is left, from 0 to 1; 1 where nothing is known.
    double Left(std::int64_t now_us) const noexcept;

    /// Nothing is known any more, but for what is under way.
    void Forget() noexcept;

    std::atomic<std::int32_t> in_flight{0};

private:
    static constexpr auto kRelaxed = std::memory_order_relaxed;
    static constexpr std::int64_t kUnknown = -1;

    struct Limit {
        void Update(
            OptionalInt most,
            OptionalInt left,
            OptionalInt reset_us,
            std::int64_t now_us
        ) noexcept;
        /// What is left, or kUnknown, also once the reset has passed.
        std::int64_t Remaining(std::int64_t now_us) const noexcept;

        std::atomic<std::int64_t> limit{kUnknown};
        std::atomic<std::int64_t> remaining{kUnknown};
        std::atomic<std::int64_t> reset_at_us{0};
    };

    bool Overtaken(const Call& call, std::int64_t sent_us, std::int64_t now_us) const noexcept;
    double LeftOf(const Limit& limit, std::int64_t one_call, std::int64_t now_us) const noexcept;

    Limit requests_;
    Limit tokens_;
    std::atomic<std::int64_t> updated_us_{0};
    std::atomic<std::int64_t> blocked_until_us_{0};
    std::atomic<std::int64_t> tokens_a_call_{0};
};

/// Headroom of one target by whose limits they are: callers' own keys have limits of their own, and each model has. A bounded
/// number of places; what nobody used for a while makes room. Where there is none, nothing is known and nothing is kept.
/// Thread-safety: as Headroom; a race for a place may mix what is known of two keys until their next answers.
class HeadroomTable {
public:
    /// Null where nothing is known.
    const Headroom* Find(std::uint64_t key) const noexcept;

    /// Where what becomes known is kept; null where there is no place.
    Headroom* Take(std::uint64_t key, std::int64_t now_us) noexcept;

    static constexpr std::size_t kPlaces = 512;
    static constexpr std::size_t kProbes = 8;
    static constexpr std::int64_t kForgottenAfterUs = 600'000'000;  ///< No block is longer.

private:
    struct Place {
        std::atomic<std::uint64_t> key{0};
        std::atomic<std::int64_t> used_us{0};
        Headroom headroom;
    };

    std::array<Place, kPlaces> places_;
};

}  // namespace sightglass::capture
