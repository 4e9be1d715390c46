// Tokens of models whose vocabulary is closed: estimated from o200k_base's count, with the error that was seen.
// docs/tokens.md says on what the numbers were calibrated, and how.
#pragma once

#include <cstdint>

#include "tokens/model_encoding.h"

namespace sightglass::tokens {

/// Thread-safety: plain value.
struct Estimate {
    std::int64_t tokens = 0;
    double error = 0;  ///< Nine in ten were within this part of the truth; 0.2 is a fifth.
};

/// Of a text of so many tokens in o200k_base. For OpenAI's models that is the count itself, without error.
/// Thread-safety: pure function.
Estimate EstimateText(Family family, std::int64_t o200k_tokens) noexcept;

/// Of a chat's input whose texts have so many tokens in o200k_base together: with the frame that the provider puts around it.
/// Thread-safety: pure function.
Estimate EstimateChat(Family family, std::int64_t o200k_tokens) noexcept;

}  // namespace sightglass::tokens
