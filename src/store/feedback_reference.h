// What feedback counts for and what a list of it holds, over Feedback and Calls in memory; an engine's SQL has to say the same.
//
// Thread-safety: pure functions.
#pragma once

#include <map>
#include <vector>

#include "call/call.h"
#include "store/feedback.h"

namespace sightglass::store {

/// The feedback that counts for each call, by its call_id.
using FeedbackByCall = std::map<Uuid, std::vector<const Feedback*>>;

FeedbackByCall
Attribute(const std::vector<const Feedback*>& feedback, const std::vector<const Call*>& calls);

/// Newest first.
std::vector<Feedback> FeedbackOf(const Call& call, const FeedbackByCall& attributed);

std::vector<Feedback>
FeedbackFrom(const std::vector<const Feedback*>& feedback, const FeedbackQuery& query);

}  // namespace sightglass::store
