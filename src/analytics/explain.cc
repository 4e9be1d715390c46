#include "analytics/explain.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>

#include "analytics/causes.h"
#include "analytics/filter_text.h"
#include "analytics/names.h"
#include "analytics/time_range.h"
#include "store/breakdown.h"

namespace sightglass::analytics {
namespace {

constexpr std::string_view kDefaultMetric = "cost_usd";

/// Of dimensions that tell the same, the earlier one is named as the cause.
constexpr std::array<std::string_view, 16> kUsualDimensions = {
    "service",
    "model",
    "api_key_label",
    "user",
    "team",
    "project",
    "environment",
    "provider",
    "upstream",
    "organization",
    "operation",
    "scenario",
    "language",
    "service_tier",
    "stream",
    "sdk"};

/// Groups of each grouping that the store gives; the rest is `other`.
constexpr std::size_t kGroupsMax = 60;
constexpr double kUsPerMinute = 60e6;
constexpr double kRounding =
    1e-3;  ///< Of a quantile, which is a quotient: less than a microsecond.

std::vector<std::string_view> ExplainableNames() {
    std::vector<std::string_view> names;
    for (const Metric& metric : Metrics()) {
        names.push_back(metric.name);
    }
    return names;
}

Result<const Metric*> ParseMetric(const std::string& text, std::vector<std::string_view>* allowed) {
    const std::string_view name = text.empty() ? kDefaultMetric : std::string_view(text);
    const auto names = ExplainableNames();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        return UnknownName("metric", "a metric", name, names, allowed);
    }
    return FindMetric(name);
}

Result<TimeRange> ParseBaseline(const ExplainText& text, const TimeRange& range, Time now) {
    if (text.base_from.empty() && text.base_to.empty()) {
        return text.base_filters.empty()
                   ? TimeRange{range.from - (range.to - range.from), range.from}
                   : range;
    }
    if (text.base_from.empty()) {
        return Refuse("base_from", "is needed where base_to is given");
    }
    const std::string to = text.base_to.empty() ? FormatTime(range.from) : text.base_to;
    Result<TimeRange> base = ParseTimeRange(text.base_from, to, now);
    return base.Ok() ? base : Result<TimeRange>(std::move(base).error().In("base"));
}

double MinutesOf(const store::Side& side) {
    return static_cast<double>((side.to - side.from).count()) / kUsPerMinute;
}

/// One explanation on its way. Keeps what all of its questions share.
class Explainer {
    /// One dimension, or a pair, and what the store says.
    struct Asked {
        std::vector<const Grouping*> names;
        store::Breakdown found;
    };

public:
    Explainer(const ExplainQuestion& question, const store::Store& store)
        : question_(question), store_(store) {}

    Result<Explanation> Run() {
        answer_.metric = question_.metric;
        answer_.kind = KindOf(*question_.metric);
        answer_.baseline = {question_.baseline.from, question_.baseline.to, {}, 0};
        answer_.current = {question_.current.from, question_.current.to, {}, 0};
        if (answer_.kind == MetricKind::kQuantile || answer_.kind == MetricKind::kOther) {
            SG_TRY(AskValues());
        }
        SG_TRY(AskTotals());
        if (answer_.adds_up) {
            SG_TRY(AskDimensions());
            SG_TRY(AskPairs());
            const std::vector<Explained> dimensions = ExplainAll(dimensions_, kGroupsMax);
            const std::vector<Explained> pairs = ExplainAll(pairs_, kGroupsMax);
            answer_.causes = CausesOf(dimensions, pairs, question_.limit);
            answer_.dimensions = Shortened(dimensions_);
            answer_.pairs = Shortened(pairs_);
        }
        return std::move(answer_);
    }

private:
    /// The metric itself on each side, where it is not made of the measures.
    Status AskValues() {
        for (const bool is_current : {false, true}) {
            const store::Side& side = is_current ? question_.current : question_.baseline;
            store::Plan plan;
            plan.from = side.from;
            plan.to = side.to;
            plan.filters = side.filters;
            plan.metrics = {question_.metric};
            SG_ASSIGN_OR_RETURN(const store::Table table, store_.Select(plan));
            const store::Cell& cell = table.rows.front().front();
            std::optional<double>& value = (is_current ? answer_.current : answer_.baseline).value;
            if (const auto* const number = std::get_if<double>(&cell)) {
                value = *number;
            } else if (const auto* const whole = std::get_if<std::int64_t>(&cell)) {
                value = static_cast<double>(*whole);
            }
        }
        if (answer_.baseline.value && answer_.current.value) {
            answer_.change = *answer_.current.value - *answer_.baseline.value;
        }
        return {};
    }

