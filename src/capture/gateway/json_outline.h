// JSON without its long strings. What a record says of a call stands in short members: model, parameters, usage, names. The
// prompts, answers and images between them are most of a large body, and parsing them is most of the work of reading it.
#pragma once

#include <string>
#include <string_view>

namespace sightglass::capture {

/// `json` with the content of every string of more than `kLongStringBytes` replaced by "...", written into `out`; or `json`
/// itself where it is small, has no such strings, or does not begin like an object or an array. The answer is JSON
/// where the text was. Linear time.
/// Thread-safety: pure.
std::string_view OutlineJson(std::string_view json, std::string& out);

inline constexpr std::size_t kLongStringBytes = 1024;

}  // namespace sightglass::capture
