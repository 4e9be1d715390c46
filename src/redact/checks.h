// What a regular expression cannot tell: checksums and number ranges, the guards against false positives.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

namespace sightglass::redact {

/// A payment card number: a known prefix and length, groups as printed on cards or none, Luhn's checksum.
bool IsCardNumber(std::string_view text) noexcept;

/// The length of the IBAN at the start of `text`, spaces included, or 0: country, its length, checksum (ISO 13616).
std::size_t IbanLength(std::string_view text) noexcept;

/// 18 characters with a date of birth and the checksum of GB 11643.
bool IsChineseId(std::string_view text) noexcept;

/// Nine digits, dots allowed, that pass the 11-test.
bool IsDutchId(std::string_view text) noexcept;

/// ddd-dd-dddd in the ranges that are given out.
bool IsUnitedStatesId(std::string_view text) noexcept;

/// Eight to fifteen digits.
bool IsPhoneLength(std::string_view text) noexcept;

/// Four numbers up to 255, not loopback or unspecified.
bool IsIpv4(std::string_view text) noexcept;

/// A full or shortened address of at least three groups, not loopback.
bool IsIpv6(std::string_view text) noexcept;

/// Not an image's name ("icon@2x.png") nor a repository's user.
bool IsEmail(std::string_view text) noexcept;

/// Long and with a digit: what a random token is and a word is not.
bool LooksRandom(std::string_view text) noexcept;

}  // namespace sightglass::redact
