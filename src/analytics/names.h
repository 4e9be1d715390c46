// Wrong names, and the right ones that were perhaps meant.
//
// Thread-safety: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sightglass::analytics {

/// All of `names`, the ones most like `name` first.
std::vector<std::string_view>
ByCloseness(std::string_view name, std::span<const std::string_view> names);

/// The error for a name that is not among `names`: "metrics: 'costs' is not a metric; did you mean
/// cost_usd, …?". Fills `allowed` if it is given.
Error UnknownName(
    std::string_view parameter,
    std::string_view kind,
    std::string_view name,
    std::span<const std::string_view> names,
    std::vector<std::string_view>* allowed
);

/// The elements of `lists` that stand between commas, without the blanks around them.
std::vector<std::string> SplitLists(const std::vector<std::string>& lists);

/// kInvalidArgument: "<parameter>: <reason>".
Error Refuse(std::string_view parameter, std::string_view reason);

/// Text from outside, for a message: quoted, cut, without control characters.
std::string Quote(std::string_view text);

}  // namespace sightglass::analytics