    Status AskTotals() {
        std::int64_t at_least = std::numeric_limits<std::int64_t>::max();
        if (answer_.baseline.value) {
            at_least = std::llround(
                std::ceil(*answer_.baseline.value * question_.metric->divisor - kRounding)
            );
        }
        parts_ = PartsOf(*question_.metric, at_least);
        SG_ASSIGN_OR_RETURN(const auto totals, Ask({{}}, {}));
        all_ = MeasuredFrom(totals.front().groups.front().values, parts_.count);
        change_.emplace(
            parts_,
            all_,
            std::array<double, 2>{MinutesOf(question_.baseline), MinutesOf(question_.current)}
        );
        answer_.baseline.calls = all_.Of(0, MetricParts::kCalls);
        answer_.current.calls = all_.Of(1, MetricParts::kCalls);
        answer_.adds_up = answer_.kind != MetricKind::kOther && change_->Total().has_value();
        if (answer_.kind == MetricKind::kQuantile && answer_.adds_up && answer_.change) {
            answer_.quantile = QuantileShift{
                *answer_.baseline.value,
                *change_->ValueOf(all_, 0),
                *change_->ValueOf(all_, 1)};
        } else if (answer_.kind == MetricKind::kSum || answer_.kind == MetricKind::kRatio) {
            answer_.baseline.value = change_->ValueOf(all_, 0);
            answer_.current.value = change_->ValueOf(all_, 1);
            answer_.change = change_->Total();
            answer_.factors = change_->Factors();
        }
        return {};
    }

    Status AskDimensions() {
        std::vector<Asked> all;
        for (const Grouping& dimension : question_.dimensions) {
            all.push_back({{&dimension}, {}});
        }
        SG_TRY(AskAll(all));
        for (Asked& asked : all) {
            const auto& groups = asked.found.groups;
            // What no call has, or has had, says nothing.
            const bool unknown = groups.size() == 1 &&
                                 std::holds_alternative<std::monostate>(groups.front().key.front());
            if (!groups.empty() && !unknown) {
                dimensions_.push_back(std::move(asked));
            }
        }
        return {};
    }

    Status AskPairs() {
        for (const auto& [one, other] : PairsOf(ExplainAll(dimensions_, kGroupsMax))) {
            pairs_.push_back(
                {{dimensions_[one].names.front(), dimensions_[other].names.front()}, {}}
            );
        }
        return AskAll(pairs_);
    }

