// Credentials that are known by their shape.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>

#include "redact/finding.h"

namespace sightglass::redact {

/// A key whose prefix ends with the separator ('-', '_' or '.') at `at`, and what else such a separator begins: private keys
/// ("-----BEGIN"), the key in a WebSocket's subprotocol. A private key without an end goes to the end of the text.
Finding FindPrefixedSecret(const Searched& in, std::size_t at);

/// A key whose prefix has no separator: 'A' of AWS, Google and Tencent, 'L' of Alibaba, 'J' of a JSON web token ("eyJ").
Finding FindCapitalSecret(const Searched& in, std::size_t at);

/// The password in a URL whose "://" is at `at`, or a bot's token ("123456789:AA...") whose colon is there.
Finding FindSecretAtColon(const Searched& in, std::size_t at);

}  // namespace sightglass::redact
