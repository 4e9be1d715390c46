// The encodings word for word as they are published: the regular expression tried alternative by alternative, and merging as
// it is defined. Slow; what tests and the fuzz target hold the encoder against.
#pragma once

#include <string_view>
#include <vector>

#include "tokens/pack/ranks.h"
#include "tokens/tokens.h"
#include "tokens/vocabulary.h"

namespace sightglass::tokens {

/// Thread-safety: one thread at a time.
class ReferenceEncoder {
public:
    explicit ReferenceEncoder(Encoding encoding);

    /// The pieces of a text that is valid UTF-8.
    std::vector<std::string_view> Cut(std::string_view text) const;

    std::vector<TokenId> Encode(std::string_view text) const;

private:
    const Encoding encoding_;
    const Vocabulary& vocabulary_;
    Ranks ranks_;
};

}  // namespace sightglass::tokens
