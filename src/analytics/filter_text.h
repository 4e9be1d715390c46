// Filters as people write them.
//
//   name:value    is that value; several of one name mean any of them      -name:value   is none of
//   them name:*        has any value                                            -name:*       has
//   none name:~text    contains the text, whatever its case name:>=N      name:<=N     of numbers
//   name:\value   takes the value as it is, with whatever it holds: * ~ > < and commas
//
// Different names must all be met. One text may hold several filters with commas between: a comma
// ends a filter only where a known name and a colon follow. A tag is `tag:<name>:<value>`.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace sightglass::analytics {

/// One filter taken apart.
struct FilterText {
    std::string dimension = "";
    std::string op = "is";  ///< is, is_not, contains, at_least, at_most, is_null, is_not_null
    std::vector<std::string> values = {};
};

/// Both forms together. kInvalidArgument for an unknown name, an operator that does not fit it, or
/// a value that it cannot have; `allowed` (if given) gets what would have been right.
Result<std::vector<store::Filter>> ParseFilters(
    const std::vector<std::string>& texts,
    const std::vector<FilterText>& conditions,
    std::vector<std::string_view>* allowed = nullptr
);

/// Names that a filter may compare by `>=` and `<=`.
const std::vector<std::string_view>& MeasureNames();

}  // namespace sightglass::analytics
