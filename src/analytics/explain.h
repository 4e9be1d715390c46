// What changed: a metric on two sides (two times, or two sets of calls), and which values of which
// dimensions the change comes from. docs/analysis.md has the arithmetic and the order of causes.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/contribution.h"
#include "analytics/grouping.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

inline constexpr std::int64_t kDefaultContributions = 10;
inline constexpr std::int64_t kContributionsMax = 50;

struct ExplainText {
    std::string metric = "";  ///< Empty: cost_usd.
    std::string from = "";
    std::string to = "";
    std::string base_from = "";  ///< Both empty: the time just before, equally long.
    std::string base_to = "";
    std::vector<std::string> filters = {};
    std::vector<std::string> base_filters = {};  ///< Empty: as `filters`.
    std::vector<std::string> dimensions = {};    ///< Empty: those that usually tell.
    std::optional<std::int64_t> limit = {};      ///< Values of a dimension, and causes.
};

struct ExplainQuestion {
    const Metric* metric = nullptr;
    store::Side baseline;
    store::Side current;
    std::vector<Grouping> dimensions;
    std::size_t limit = kDefaultContributions;
};

/// kInvalidArgument as ParseQuestion.
Result<ExplainQuestion>
ParseExplain(const ExplainText& text, Time now, std::vector<std::string_view>* allowed = nullptr);

/// One dimension, or a pair, and how its values share the change out.
struct Explained {
    std::vector<std::string> dimensions;
    std::vector<Contribution> values;   ///< The largest contributions first.
    std::optional<Contribution> other;  ///< All values that are not among them.
    double surprise = 0;                ///< The largest of its values'.
};

struct ExplainedSide {
    Time from;
    Time to;
    std::optional<double> value;
    std::int64_t calls = 0;
};

/// How a quantile's change is explained: by the share of calls at or above a threshold.
struct QuantileShift {
    double threshold = 0;  ///< The baseline's value, in the metric's unit.
    double baseline_share = 0;
    double current_share = 0;
};

struct Explanation {
    const Metric* metric = nullptr;
    MetricKind kind = MetricKind::kOther;
    bool adds_up = false;
    ExplainedSide baseline;
    ExplainedSide current;
    std::optional<double> change;
    std::optional<QuantileShift> quantile;
    std::vector<Effect> factors;
    std::vector<Contribution> causes;
    std::vector<Explained> dimensions;
    std::vector<Explained> pairs;
    double took_ms = 0;
};

Result<Explanation> Explain(const ExplainQuestion& question, const store::Store& store);

}  // namespace sightglass::analytics
