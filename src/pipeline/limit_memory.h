// Limits do not forget at a restart: what their minute, day and month have counted is in the store.
#pragma once

#include <vector>

#include "access/limiter.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::pipeline {

/// When limits are set: what there is to remember.
enum class LimitsSet : std::uint8_t {
    kAtStart,       ///< Nothing was counted yet, of any limit or key.
    kWhileRunning,  ///< Only limits that are new have counted nothing.
};

/// Makes `rules` the limits from now on. What limits of the same name and `per` have counted stays
/// counted; new ones count from now on, and then the store is asked about the time before: a call
/// that is priced in between may be counted twice, and none is missed. At the start: after the pipeline has taken in the
/// journal, before calls come in. May take as long as the store's answer does.
/// Thread-safety: one thread at a time.
Status SetLimits(
    const store::Store& store,
    access::Limiter& limiter,
    std::vector<access::LimitRule> rules,
    LimitsSet when,
    const access::Moment& now
);

}  // namespace sightglass::pipeline
