// Values of answer headers.
//
// Thread-safety: pure functions.
#pragma once

#include <initializer_list>
#include <string_view>

#include "call/call.h"
#include "dialect/dialect.h"

namespace sightglass::dialect {

/// The first of these headers that is not empty, without white space around it.
std::string_view
FirstHeader(const HeaderLookup& header, std::initializer_list<std::string_view> names);

/// A count, or nothing: providers also send "-1" and fractions.
OptionalInt HeaderCount(std::string_view text);

/// Milliseconds, also with a fraction, as microseconds.
OptionalInt MillisecondsToUs(std::string_view text);

}  // namespace sightglass::dialect
