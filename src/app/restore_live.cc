#include "app/restore_live.h"

#include <algorithm>
#include <vector>

#include "live/track.h"

namespace sightglass::app {
namespace {

constexpr std::size_t kCallsMax = 100'000;
constexpr std::size_t kPage = 5'000;

/// A call that began earlier may have ended within the time.
constexpr Duration kLongCall = std::chrono::minutes(5);

}  // namespace

Status RestoreLive(const store::Store& store, live::Live& live, Time now) {
    store::CallQuery query;
    query.from = now - live::Track::kFineFor - kLongCall;
    query.to = now + std::chrono::seconds(1);
    query.limit = kPage;
    Time since = now - live::Track::kFineFor;
    for (std::size_t count = 0;;) {
        SG_ASSIGN_OR_RETURN(std::vector<Call> calls, store.List(query));
        count += calls.size();
        const bool was_last = calls.size() < kPage;
        if (!was_last) {
            query.before = {{calls.back().started_at.value_or(since), calls.back().call_id}};
        }
        if (!was_last && count >= kCallsMax) {
            since = std::max(since, query.before->started_at + kLongCall);
        }
        std::reverse(calls.begin(), calls.end());
        live.Restore(calls);
        if (was_last || count >= kCallsMax) {
            break;
        }
    }
    live.GetWindows().SetCoveredSince(since);
    return {};
}

}  // namespace sightglass::app
