// Requests of Langfuse's SDKs that bring scores: what they hold, and what they are answered once that is kept.
//
// Thread-safety: pure functions over plain values; the id source is the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "call/feedback.h"

namespace sightglass::capture {

enum class ScorePath : std::uint8_t {
    kBatch,  ///< /api/public/ingestion
    kScore,  ///< /api/public/scores
};

std::optional<ScorePath> ScorePathOf(std::string_view target) noexcept;

struct ScoreRequest {
    std::vector<Feedback> feedback;
    int status =
        200;  ///< Of the answer: 207 for a batch, which says of each event what became of it.
    std::string answer;
};

/// `ids` makes the id of a score that has none. Errors as dialect/langfuse/scores.h.
Result<ScoreRequest>
ReadScoreRequest(ScorePath path, std::string_view body, Time now, UuidSource& ids);

}  // namespace sightglass::capture
