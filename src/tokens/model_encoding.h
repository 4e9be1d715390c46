// Which encoding a model reads, and whether that is known or taken for the nearest.
#pragma once

#include <cstdint>
#include <string_view>

#include "tokens/tokens.h"

namespace sightglass::tokens {

/// Whose tokens a model counts in.
enum class Family : std::uint8_t {
    kOpenAi,     ///< The encoding is published: counts are exact.
    kAnthropic,  ///< The vocabulary is closed: estimated (estimate.h).
    kGemini,     ///< As well.
    kOther,      ///< Another vocabulary, or one that is not known: estimated.
};

/// Thread-safety: plain value.
struct ModelEncoding {
    Encoding encoding = Encoding::kO200kBase;
    Family family = Family::kOther;
};

/// By the name alone, with or without a provider before it ("openai/gpt-4o", "us.anthropic.claude-3-haiku-20240307-v1:0"), a
/// fine-tune's too. A model of OpenAI's that is not known reads o200k_base, like all of the last years.
/// Source: tiktoken/model.py; names of newer models as announced.
ModelEncoding EncodingOfModel(std::string_view model) noexcept;

}  // namespace sightglass::tokens
