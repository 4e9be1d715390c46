// Dimensions of an analysis: their names in text, the values of groups as people read them, and the
// filters that select a group.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/contribution.h"
#include "base/result.h"
#include "store/breakdown.h"

namespace sightglass::analytics {

inline constexpr std::size_t kDimensionsMax = 24;

struct Grouping {
    std::string name;
    store::GroupBy by;
};

/// Of which the calls' duration may depend beside dimensions of the catalogue: "input_tokens" and
/// "output_tokens" in bands, "hour".
std::span<const std::string_view> BandNames() noexcept;

/// Comma-separated names; `otherwise` where there are none. `bands` allows BandNames too.
/// kInvalidArgument for an unknown name (`allowed`, if given, gets the right ones) and for too many.
Result<std::vector<Grouping>> ParseGroupings(
    const std::vector<std::string>& lists,
    std::span<const std::string_view> otherwise,
    bool bands,
    std::vector<std::string_view>* allowed
);

/// "gpt-4o", "1000-1999"; nothing where the calls have none.
GroupValue ValueOf(const Grouping& grouping, const store::Cell& cell);

/// Filters that select its calls, in the syntax of filter_text.h; none where no filter can.
std::vector<std::string> FilterOf(const Grouping& grouping, const store::Cell& cell);

}  // namespace sightglass::analytics
