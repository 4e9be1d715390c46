// The token that opens everything: from the environment, or made once and kept in DIR/admin-token.
//
// Thread-safety: for the start of the program, on one thread.
#pragma once

#include <string_view>

#include "base/files.h"
#include "base/result.h"
#include "base/secret.h"

namespace sightglass::access {

/// A token that a person chose should have this many characters, so that it cannot be guessed; a
/// shorter one is warned of.
constexpr std::size_t kAdminTokenCharactersMin = 16;

/// `from_environment` where it is not empty; else the
/// file's content; else a new random token, written into the file with mode 0600. Refuses a file
/// that others can read.
Result<Secret> LoadOrCreateAdminToken(const Path& file, std::string_view from_environment);

}  // namespace sightglass::access
