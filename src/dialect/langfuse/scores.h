// Scores as Langfuse's SDKs send them, read as Feedback. Source: Langfuse's public API, POST /api/public/ingestion (a batch of
// events, of which score-create is one) and POST /api/public/scores (a single score).
//
// Thread-safety: pure functions over plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "call/feedback.h"

namespace sightglass::dialect::langfuse {

/// Events of one batch; a request of the SDKs has a hundred.
inline constexpr std::size_t kBatchEventsMax = 10'000;

/// What one event of a batch comes to.
struct Event {
    std::string id;
    std::optional<Feedback>
        feedback;         ///< Nothing where `refusal` says why, or there is nothing to keep.
    std::string refusal;  ///< What the sender is told; empty where the event was taken.
};

/// In the order of the batch. kCorrupt where it is no JSON, kInvalidArgument where it has no `batch`, kTooLarge beyond
/// kBatchEventsMax. `now` stands in for a time that is missing or absurd.
Result<std::vector<Event>> ReadBatch(std::string_view body, Time now);

/// `made_id` is the score's where it has none. kCorrupt, or kInvalidArgument with what is wrong.
Result<Feedback> ReadScore(std::string_view body, Time now, std::string_view made_id);

}  // namespace sightglass::dialect::langfuse
