// Everything that sends notices, started together: the channels, the outbox and its thread.
#pragma once

#include <memory>
#include <vector>

#include "app/config.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "notify/channels.h"
#include "notify/courier.h"
#include "state/channels.h"
#include "state/database.h"
#include "state/deliveries.h"

namespace sightglass::app {

/// Thread-safety: safe for concurrent use.
class Notices {
public:
    /// `database` and `clock` must outlive it; `secret` seals the channels' own.
    static Result<std::unique_ptr<Notices>> Start(
        const Config& config,
        state::Database& database,
        const Secret& secret,
        const Clock& clock
    );

    /// Goes by other channels of the settings file from now on.
    Status SetConfigured(const std::vector<notify::ChannelWish>& channels);

    notify::Courier& Courier() noexcept { return *courier_; }

private:
    explicit Notices(state::Database& database) : rows_(database), deliveries_(database) {}

    state::ChannelRows rows_;
    state::Deliveries deliveries_;
    std::unique_ptr<notify::Channels> channels_;
    std::unique_ptr<notify::Courier> courier_;
};

}  // namespace sightglass::app
