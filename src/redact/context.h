// Words that stand near a number and say what it is.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "redact/finding.h"

namespace sightglass::redact {

/// Whether one of the words stands within some forty bytes before `begin`, within a few behind `end`, or in the text's name.
/// Words are lower case; those of ASCII letters count only as whole words or as the start of one ("phones", "phone_number").
bool IsNear(
    const Searched& in,
    std::size_t begin,
    std::size_t end,
    std::span<const std::string_view> words
);

}  // namespace sightglass::redact
