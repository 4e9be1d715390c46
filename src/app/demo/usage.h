// Token counts of one answer in the demo, the prompt cache's part in them, and the usage object
// that a provider sends.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "app/demo/cast.h"
#include "call/enums.h"

namespace sightglass::demo {

struct Tokens {
    std::int64_t input = 0;    ///< All of it, as providers count: cached and written included.
    std::int64_t cached = 0;   ///< Read from the prompt cache.
    std::int64_t written = 0;  ///< Written to it, where the model charges for that.
    std::int64_t output = 0;   ///< Reasoning included.
    std::int64_t reasoning = 0;
};

/// Tokens of an input of which the first `known_tokens` were sent before and are still in the
/// cache. Caching starts at 1,024 tokens and goes in steps of 128.
Tokens CountInput(
    const ModelProfile& model,
    std::int64_t input_tokens,
    std::int64_t known_tokens
) noexcept;

/// The usage object (JSON), with the keys that this operation has.
std::string UsageJson(Operation operation, const Tokens& tokens);

}  // namespace sightglass::demo
