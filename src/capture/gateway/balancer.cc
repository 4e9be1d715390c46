#include "capture/gateway/balancer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>

namespace sightglass::capture {
namespace {

using access::Quantity;

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::array kMinuteQuantities{Quantity::kRequestsPerMinute, Quantity::kTokensPerMinute};

bool Has(TargetSet set, std::size_t place) noexcept {
    return ((set >> place) & 1U) != 0;
}

TargetSet Bit(std::size_t place) noexcept {
    return TargetSet{1} << place;
}

/// The place of the set's member number `n`, counted from 0.
std::size_t Member(TargetSet set, std::size_t n) noexcept {
    for (; n > 0; --n) {
        set &= set - 1;
    }
    return static_cast<std::size_t>(std::countr_zero(set));
}

std::uint64_t Mixed(std::uint64_t x) noexcept {
    x ^= x >> 33U;
    x *= 0xff51afd7ed558ccdU;
    x ^= x >> 33U;
    x *= 0xc4ceb9fe1a85ec53U;
    return x ^ (x >> 33U);
}

double InFlight(const Target& target) noexcept {
    return target.state->in_flight.load(kRelaxed);
}

/// The member with the greatest score; among equals the first from `start` on.
template <typename Score>
std::size_t Best(const UpstreamRoute& upstream, TargetSet set, std::size_t start, Score&& score) {
    const std::size_t count = upstream.targets.size();
    std::size_t best = count;
    double best_score = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t place = (start + i) % count;
        if (!Has(set, place)) {
            continue;
        }
        const double its = score(upstream.targets[place]);
        if (best == count || its > best_score) {
            best = place;
            best_score = its;
        }
    }
    return best;
}

std::size_t TurnOf(const UpstreamRoute& upstream, const Demand& demand) noexcept {
    std::atomic<std::uint32_t>& turn = upstream.state->turn;
    return demand.again ? turn.load(kRelaxed) : turn.fetch_add(1, kRelaxed);
}

std::size_t ByTurn(const UpstreamRoute& upstream, const Demand& demand, TargetSet set) noexcept {
    const std::size_t turn = TurnOf(upstream, demand);
    for (std::size_t i = 0; i < upstream.turns.size(); ++i) {
        const std::size_t place = upstream.turns[(turn + i) % upstream.turns.size()];
        if (Has(set, place)) {
            return place;
        }
    }
    return Member(set, 0);
}

std::size_t
ByInFlight(const UpstreamRoute& upstream, const Demand& demand, TargetSet set) noexcept {
    const std::size_t turn = TurnOf(upstream, demand);
    return Best(upstream, set, turn, [](const Target& target) {
        return -(InFlight(target) + 1) / target.weight;
    });
}

/// Expected wait of one more call.
double Cost(const Target& target, std::int64_t latency_us) noexcept {
    const auto latency = static_cast<double>(latency_us);
    return (latency + 1) * (InFlight(target) + 1) / target.weight;
}

/// Whether the second is the better one. Where one has not answered well yet, it passes for as fast
/// as the other: a target that refuses everything at once must not look like the fastest.
bool IsFaster(const Target& second, const Target& first, std::int64_t now_us) noexcept {
    const std::int64_t first_us = first.state->latency.Average(now_us);
    const std::int64_t second_us = second.state->latency.Average(now_us);
    return Cost(second, second_us == 0 ? first_us : second_us) <
           Cost(first, first_us == 0 ? second_us : first_us);
}

std::size_t ByLatency(const UpstreamRoute& upstream, const Demand& demand, TargetSet set) noexcept {
    const auto count = static_cast<std::size_t>(std::popcount(set));
    const std::uint64_t random = Mixed(demand.random);
    const std::size_t first = Member(set, random % count);
    if (count == 1) {
        return first;
    }
    const std::size_t second = Member(set & ~Bit(first), (random >> 32U) % (count - 1));
    const auto& targets = upstream.targets;
    return IsFaster(targets[second], targets[first], demand.now_us) ? second : first;
}

/// The share that is left of what an operator set.
double OwnLeft(const Target& target, const access::Moment& now) noexcept {
    double left = 1;
    for (const Quantity quantity : kMinuteQuantities) {
        if (const OptionalInt& most = target.limits[quantity]) {
            const auto used = static_cast<double>(target.state->limits.Used(quantity, now));
            left = std::min(left, std::max(0.0, 1 - used / static_cast<double>(*most)));
        }
    }
    return left;
}

/// Whether one more call keeps within what an operator set.
bool HasOwnRoom(const Target& target, const Demand& demand) noexcept {
    const access::Wanted wanted = demand.Wanted();
    for (const Quantity quantity : kMinuteQuantities) {
        const OptionalInt& most = target.limits[quantity];
        const std::int64_t takes = quantity == Quantity::kTokensPerMinute ? wanted.tokens : 1;
        if (most && takes > *most - target.state->limits.Used(quantity, wanted.now)) {
            return false;
        }
    }
    return true;
}

std::size_t
ByHeadroom(const UpstreamRoute& upstream, const Demand& demand, TargetSet set) noexcept {
    return Best(upstream, set, TurnOf(upstream, demand), [&](const Target& target) {
        const Headroom* const known = target.state->headroom.Find(HeadroomKey(target, demand));
        const double left = known == nullptr ? 1 : known->Left(demand.now_us);
        return std::min(left, OwnLeft(target, demand.Wanted().now));
    });
}

/// Rendezvous hashing: each session ranks the targets by itself, so that one that goes away moves its own sessions alone.
std::size_t BySession(const UpstreamRoute& upstream, const Demand& demand, TargetSet set) noexcept {
    return Best(upstream, set, 0, [&](const Target& target) {
        const auto name = static_cast<std::uint64_t>(HashOfText(target.label));
        const std::uint64_t hash = Mixed(demand.session_hash ^ Mixed(name));
        const double share = (static_cast<double>(hash >> 11U) + 0.5) * 0x1p-53;
        return target.weight / -std::log(share);
    });
}

std::size_t PlaceOf(const UpstreamRoute& upstream, const Demand& demand, TargetSet set) noexcept {
    switch (upstream.balancing) {
        case Balancing::kRoundRobin:
            break;
        case Balancing::kLeastInFlight:
            return ByInFlight(upstream, demand, set);
        case Balancing::kLatency:
            return ByLatency(upstream, demand, set);
        case Balancing::kHeadroom:
            return ByHeadroom(upstream, demand, set);
        case Balancing::kSticky:
            return BySession(upstream, demand, set);
    }
    return ByTurn(upstream, demand, set);
}

bool Serves(const Target& target, std::string_view model) noexcept {
    if (target.models.empty() || model.empty()) {
        return true;
    }
    for (const std::string& pattern : target.models) {
        if (FitsModel(pattern, model)) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string_view ToString(Readiness readiness) noexcept {
    switch (readiness) {
        case Readiness::kReady:
            break;
        case Readiness::kExhausted:
            return "rate_limited";
        case Readiness::kOpen:
            return "circuit_open";
        case Readiness::kFull:
            return "full";
        case Readiness::kKeyNeeded:
            return "key_needed";
        case Readiness::kNoProviderKey:
            return "provider_key_needed";
        case Readiness::kUnfit:
            return "model_not_served";
    }
    return "busy";  // It was ready, and others were faster.
}

bool FitsModel(std::string_view pattern, std::string_view model) noexcept {
    if (pattern.ends_with('*')) {
        return model.starts_with(pattern.substr(0, pattern.size() - 1));
    }
    return pattern.empty() || pattern == model;
}

std::uint64_t HashOfText(std::string_view text) noexcept {
    return std::hash<std::string_view>()(text);
}

std::uint64_t HeadroomKey(const Target& target, const Demand& demand) noexcept {
    const std::uint64_t account = target.key.empty() ? demand.account_hash : 0;
    return std::max<std::uint64_t>(Mixed(demand.model_hash ^ Mixed(account)), 1);
}

Readiness ReadinessOf(const Target& target, const Demand& demand) noexcept {
    const TargetState& state = *target.state;
    if (!Serves(target, demand.model)) {
        return Readiness::kUnfit;
    }
    if (!target.key.empty() && !demand.known_caller) {
        return Readiness::kKeyNeeded;
    }
    if (target.key.empty() && demand.no_provider_key) {
        return Readiness::kNoProviderKey;
    }
    if (target.concurrent_max > 0 && state.in_flight.load(kRelaxed) >= target.concurrent_max) {
        return Readiness::kFull;
    }
    if (!target.limits.Empty() && !HasOwnRoom(target, demand)) {
        return Readiness::kFull;
    }
    if (state.breaker.Look(demand.now_us) == CircuitBreaker::State::kOpen) {
        return Readiness::kOpen;
    }
    const Headroom* const known = state.headroom.Find(HeadroomKey(target, demand));
    const bool room = known == nullptr || known->HasRoom(demand.now_us);
    return room ? Readiness::kReady : Readiness::kExhausted;
}

std::int64_t SecondsUntilRoom(const UpstreamRoute& upstream, const Demand& demand) noexcept {
    std::int64_t soonest = access::SlidingWindow::kSeconds + 1;
    for (const Target& target : upstream.targets) {
        std::int64_t its = 1;
        for (const Quantity quantity : kMinuteQuantities) {
            if (target.limits[quantity]) {
                const auto& counted = target.state->limits;
                its = std::max(its, counted.RetryAfter(quantity, target.limits, demand.Wanted()));
            }
        }
        if (ReadinessOf(target, demand) == Readiness::kFull) {
            soonest = std::min(soonest, its);
        }
    }
    return soonest;
}

TargetSet FindTargets(
    const UpstreamRoute& upstream,
    const Demand& demand,
    Readiness readiness,
    TargetSet tried
) noexcept {
    TargetSet found = 0;
    for (std::size_t place = 0; place < upstream.targets.size(); ++place) {
        if (!Has(tried, place) && ReadinessOf(upstream.targets[place], demand) == readiness) {
            found |= Bit(place);
        }
    }
    return found;
}

const Target&
Choose(const UpstreamRoute& upstream, const Demand& demand, TargetSet candidates) noexcept {
    return upstream.targets[PlaceOf(upstream, demand, candidates)];
}

}  // namespace sightglass::capture
