// Whom the rules find. What is found twice is the keeper's to know (follow_ups.h).
//
// Thread-safety: pure functions over the store.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "insight/follow_up.h"
#include "insight/follow_up_settings.h"
#include "store/store.h"

namespace sightglass::insight {

/// Feedback is looked at so long after it was given, so that what came while nobody looked is found.
inline constexpr Duration kFeedbackLook = std::chrono::hours(24);
/// Feedback may be there before its call: so long it waits for it.
inline constexpr Duration kCallWait = std::chrono::seconds(30);

/// Whom bad feedback of the last kFeedbackLook is from, the oldest first. The newest 1,000 count; what is in `handled` by its
/// id is passed over.
Result<std::vector<FollowUp>> FindBadFeedback(
    const FollowUpSettings& settings,
    Time now,
    const store::Store& store,
    const std::unordered_set<std::string>& handled
);

/// Who has the errors of a day that the settings name; whose use fell; who is new and calls much.
Result<std::vector<FollowUp>>
FindByUse(const FollowUpSettings& settings, Time now, const store::Store& store);

}  // namespace sightglass::insight
