// What a regular expression cannot tell: checksums and number ranges, the guards against false positives.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace sightglass::redact {

/// The digits of a payment card: first digits and length of a scheme, Luhn's checksum.
bool IsCardNumber(std::string_view digits) noexcept;

/// The length of the IBAN at the start of `text`, single spaces and hyphens included, or 0: country, its length, checksum
/// (ISO 13616). Letters of either case.
std::size_t IbanLength(std::string_view text) noexcept;

/// 18 characters with a date of birth and the checksum of GB 11643.
bool IsChineseId(std::string_view text) noexcept;

/// Nine digits that pass the 11-test.
bool IsDutchId(std::string_view digits) noexcept;

/// Nine digits in the ranges that are given out as social security numbers.
bool IsUnitedStatesId(std::string_view digits) noexcept;

/// Four numbers up to 255, not loopback, unspecified or a mask.
bool IsIpv4(std::string_view text) noexcept;

/// Long and with a digit: what a random token is and a word is not.
bool LooksRandom(std::string_view text) noexcept;

/// With a digit, or letters of both cases: what a random text is and a name of words is not.
bool IsMixed(std::string_view text) noexcept;

}  // namespace sightglass::redact
