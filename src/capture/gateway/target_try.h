// One try at one target, as the target's state sees it: it is under way, and it ends well, badly, or without telling anything.
#pragma once

#include <cstdint>

#include "capture/gateway/balancer.h"
#include "capture/gateway/routing.h"

namespace sightglass::capture {

/// Used again for the next try. While there is none, nothing that is told of it does anything.
/// Thread-safety: one thread.
class TargetTry {
public:
    TargetTry() = default;

    ~TargetTry() { End(); }

    TargetTry(const TargetTry&) = delete;
    TargetTry& operator=(const TargetTry&) = delete;

    /// Counts a try at `target` as under way. Where it has to be `ready`, false when others were faster and there is no room
    /// any more. Also false where the target's own limits have no room. The target must outlive the try.
    bool Begin(const Target& target, const Demand& demand, bool ready);

    /// An answer has begun that shows the target to be well; more than once does no harm.
    void Succeeded(std::int64_t now_us) noexcept;
    /// It answered, and did not do what was asked: it is well, and nothing is known of how fast it is.
    void Alive(std::int64_t now_us) noexcept;
    /// The target failed, also after it had begun to answer.
    void Failed(std::int64_t now_us) noexcept;

    /// The limits that an answer states.
    void ReadLimits(const Call& call, std::int64_t now_us) noexcept;
    /// The target wants no calls of this model before then.
    void Block(std::int64_t until_us) noexcept;

    /// Until when it wants none; 0 where nothing is known of that.
    std::int64_t BlockedUntil() const noexcept {
        return limits_ == nullptr ? 0 : limits_->BlockedUntil();
    }

    /// What the try used, where that is known.
    void CountTokens(const Call& call) noexcept;

    /// The target did nothing for it.
    void UsedNothing() noexcept { used_tokens_ = 0; }

    /// It is over.
    void End() noexcept;

    const Target* target() const noexcept { return target_; }

private:
    const Target* target_ = nullptr;  ///< Null while there is no try.
    Headroom* limits_ = nullptr;      ///< Null where they are not kept.
    std::int64_t began_us_ = 0;
    CircuitBreaker::Entry entry_ = CircuitBreaker::Entry::kNormal;
    access::Taken taken_;      ///< Of the target's limits.
    OptionalInt used_tokens_;  ///< Nothing: what was taken stays.
    bool reported_ = false;
};

}  // namespace sightglass::capture
