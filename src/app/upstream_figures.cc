#include "app/upstream_figures.h"

#include <utility>

namespace sightglass::app {

std::vector<serve::UpstreamInfo> UpstreamsOf(std::vector<capture::TargetReport> targets) {
    std::vector<serve::UpstreamInfo> upstreams;
    for (capture::TargetReport& target : targets) {
        if (upstreams.empty() || upstreams.back().name != target.upstream) {
            upstreams.push_back({target.upstream, target.base_url, target.dialect, {}});
        }
        upstreams.back().targets.push_back(
            {std::move(target.label), std::move(target.base_url), target.state, target.in_flight}
        );
    }
    return upstreams;
}

}  // namespace sightglass::app
