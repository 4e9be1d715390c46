// What slow calls have in common that others lack.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/grouping.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

inline constexpr std::int64_t kDefaultSlowGroups = 20;
inline constexpr std::int64_t kSlowGroupsMax = 100;

struct SlowText {
    std::string metric = "";       ///< "latency_ms" (empty), "ttft_ms", "tpot_ms".
    std::string at_least_ms = "";  ///< Empty: `quantile` says from when on a call is slow.
    std::string quantile = "";     ///< "0.5", "0.9", "0.95" (empty), "0.99".
    std::string from = "";
    std::string to = "";
    std::vector<std::string> filters = {};
    std::vector<std::string> dimensions = {};  ///< Empty: those that usually tell.
    std::optional<std::int64_t> limit = {};    ///< Rows.
};

struct SlowQuestion {
    std::string_view metric;
    Quantity quantity = Quantity::kLatencyUs;
    std::optional<std::int64_t> at_least_us;
    const Metric* quantile = nullptr;  ///< Asked where at_least_us is not given.
    store::Side side;
    std::vector<Grouping> dimensions;
    std::size_t limit = kDefaultSlowGroups;
};

/// kInvalidArgument as ParseQuestion.
Result<SlowQuestion>
ParseSlow(const SlowText& text, Time now, std::vector<std::string_view>* allowed = nullptr);

/// How much likelier something is among some than among others, with its 95 % interval.
struct Lift {
    double value = 0;
    double low = 0;
    double high = 0;
};

/// Of `with` out of `all_with`, against `without` out of `all_without`: the ratio of the two shares, half a
/// case added to each where one has none; its interval by the logarithm's normal approximation.
/// Nothing where one of the sides has no calls. Source: Katz et al., Biometrics 34 (1978) 469-474.
std::optional<Lift>
LiftOf(std::int64_t with, std::int64_t all_with, std::int64_t without, std::int64_t all_without);

struct SlowGroup {
    GroupValue value;
    std::vector<std::string> filter;
    std::int64_t calls = 0;  ///< Whose duration is known.
    std::int64_t slow_calls = 0;
    double slow_share = 0;  ///< Of its calls.
    double support = 0;     ///< Of all slow calls.
    std::optional<Lift> lift;
    double excess = 0;      ///< Slow calls more than at the others' share.
    double excess_low = 0;  ///< The same at the interval's lower end.
};

struct SlowCalls {
    std::optional<double> threshold_ms;  ///< Unknown where there are no calls.
    std::int64_t calls = 0;
    std::int64_t slow_calls = 0;
    std::vector<SlowGroup> groups;  ///< By excess_low, the largest first.
    double took_ms = 0;
};

Result<SlowCalls> FindSlow(const SlowQuestion& question, const store::Store& store);

}  // namespace sightglass::analytics
