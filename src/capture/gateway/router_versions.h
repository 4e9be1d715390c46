// The routing table that a worker uses now, and older ones that calls under way still use.
#pragma once

#include <memory>
#include <vector>

#include "capture/gateway/routing.h"

namespace sightglass::capture {

/// Thread-safety: the worker's thread. Counting is plain arithmetic: the shared table is touched when it is replaced only.
class RouterVersions {
public:
    explicit RouterVersions(std::shared_ptr<const Router> router) { Replace(std::move(router)); }

    const Router& current() const noexcept { return *versions_.back()->router; }

    /// Calls that begin from now on use this one.
    void Replace(std::shared_ptr<const Router> router);

private:
    struct Version {
        std::shared_ptr<const Router> router;
        int users = 0;
    };

public:
    /// Keeps the table that is current when it is made until it goes.
    class Use {
    public:
        explicit Use(RouterVersions& versions) noexcept
            : versions_(versions), version_(*versions.versions_.back()) {
            ++version_.users;
        }

        ~Use() {
            --version_.users;
            if (version_.users == 0 && versions_.versions_.size() > 1) {
                versions_.DropUnused();
            }
        }

        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;

    private:
        RouterVersions& versions_;
        Version& version_;
    };

private:
    void DropUnused();

    std::vector<std::unique_ptr<Version>> versions_;  ///< The current one last.
};

}  // namespace sightglass::capture
