// What a filter means, Call by Call: the reference that engines' filters are tested against, and
// the filter of everything that sees Calls one at a time (the live tail).
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "call/call.h"
#include "store/store.h"

namespace sightglass::store {

/// The number that a filter's value stands for: whole where it is written so.
using Number = std::variant<std::int64_t, double>;
std::optional<Number> ParseNumber(std::string_view text) noexcept;

/// Whether values of this field are numbers (integers, money, fractions), so that ranges can be
/// asked of them.
bool IsNumeric(const Field& field) noexcept;
bool IsNumeric(const Filter& filter) noexcept;

/// Whether a Call meets the filter. An unknown value is not equal to anything, contains nothing,
/// and is in no range; it does meet kIsNot. Letters compare without case in kContains (ASCII),
/// exactly elsewhere; numbers compare as numbers.
bool Matches(const Filter& filter, const Call& call);

/// Whether it meets every one of them.
bool MatchesAll(std::span<const Filter> filters, const Call& call);

/// Whether `text`, compared without case, is part of the Call's ids, error message or content.
/// `content` may be null.
bool MatchesText(std::string_view text, const Call& call, const Content* content);

/// The value that a Call is grouped by: text, or a whole number for integer fields; null where
/// unknown.
Cell GroupValue(const Filter& dimension, const Call& call);

/// Start of the bucket that holds `time`: a multiple of `interval` since 1970-01-01, or since the
/// Monday after it where the interval is a whole number of weeks.
Time BucketStart(Time time, Duration interval) noexcept;

/// What bucket starts are multiples of the interval away from.
Time BucketOrigin(Duration interval) noexcept;

}  // namespace sightglass::store
