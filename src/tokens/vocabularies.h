// The vocabularies that are built into the program.
#pragma once

#include "tokens/tokens.h"
#include "tokens/vocabulary.h"

namespace sightglass::tokens {

/// Thread-safety: safe for concurrent use.
const Vocabulary& VocabularyOf(Encoding encoding) noexcept;

}  // namespace sightglass::tokens
