// Questions about Calls: text in, a checked question, an answer out. The query API and the command
// line both ask here, so that a question means the same and is refused in the same words
// everywhere.
//
//   SG_ASSIGN_OR_RETURN(Question question, ParseQuestion({.metrics = {"calls"}, .group_by =
//   {"model"}}, now)); SG_ASSIGN_OR_RETURN(Answer answer, Ask(question, store));
//
// Names reach the store only as pointers into the catalogue; values only as values.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/filter_text.h"
#include "analytics/time_range.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

inline constexpr std::int64_t kDefaultRows = 1'000;
inline constexpr std::int64_t kRowsMax = 10'000;

/// A question as it was given. Lists may hold comma-separated names as well as single ones.
struct QuestionText {
    std::vector<std::string> metrics = {};
    std::vector<std::string> group_by = {};
    std::string interval = "";                ///< "1h", "auto", or empty for no time column.
    std::string from = "";                    ///< Empty: -24h.
    std::string to = "";                      ///< Empty: now.
    std::vector<std::string> filters = {};    ///< In the filter syntax (filter_text.h).
    std::vector<FilterText> conditions = {};  ///< The same, taken apart.
    std::vector<std::string> order_by = {};   ///< "-cost_usd", "model", "time".
    std::optional<std::int64_t> limit = {};   ///< Rows.
};

/// A question that can be asked.
struct Question {
    store::Plan plan;
};

struct Answer {
    store::Table table;
    Time from;
    Time to;
    std::optional<Duration> interval;
    double took_ms = 0;
};

/// kInvalidArgument where something is not allowed: the message names the parameter, what it holds
/// and what is allowed. Where a name was wrong, `allowed` (if given) gets the names that are right,
/// the closest first.
Result<Question>
ParseQuestion(const QuestionText& text, Time now, std::vector<std::string_view>* allowed = nullptr);

Result<Answer> Ask(const Question& question, const store::Store& store);

/// How often each duration occurred, over time: the heat map.
struct DistributionText {
    std::string metric = "";    ///< "latency_ms" or "ttft_ms"; empty: latency_ms.
    std::string interval = "";  ///< Empty: auto.
    std::string from = "";
    std::string to = "";
    std::vector<std::string> filters = {};
    std::vector<FilterText> conditions = {};
};

struct DistributionQuestion {
    store::DistributionPlan plan;
};

Result<DistributionQuestion> ParseDistribution(
    const DistributionText& text,
    Time now,
    std::vector<std::string_view>* allowed = nullptr
);

/// Columns: time, bucket_low and bucket_high in ms, calls.
Result<Answer> Ask(const DistributionQuestion& question, const store::Store& store);

}  // namespace sightglass::analytics
