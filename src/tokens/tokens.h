// Text becomes tokens as the models of OpenAI read it: byte-pair encoding, equal to the published encodings for every text.
// This is the header to read first.
//
//     tokens::Encoder encoder(tokens::Encoding::kO200kBase);
//     encoder.Count("tiktoken is great!");  // 6
//
// A text is cut into pieces, words in the main (word_pieces.h), and each piece is merged into tokens by itself (merger.h). What
// stands in a text is text: `<|endoftext|>` is seven tokens and not the special one. Which encoding a model reads is in
// model_encoding.h; what a chat's frame costs beyond its texts in chat_overhead.h; images in image_tokens.h; models whose
// encoding is not published in estimate.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "tokens/image.h"

namespace sightglass::tokens {

/// Source: openai/tiktoken.
enum class Encoding : std::uint8_t {
    kO200kBase,
    kO200kHarmony,  ///< o200k_base with other special tokens: the same for text.
    kCl100kBase,
    kP50kBase,
    kR50kBase,
};

/// All of them, the newest first.
std::span<const Encoding> Encodings() noexcept;

/// "o200k_base"
std::string_view ToString(Encoding encoding) noexcept;
std::optional<Encoding> FindEncoding(std::string_view name) noexcept;

/// Takes linear time, also for a text that is one word. Keeps about 300 KB of memory for work between texts, and a word's
/// size more where one is longer than that.
/// Thread-safety: one thread at a time.
class Encoder {
public:
    explicit Encoder(Encoding encoding);
    ~Encoder();
    Encoder(Encoder&&) noexcept;
    Encoder& operator=(Encoder&&) noexcept;
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;

    /// Bytes that are not UTF-8 count as U+FFFD, one a byte.
    std::size_t Count(std::string_view text);

    /// Appends the tokens' ids.
    void Encode(std::string_view text, std::vector<TokenId>& ids);

private:
    class Work;

    std::unique_ptr<Work> work_;
};

}  // namespace sightglass::tokens
