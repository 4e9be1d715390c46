// Times as HTTP headers say them.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace sightglass::net {

/// "Sun, 06 Nov 1994 08:49:37 GMT", and the two older forms that are still to be understood:
/// "Sunday, 06-Nov-94 08:49:37 GMT" and "Sun Nov  6 08:49:37 1994". The day of the week is not looked
/// at. Nothing where it is no date. Source: RFC 9110, section 5.6.7.
std::optional<Time> ParseHttpDate(std::string_view text) noexcept;

}  // namespace sightglass::net
