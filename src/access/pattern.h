// Patterns for names: "gpt-4o*", where * stands for any characters and ? for one. Upper and lower
// case are different.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sightglass::access {

/// Takes time proportional to pattern times text at worst, and no recursion.
bool MatchesPattern(std::string_view pattern, std::string_view text) noexcept;

/// Whether one of them fits.
bool MatchesAny(const std::vector<std::string>& patterns, std::string_view text) noexcept;

}  // namespace sightglass::access