    /// One question to the store for all of them.
    Status AskAll(std::vector<Asked>& all) const {
        std::vector<std::vector<store::GroupBy>> groupings;
        for (const Asked& asked : all) {
            std::vector<store::GroupBy>& grouping = groupings.emplace_back();
            for (const Grouping* name : asked.names) {
                grouping.push_back(name->by);
            }
        }
        if (groupings.empty()) {
            return {};
        }
        SG_ASSIGN_OR_RETURN(auto found, Ask(std::move(groupings), change_->Weights()));
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i].found = std::move(found[i]);
        }
        return {};
    }

    Result<std::vector<store::Breakdown>>
    Ask(std::vector<std::vector<store::GroupBy>> groupings, std::vector<double> weights) const {
        store::BreakdownPlan plan;
        plan.sides = {question_.baseline, question_.current};
        plan.measures = parts_.Measures();
        plan.groupings = std::move(groupings);
        plan.weights = std::move(weights);
        plan.weights.resize(2 * parts_.count, 0.0);
        plan.groups_max = kGroupsMax;
        return store_.BreakDown(plan);
    }

    std::vector<Explained> ExplainAll(const std::vector<Asked>& all, std::size_t limit) const {
        std::vector<Explained> explained;
        explained.reserve(all.size());
        for (const Asked& asked : all) {
            explained.push_back(ExplainOne(asked, limit));
        }
        return explained;
    }

    Contribution Contribute(
        const store::BreakdownGroup& group,
        const std::vector<const Grouping*>& names
    ) const {
        Contribution value = change_->PartOf(MeasuredFrom(group.values, parts_.count));
        for (std::size_t i = 0; i < names.size(); ++i) {
            value.key.push_back(ValueOf(*names[i], group.key[i]));
            for (std::string& filter : FilterOf(*names[i], group.key[i])) {
                value.filter.push_back(std::move(filter));
            }
        }
        return value;
    }

    /// The `limit` largest contributions by themselves, all others together.
    Explained ExplainOne(const Asked& asked, std::size_t limit) const {
        Explained explained;
        for (const Grouping* name : asked.names) {
            explained.dimensions.push_back(name->name);
        }
        Measured left = all_;
        for (const store::BreakdownGroup& group : asked.found.groups) {
            Contribution value = Contribute(group, asked.names);
            explained.surprise = std::max(explained.surprise, value.surprise);
            if (explained.values.size() < limit) {
                left = Without(left, MeasuredFrom(group.values, parts_.count));
                explained.values.push_back(std::move(value));
            }
        }
        const auto kept = static_cast<std::int64_t>(explained.values.size());
        if (asked.found.groups_in_all > kept) {
            explained.other = change_->PartOf(left);
            explained.other->groups = asked.found.groups_in_all - kept;
        }
        return explained;
    }

    /// As they are told: the most telling dimension first.
    std::vector<Explained> Shortened(const std::vector<Asked>& asked) const {
        std::vector<Explained> all = ExplainAll(asked, question_.limit);
        std::stable_sort(all.begin(), all.end(), [](const Explained& a, const Explained& b) {
            return a.surprise > b.surprise;
        });
        return all;
    }

    const ExplainQuestion& question_;
    const store::Store& store_;
    MetricParts parts_;
    Measured all_;
    std::optional<Change> change_;
    std::vector<Asked> dimensions_;
    std::vector<Asked> pairs_;
    Explanation answer_;
};

}  // namespace

Result<ExplainQuestion>
ParseExplain(const ExplainText& text, Time now, std::vector<std::string_view>* allowed) {
    ExplainQuestion question;
    SG_ASSIGN_OR_RETURN(question.metric, ParseMetric(text.metric, allowed));
    SG_ASSIGN_OR_RETURN(const TimeRange range, ParseTimeRange(text.from, text.to, now));
    SG_ASSIGN_OR_RETURN(const TimeRange base, ParseBaseline(text, range, now));
    SG_ASSIGN_OR_RETURN(auto filters, ParseFilters(text.filters, {}, allowed));
    auto base_filters = filters;
    if (!text.base_filters.empty()) {
        SG_ASSIGN_OR_RETURN(base_filters, ParseFilters(text.base_filters, {}, allowed));
    }
    question.baseline = {base.from, base.to, std::move(base_filters)};
    question.current = {range.from, range.to, std::move(filters)};
    SG_ASSIGN_OR_RETURN(
        question.dimensions,
        ParseGroupings(text.dimensions, kUsualDimensions, false, allowed)
    );
    const std::int64_t limit = text.limit.value_or(kDefaultContributions);
    if (limit < 1 || limit > kContributionsMax) {
        return Refuse(
            "limit",
            std::to_string(limit) + " is not from 1 to " + std::to_string(kContributionsMax)
        );
    }
    question.limit = static_cast<std::size_t>(limit);
    return question;
}

Result<Explanation> Explain(const ExplainQuestion& question, const store::Store& store) {
    const auto start = std::chrono::steady_clock::now();
    SG_ASSIGN_OR_RETURN(Explanation answer, Explainer(question, store).Run());
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    answer.took_ms = took.count();
    return answer;
}

}  // namespace sightglass::analytics
