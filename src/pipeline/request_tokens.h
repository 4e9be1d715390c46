// Counts what a request's body makes a model read, before or without the provider's own count: a budget's question beforehand,
// a stream that was cut off before its usage came.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "pipeline/request_messages.h"
#include "tokens/tokens.h"

namespace sightglass::pipeline {

/// Thread-safety: plain value.
struct RequestTokens {
    std::int64_t tokens = 0;
    tokens::Encoding encoding = tokens::Encoding::kO200kBase;
    std::optional<double>
        error;  ///< Where the vocabulary is closed: estimated, as tokens/estimate.h has it.
    bool is_whole =
        true;  ///< False where it holds what is not counted: an image of unknown size, audio, a file.
};

/// Keeps an encoder for each encoding that it met.
/// Thread-safety: one thread at a time.
class RequestCounter {
public:
    RequestCounter();

    /// Of a JSON body in the form of OpenAI (chat completions, responses, completions, embeddings), Anthropic or Gemini, told by
    /// its members. `model` is what stands in the body where it is empty; an unknown one is taken for the nearest. Fails where
    /// the body is no JSON object or has nothing to count.
    Result<RequestTokens> Count(std::string_view body, std::string_view model);

    /// The same of messages that were read from such a body. `model` says which it is.
    RequestTokens CountMessages(const RequestMessages& read, std::string_view model);

    /// Of an answer's texts, each counted by itself.
    RequestTokens CountTexts(std::span<const std::string_view> texts, std::string_view model);

private:
    tokens::Encoder& EncoderOf(tokens::Encoding encoding);

    std::array<std::unique_ptr<tokens::Encoder>, 5> encoders_;  // By Encoding.
};

}  // namespace sightglass::pipeline
