#include "capture/gateway/route_plan.h"

#include <algorithm>

namespace sightglass::capture {
namespace {

TargetSet BitOf(const UpstreamRoute& upstream, const Target& target) noexcept {
    return TargetSet{1} << static_cast<unsigned>(&target - upstream.targets.data());
}

}  // namespace

void RoutePlan::Start(const UpstreamRoute& upstream, std::int64_t now_us) noexcept {
    try_.End();
    upstream_ = &upstream;
    hop_ = 0;
    tries_at_hop_ = 0;
    tried_ = 0;
    upstream.state->budget.CountCall(now_us);
}

const Fallback* RoutePlan::FallbackAt(std::size_t hop) const noexcept {
    return hop == 0 ? nullptr : &upstream_->fallbacks[hop - 1];
}

const UpstreamRoute& RoutePlan::RouteAt(std::size_t hop) const noexcept {
    return hop == 0 ? *upstream_ : *upstream_->fallbacks[hop - 1].upstream;
}

bool RoutePlan::Applies(std::size_t hop, const Demand& demand) const noexcept {
    if (hop == 0) {
        return true;
    }
    const Fallback& fallback = *FallbackAt(hop);
    const bool possible = fallback.model.empty() || !demand.model_fixed;
    return possible && FitsModel(fallback.for_model, demand.model);
}

/// What a call asks for after the fallback has replaced its model.
Demand RoutePlan::DemandAt(const Fallback* fallback, const Demand& demand) noexcept {
    Demand changed = demand;
    if (fallback != nullptr && !fallback->model.empty()) {
        changed.model = fallback->model;
        changed.model_hash = HashOfText(fallback->model);
    }
    return changed;
}

/// A target of that readiness, with the try begun.
Step RoutePlan::Pick(std::size_t hop, const Demand& demand, Readiness level, TargetSet tried) {
    const UpstreamRoute& route = RouteAt(hop);
    const Fallback* const fallback = FallbackAt(hop);
    const Demand its = DemandAt(fallback, demand);
    TargetSet candidates = FindTargets(route, its, level, tried);
    while (candidates != 0) {
        const Target& target = Choose(route, its, candidates);
        if (try_.Begin(target, its, level == Readiness::kReady)) {
            tries_at_hop_ = (hop == hop_ ? tries_at_hop_ : 0) + 1;
            tried_ = (hop == hop_ ? tried_ : 0) | BitOf(route, target);
            hop_ = hop;
            return {&target, {}, fallback};
        }
        candidates &= ~BitOf(route, target);
    }
    return {};
}

Step RoutePlan::PickFallback(const Demand& demand, Readiness level) {
    for (std::size_t hop = hop_ + 1; hop < Hops(); ++hop) {
        if (Applies(hop, demand)) {
            if (const Step step = Pick(hop, demand, level, 0); step.target != nullptr) {
                return step;
            }
        }
    }
    return {};
}

Step RoutePlan::First(const Demand& demand) {
    const Readiness refusal = RefusalOf(demand);
    if (refusal == Readiness::kKeyNeeded) {
        return {.refusal = refusal};
    }
    for (const Readiness level : {Readiness::kReady, Readiness::kExhausted, Readiness::kOpen}) {
        Step step = Pick(0, demand, level, 0);
        if (step.target == nullptr) {
            step = PickFallback(demand, level);
            step.refusal = refusal;
        }
        if (step.target != nullptr) {
            return step;
        }
    }
    return {.refusal = refusal};
}

/// The least that stands in the way at the call's own upstream.
Readiness RoutePlan::RefusalOf(const Demand& demand) const noexcept {
    Readiness best = Readiness::kUnfit;
    for (const Target& target : upstream_->targets) {
        best = std::min(best, ReadinessOf(target, demand));
    }
    return best;
}

Step RoutePlan::Again(const Demand& demand, const TryFailure& failure) {
    const RetrySettings& settings = upstream_->retry;
    if (!IsRetryable(failure, settings)) {
        return {};
    }
    // Whom a try never reached, or who dropped it at once, has had no work from it: going to the next costs nobody anything.
    const bool free =
        failure.kind == TryFailure::Kind::kConnect || failure.kind == TryFailure::Kind::kClosed;
    RetryBudget& budget = upstream_->state->budget;
    const bool more_here = tries_at_hop_ <= RouteAt(hop_).retry.tries_max;
    if (!free && !budget.Take(demand.now_us, settings)) {
        return {};
    }
    Step step;
    if (more_here) {
        step = Pick(hop_, demand, Readiness::kReady, tried_);
    }
    if (step.target == nullptr && more_here && (!free || budget.Take(demand.now_us, settings))) {
        const bool nobody_else = hop_ + 1 == Hops();
        step = PickSameAgain(demand, nobody_else);
    }
    return step.target != nullptr ? step : PickFallback(demand, Readiness::kReady);
}

/// A target that was tried already, after a wait: a backoff, or until it wants calls again where that is `may_wait_long`.
Step RoutePlan::PickSameAgain(const Demand& demand, bool may_wait_long) {
    const RetrySettings& settings = RouteAt(hop_).retry;
    const Duration backoff = BackoffBefore(tries_at_hop_, settings, demand.random);
    Step step = Pick(hop_, demand, Readiness::kReady, 0);
    if (step.target != nullptr) {
        step.wait = backoff;
        return step;
    }
    if (!may_wait_long) {
        return {};
    }
    step = Pick(hop_, demand, Readiness::kExhausted, 0);
    if (step.target == nullptr) {
        return {};
    }
    const Duration blocked(std::max<std::int64_t>(try_.BlockedUntil() - demand.now_us, 0));
    if (blocked > settings.retry_after_max) {
        try_.End();
        return {};
    }
    // Everybody who was refused was told the same moment.
    step.wait = std::max(backoff, blocked + JitterAfter(blocked, demand.random));
    return step;
}

}  // namespace sightglass::capture
