// Small readings of JSON values that every dialect needs.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect {

/// Beyond this a count is nonsense, and sums of them could overflow.
inline constexpr std::int64_t kTokensMax = 1'000'000'000'000;

/// The text, or an empty one where the value is none.
std::string_view TextOf(codec::JsonValue value) noexcept;

/// The first of these members that is a text and not empty.
std::string_view
FirstText(codec::JsonValue object, std::initializer_list<std::string_view> keys) noexcept;

/// A count of tokens; nothing where the value is no whole number from 0 to kTokensMax.
OptionalInt CountOf(codec::JsonValue value) noexcept;

/// The first of these members that is a count.
OptionalInt
FirstCount(codec::JsonValue object, std::initializer_list<std::string_view> keys) noexcept;

/// The first of these members that is an object; an absent value where none is.
codec::JsonValue
FirstObject(codec::JsonValue object, std::initializer_list<std::string_view> keys) noexcept;

/// The first of these members that is there and not null.
codec::JsonValue
FirstMember(codec::JsonValue object, std::initializer_list<std::string_view> keys) noexcept;

}  // namespace sightglass::dialect
