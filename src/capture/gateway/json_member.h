// Where a member of a JSON object stands in its text, so that its value can be replaced there and nothing else changes.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace sightglass::capture {

/// Bytes of a text: from `begin`, `size` of them.
struct TextRange {
    std::size_t begin = 0;
    std::size_t size = 0;

    std::string_view In(std::string_view text) const noexcept { return text.substr(begin, size); }
};

/// The value of the member `name` of the object that `json` is, without white space around it. Nothing where there is no such
/// member, where it stands more than once (readers disagree on which counts), or where `json` is no object as far as it was
/// read. Names with escapes are not recognised. Linear time.
std::optional<TextRange> FindMember(std::string_view json, std::string_view name) noexcept;

/// Where the object that `json` is has its first member, or its closing brace: right behind the opening brace and white space.
/// Nothing where it is no object.
std::optional<std::size_t> FirstMember(std::string_view json) noexcept;

}  // namespace sightglass::capture
