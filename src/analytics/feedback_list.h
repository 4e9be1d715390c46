// Lists of feedback: text in, a checked FeedbackQuery out, and the cursor that leads to the next page.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

inline constexpr std::int64_t kDefaultPageFeedback = 100;
inline constexpr std::int64_t kPageFeedbackMax = 1'000;

/// Empty texts ask for nothing in particular.
struct FeedbackListText {
    std::string from = "";  ///< Empty: -24h.
    std::string to = "";    ///< Empty: now.
    std::string call_id = "";
    std::string provider_response_id = "";
    std::string trace_id = "";
    std::string session_id = "";
    std::string name = "";
    std::string user = "";
    std::string source = "";
    std::optional<std::int64_t> limit = {};  ///< Of the page.
    std::string cursor = "";                 ///< Of the page before; empty for the first.
};

/// kInvalidArgument as ParseQuestion.
Result<store::FeedbackQuery> ParseFeedbackList(
    const FeedbackListText& text,
    Time now,
    std::vector<std::string_view>* allowed = nullptr
);

/// A page and what leads to the next.
struct FeedbackPage {
    std::vector<Feedback> feedback;  ///< Newest first.
    std::string next;                ///< Empty on the last page.
};

Result<FeedbackPage> ListFeedback(const store::FeedbackQuery& query, const store::Store& store);

}  // namespace sightglass::analytics
