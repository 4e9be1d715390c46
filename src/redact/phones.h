// Telephone numbers, as the world writes them.
//
// Thread-safety: pure functions.
#pragma once

#include "redact/digit_groups.h"
#include "redact/finding.h"

namespace sightglass::redact {

/// The number that begins with the groups, which begin at `at`: international ("+31 6 ...", "0031 ..."), North American,
/// Chinese and Indian mobile numbers, national numbers with a leading zero; any other only beside a word such as "phone".
Finding FindPhone(const Searched& in, std::size_t at, const DigitGroups& groups);

}  // namespace sightglass::redact
