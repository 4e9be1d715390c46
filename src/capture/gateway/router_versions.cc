#include "capture/gateway/router_versions.h"

namespace sightglass::capture {

void RouterVersions::Replace(std::shared_ptr<const Router> router) {
    versions_.push_back(std::make_unique<Version>(Version{std::move(router), 0}));
    DropUnused();
}

void RouterVersions::DropUnused() {
    const Version* const current = versions_.back().get();
    std::erase_if(versions_, [current](const std::unique_ptr<Version>& version) {
        return version.get() != current && version->users == 0;
    });
}

}  // namespace sightglass::capture
