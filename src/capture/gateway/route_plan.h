// Where a call goes, try by try: to a target of its upstream; where that fails, to another or, after a wait, to the same again;
// and where the upstream has nobody left, to its fallbacks in their order. It decides; the exchange does.
//
//   plan.Start(upstream);
//   for (Step step = plan.First(demand); step.target != nullptr; step = plan.Again(demand, failure)) { … wait, try … }
#pragma once

#include <cstddef>
#include <cstdint>

#include "capture/gateway/balancer.h"
#include "capture/gateway/retry_policy.h"
#include "capture/gateway/target_try.h"

namespace sightglass::capture {

/// The next try.
/// Thread-safety: plain value.
struct Step {
    const Target* target = nullptr;      ///< Null: there is none.
    Duration wait{};                     ///< Before it.
    const Fallback* fallback = nullptr;  ///< By which it came; null at the call's own upstream.
    /// Where there is no first try, or it is a fallback's: what stands in the way at the call's own upstream.
    Readiness refusal = Readiness::kReady;
};

/// Of one call; used again for the next.
/// Thread-safety: one thread.
class RoutePlan {
public:
    /// `upstream` must outlive the plan's tries.
    void Start(const UpstreamRoute& upstream, std::int64_t now_us) noexcept;

    Step First(const Demand& demand);

    /// After the last step's try failed before the client saw anything of it. None where the failure is not one to try again
    /// after, nobody is left, or the budget is spent.
    Step Again(const Demand& demand, const TryFailure& failure);

    /// The try that is under way.
    TargetTry& current() noexcept { return try_; }

private:
    std::size_t Hops() const noexcept { return upstream_->fallbacks.size() + 1; }

    const Fallback* FallbackAt(std::size_t hop) const noexcept;
    const UpstreamRoute& RouteAt(std::size_t hop) const noexcept;
    bool Applies(std::size_t hop, const Demand& demand) const noexcept;
    static Demand DemandAt(const Fallback* fallback, const Demand& demand) noexcept;
    Readiness RefusalOf(const Demand& demand) const noexcept;

    Step Pick(std::size_t hop, const Demand& demand, Readiness level, TargetSet tried);
    Step PickFallback(const Demand& demand, Readiness level);
    Step PickSameAgain(const Demand& demand, bool may_wait_long);

    const UpstreamRoute* upstream_ = nullptr;
    std::size_t hop_ = 0;  ///< 0: the call's own upstream; n: its n-th fallback.
    int tries_at_hop_ = 0;
    TargetSet tried_ = 0;  ///< At this hop.
    TargetTry try_;
};

}  // namespace sightglass::capture
