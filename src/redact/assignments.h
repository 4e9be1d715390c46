// Credentials that have no shape, but stand where one stands: behind "password:", in "?key=", after "Bearer".
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string_view>

#include "redact/finding.h"

namespace sightglass::redact {

/// Whether what is called so holds a credential: "password", "OPENAI_API_KEY", "x-api-key", "clientSecret".
bool IsSecretName(std::string_view name);

/// The value behind the ':' or '=' at `at` (in "=>" and ":=" too), where the name before it is a secret's.
Finding FindAssigned(const Searched& in, std::size_t at);

/// The same for a sign of several bytes, from `first` to `last`.
Finding FindAssignedBehind(const Searched& in, std::size_t first, std::size_t last);

/// A run of token characters without spaces around the digit at `at`.
struct Run {
    std::size_t begin = 0;
    std::size_t end = 0;
};

Run RunAround(const Searched& in, std::size_t at);

/// The run as a credential, where "Bearer", "Basic", "Token" or "the password is" stands before it.
Finding FindBearer(const Searched& in, Run run);

}  // namespace sightglass::redact
