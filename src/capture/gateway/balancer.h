// Which target of an upstream gets the next call. Pure but for the state of the targets, which it only reads, and for whose
// turn it is.
#pragma once

#include <cstdint>
#include <string_view>

#include "capture/gateway/routing.h"

namespace sightglass::capture {

/// What a call asks of a target.
/// Thread-safety: plain value.
struct Demand {
    std::string_view model;  ///< Empty where unknown: any target will do.
    std::uint64_t model_hash = 0;
    std::uint64_t account_hash = 0;  ///< Of the caller's own credential.
    std::uint64_t session_hash = 0;  ///< Of what is to stay with one target.
    bool known_caller = false;       ///< It showed a Sightglass key.
    bool no_provider_key = false;    ///< It showed nothing else: only keyed targets can serve it.
    bool model_fixed = false;        ///< Another model cannot be written into the request.
    std::int64_t tokens = 0;         ///< That it may take: an estimate from above.
    std::int64_t now_us = 0;         ///< Of the steady clock.
    std::uint64_t random = 0;
    bool again = false;  ///< It failed elsewhere: nobody's turn passes for it.

    /// As limits count it. Only minutes are limited of a target, so that the wall clock does not matter.
    access::Wanted Wanted() const noexcept {
        return {.now = {.wall = {}, .second = now_us / 1'000'000}, .tokens = tokens};
    }
};

/// How ready a target is, best first.
enum class Readiness : std::uint8_t {
    kReady,
    kExhausted,      ///< Well, but at its provider's limit.
    kOpen,           ///< Its circuit breaker is open.
    kFull,           ///< It has as many calls as it may, at once or in this minute.
    kKeyNeeded,      ///< It has its own key, and the caller showed none of ours.
    kNoProviderKey,  ///< It has none, and the caller brought none for it.
    kUnfit,          ///< It does not serve the model.
};

/// What stands in the way, for the record: "rate_limited", "circuit_open". A literal.
std::string_view ToString(Readiness readiness) noexcept;

/// Places in UpstreamRoute::targets, one bit each.
using TargetSet = std::uint32_t;

/// Whether a name fits a pattern, in which a final '*' stands for any end. An empty pattern fits all.
bool FitsModel(std::string_view pattern, std::string_view model) noexcept;

std::uint64_t HashOfText(std::string_view text) noexcept;

/// Whose limits a call counts against there: the target's own account, or the caller's; and its model.
std::uint64_t HeadroomKey(const Target& target, const Demand& demand) noexcept;

Readiness ReadinessOf(const Target& target, const Demand& demand) noexcept;

/// Seconds until the first of the upstream's targets that is full has room again, as far as its
/// minute is what is full: at least one.
std::int64_t SecondsUntilRoom(const UpstreamRoute& upstream, const Demand& demand) noexcept;

/// The targets that are `readiness`, without `tried`.
TargetSet FindTargets(
    const UpstreamRoute& upstream,
    const Demand& demand,
    Readiness readiness,
    TargetSet tried
) noexcept;

/// One of `candidates`, which are not empty, as the upstream's balancing has it.
const Target&
Choose(const UpstreamRoute& upstream, const Demand& demand, TargetSet candidates) noexcept;

}  // namespace sightglass::capture
