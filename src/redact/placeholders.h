// What takes the place of what was found: "[email:7f3a9c]". The digits are a keyed hash (SipHash-2-4) of the value, so that equal
// values can be told to be equal by whoever reads, and nothing more: under another key they are others. The key is made for one
// tenant and one day by whoever has this installation's secret (docs/formats/redaction.md).
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "redact/finding.h"

namespace sightglass::redact {

struct PlaceholderKey {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
};

/// SipHash-2-4 of J.-P. Aumasson and D. J. Bernstein.
std::uint64_t KeyedHash(const PlaceholderKey& key, std::string_view bytes) noexcept;

/// Writes the placeholder of a kind. Without a key there are no digits: "[email]". Numbers are equal however they are grouped,
/// addresses in letters of either case.
void AppendPlaceholder(
    std::string_view kind,
    std::string_view value,
    const std::optional<PlaceholderKey>& key,
    std::string& out
);

/// "email", "national_id"; empty for kCustom, whose patterns have names of their own.
std::string_view ToString(Kind kind) noexcept;

}  // namespace sightglass::redact
