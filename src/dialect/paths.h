// Parts of request paths.
//
// Thread-safety: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sightglass::dialect {

/// The path without its query and without slashes at its end.
std::string_view PathOnly(std::string_view path) noexcept;

/// The segment behind "/<name>/", still percent-encoded, or nothing.
std::string_view SegmentAfter(std::string_view path, std::string_view name) noexcept;

/// "generateContent" of "/v1/models/gemini-pro:generateContent?alt=sse": letters and hyphens behind
/// the last colon of the path's last segment. Nothing where that is something else.
std::string_view GoogleMethodOf(std::string_view path) noexcept;

/// With %XX read, where they are two hexadecimal digits.
std::string PercentDecoded(std::string_view text);

/// The text as a part of a path's segment: everything but letters, digits and -._~ as %XX.
std::string PercentEncoded(std::string_view text);

/// A segment's name, and what stands for the segment that follows it.
using PathId = std::pair<std::string_view, std::string_view>;

/// The path with ids and names replaced: "/v1/files/{id}/content",
/// "/v1/models/{model}:generateContent". Valid UTF-8, at most 256 bytes of the path.
std::string EndpointOf(std::string_view path, std::span<const PathId> ids);

}  // namespace sightglass::dialect
