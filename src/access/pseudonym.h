// What stands for a user where nobody needs to know who it is: the same for the same name in this
// installation, another in every other one, and of no use to find the name without asking us.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "access/key_fingerprint.h"

namespace sightglass::access {

inline constexpr std::string_view kPseudonymPrefix = "u_";

/// "u_" and the first 8 bytes of an HMAC-SHA256 of the name under the installation's secret, in hexadecimal.
std::string PseudonymOf(const Fingerprinter& fingerprinter, std::string_view user);

/// Whether a text has the form of one.
bool IsPseudonym(std::string_view text) noexcept;

}  // namespace sightglass::access
