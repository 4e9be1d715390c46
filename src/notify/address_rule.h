// Which addresses a notice may be sent to. A channel's address is a user's word: without this rule it
// would be a way into the network that the server stands in.
//
// Thread-safety: pure function.
#pragma once

#include <string_view>

struct sockaddr;

namespace sightglass::notify {

enum class PrivateAddresses { kRefused, kAllowed };

/// Empty where it may be reached, or why not. Link-local addresses (169.254/16 with the clouds' metadata,
/// fe80::/10), multicast and what is no address of a machine are never; loopback, private and shared
/// ranges only where allowed. IPv6 addresses that hold one of IPv4 are judged by that. Looked at when
/// the socket is opened, so that a name cannot first say one thing and then another.
std::string_view WhyForbidden(const sockaddr& address, PrivateAddresses allowed) noexcept;

}  // namespace sightglass::notify
