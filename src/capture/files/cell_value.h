// What a cell says, as the types of a Call. Nothing is guessed: what is no number, time or amount is
// refused, and money is never a floating-point number on its way.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/money.h"
#include "base/time.h"
#include "capture/files/row.h"

namespace sightglass::capture::files {

/// A decimal number (sign, fraction, exponent) times 10^digits, rounded half away from zero. Nothing
/// where it is no number or leaves 64 bits.
std::optional<std::int64_t> ScaledDecimal(std::string_view text, int digits) noexcept;

/// A whole number; "10.0" is one, 10.5 is none.
std::optional<std::int64_t> IntOf(const Cell& cell) noexcept;

/// An amount of dollars: "0.000123", 1.2e-05, "$0.01".
std::optional<Money> UsdOf(const Cell& cell) noexcept;

/// true, false, 1, 0, yes, no, t, f, whatever the case.
std::optional<bool> BoolOf(const Cell& cell) noexcept;

/// A point in time, UTC where it names no zone. Numbers are seconds, ms, µs or ns since 1970 by
/// their size; numbers before 1973 are nothing, because they are counted from elsewhere.
/// "2023-11-16 18:15:46.6805900", RFC 3339, "22/Nov/2026:08:18:42 +0000", "2026-11-22".
std::optional<Time> TimeOf(const Cell& cell) noexcept;

}  // namespace sightglass::capture::files
