// The trie of an encoding's tokens as a double array (image.h, TrieNode).
//
// Thread-safety: pure functions.
#pragma once

#include <vector>

#include "base/result.h"
#include "tokens/pack/ranks.h"

namespace sightglass::tokens {

/// `entries` by id. Every child that a node could have is a place of the array.
Result<std::vector<TrieNode>> BuildTrie(const Ranks& ranks, const std::vector<Entry>& entries);

}  // namespace sightglass::tokens
