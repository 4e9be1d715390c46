// Makes a routing table from settings: checks them, fills in what they leave open, takes over what is known of targets that
// were there before.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/gateway/routing.h"

namespace sightglass::capture {

/// Used once.
/// Thread-safety: one thread.
class RouterBuilder {
public:
    RouterBuilder(const TimeoutSettings& defaults, const Router* before);

    Status Add(const Upstream& upstream);
    /// The table, after the last upstream was added.
    Result<std::shared_ptr<const Router>> Finish();

private:
    Status AddTarget(const Upstream& upstream, const TargetSettings& settings);
    std::string LabelOf(const Upstream& upstream, const TargetSettings& settings) const;
    void AssignSlot(Target& target) const;
    void AssignState(Target& target) const;
    Status LinkFallbacks(std::size_t place);
    static void CountKeys(UpstreamRoute& route);
    void Complete(UpstreamRoute& route) const;

    const TimeoutSettings& defaults_;
    const Router* before_;
    std::shared_ptr<Router> router_;
    std::vector<Upstream> settings_;
    std::vector<std::size_t> target_counts_;
};

/// The targets of an upstream in the order of their turns, each as often as its weight says, spread evenly.
std::vector<std::uint8_t> TurnsByWeight(std::span<const Target> targets);

}  // namespace sightglass::capture
