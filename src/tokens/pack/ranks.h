// The tokens of an encoding by rank, as published: a line a token, its bytes in base64 and its rank, which is its id.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "tokens/image.h"

namespace sightglass::tokens {

/// Thread-safety: plain value.
struct Ranks {
    std::vector<std::string> bytes;  ///< By id. Empty where an id is no token of text.
    std::unordered_map<std::string_view, TokenId> ids;  ///< Views on `bytes`.

    Ranks() = default;
    Ranks(const Ranks&) = delete;
    Ranks& operator=(const Ranks&) = delete;
    Ranks(Ranks&&) = default;
    Ranks& operator=(Ranks&&) = default;
};

/// All 256 bytes have to be tokens: anything can be encoded then.
Result<Ranks> ReadRanks(std::string_view text);

/// What byte-pair merging makes of a piece, word for word as it is defined: of all neighbours whose bytes together are a
/// token, those with the lowest rank are joined, the first ones of equals, until there are none. `stop_at` tokens are left,
/// or fewer where it does not get that far. Takes quadratic time.
std::vector<TokenId>
MergePlainly(const Ranks& ranks, std::string_view piece, std::size_t stop_at = 1);

}  // namespace sightglass::tokens
