// All detectors over one text, in one pass: most bytes are passed over by a table, and only those that may be a part of
// something (a digit, '@', ':', '=', a separator of key prefixes) are looked at by the detector that knows it.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "redact/finding.h"

namespace sightglass::redact {

enum class Scope : std::uint8_t {
    kSecrets,  ///< Credentials alone.
    kAll       ///< Credentials and personal data.
};

/// Appends what is found, in order, without overlaps. `name` is what the text is called where it stands (the key of a JSON
/// value), or empty. Linear in the text.
void FindAll(std::string_view text, std::string_view name, Scope scope, std::vector<Finding>& out);

}  // namespace sightglass::redact
