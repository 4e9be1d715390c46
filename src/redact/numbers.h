// Numbers that name a person or an account, an address or a machine: what begins with a digit.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>

#include "redact/finding.h"

namespace sightglass::redact {

/// What begins with the run of digits that begins at `at`: card, national id, IBAN (whose two letters stand before it),
/// telephone number, IPv4 address. Looks at a bounded number of bytes.
Finding FindNumber(const Searched& in, std::size_t at);

}  // namespace sightglass::redact
