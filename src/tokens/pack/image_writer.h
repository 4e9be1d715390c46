// An encoding's ranks become its image (image.h).
//
// Thread-safety: pure functions.
#pragma once

#include <string>

#include "base/result.h"
#include "tokens/pack/ranks.h"

namespace sightglass::tokens {

/// Fails where the ranks break what the encoder relies on: that a token is merged of tokens with lower ranks.
Result<std::string> MakeImage(const Ranks& ranks);

}  // namespace sightglass::tokens
