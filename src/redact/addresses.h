// E-mail addresses and IPv6 addresses.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>

#include "redact/finding.h"

namespace sightglass::redact {

/// The address around the '@' at `at`; `sign` is how many bytes stand for it ("%40" has three). In any script; not an image's
/// name ("icon@2x.png"), a version ("left-pad@1.3.0") or a repository's user ("git@...").
Finding FindEmail(const Searched& in, std::size_t at, std::size_t sign);

/// The address whose first colon is at `at`: whole, shortened or with an IPv4 address at its end; not loopback, a time, a
/// hardware address or a C++ name.
Finding FindIpv6(const Searched& in, std::size_t at);

}  // namespace sightglass::redact
