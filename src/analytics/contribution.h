// What a group of calls adds to the change of a metric between two sets of calls. The arithmetic of
// docs/analysis.md: contributions of groups that share out all calls add up to the change.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/metric_parts.h"
#include "call/call.h"

namespace sightglass::analytics {

/// The measures of one group, or of all calls.
struct Measured {
    /// Of the baseline, then of the other side; in the order of MetricParts::Measure.
    std::array<std::array<OptionalInt, 3>, 2> sides{};

    std::int64_t Of(std::size_t side, MetricParts::Measure measure) const noexcept {
        return sides[side][measure].value_or(0);
    }
};

/// From a group's values as they come from the store.
Measured MeasuredFrom(const std::vector<OptionalInt>& values, std::size_t measures);

/// `all` without `some`; a sum stays unknown only where nothing of it is known.
Measured Without(const Measured& all, const Measured& some);

enum class Presence : std::uint8_t { kBoth, kNew, kGone };

/// "both", "new", "gone".
const char* ToString(Presence presence) noexcept;

/// A part of a sum's contribution that has one cause: more calls, longer ones, dearer ones.
struct Effect {
    std::string_view name;  ///< "calls", "tokens_per_call", "cost_per_token"
    double effect = 0;
};

/// One value of one dimension, or of each of two.
struct GroupValue {
    std::string dimension;
    std::optional<std::string> value;
};

struct Contribution {
    std::vector<GroupValue> key;  ///< Empty for what is left over.
    std::vector<std::string> filter;
    std::int64_t groups = 1;
    std::optional<double> baseline;  ///< The metric, of its calls.
    std::optional<double> current;
    std::int64_t baseline_calls = 0;
    std::int64_t current_calls = 0;
    std::optional<double> contribution;
    std::optional<double> share;  ///< Of the change.
    double usual_share = 0;       ///< Of it, if all calls had changed alike.
    double surprise = 0;  ///< Of the contribution, what that does not explain; never below 0.
    std::optional<double> mix_effect;
    std::optional<double> rate_effect;
    std::vector<Effect> factors;
    Presence presence = Presence::kBoth;
};

/// A change of a metric, of which groups have parts.
/// Thread-safety: immutable once made.
class Change {
public:
    /// `all` are the measures of all calls; `minutes` the length of each side's time.
    Change(const MetricParts& parts, const Measured& all, std::array<double, 2> minutes);

    /// The metric on a side; for a quantile, the share of calls at or above the threshold.
    std::optional<double> ValueOf(const Measured& measured, std::size_t side) const;

    /// Null where one of a ratio's sides has no value, or neither of a sum's.
    const std::optional<double>& Total() const noexcept { return total_; }

    /// The part of it that this group has. Key, filter and groups are left to the caller.
    Contribution PartOf(const Measured& group) const;

    /// Of the whole change.
    std::vector<Effect> Factors() const { return FactorsOf(all_); }

    /// For each measure of the baseline, then of the other side: what a group's contribution is the
    /// sum of. All 0 where there is no change to explain.
    std::vector<double> Weights() const;

private:
    double SumOn(const Measured& measured, std::size_t side) const;
    void SetRatio(Contribution& part, const Measured& group) const;
    std::vector<Effect> FactorsOf(const Measured& group) const;

    const MetricParts& parts_;
    const Measured all_;
    const std::array<double, 2> minutes_;
    std::array<std::optional<double>, 2> values_;
    std::optional<double> total_;
};

}  // namespace sightglass::analytics
