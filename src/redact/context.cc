#include "redact/context.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "redact/characters.h"

namespace sightglass::redact {
namespace {

constexpr std::size_t kBytesBefore = 40;
constexpr std::size_t kBytesBehind = 16;
constexpr std::size_t kNameBytesMax = 48;

/// A short stretch of text in lower case, in a buffer of its own.
class LowerCase {
public:
    explicit LowerCase(std::string_view text) : size_(std::min(text.size(), bytes_.size())) {
        for (std::size_t i = 0; i < size_; ++i) {
            bytes_[i] = ToLower(text[i]);
        }
    }

    std::string_view View() const noexcept { return {bytes_.data(), size_}; }

private:
    std::array<char, 64> bytes_{};
    std::size_t size_;
};

bool Holds(std::string_view lower, std::string_view word) {
    std::size_t at = lower.find(word);
    while (at != std::string_view::npos) {
        if (at == 0 || IsForeign(word[0]) || !IsLetter(lower[at - 1])) {
            return true;
        }
        at = lower.find(word, at + 1);
    }
    return false;
}

bool HoldsOne(std::string_view text, std::span<const std::string_view> words) {
    const LowerCase lower(text);
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return Holds(lower.View(), word);
    });
}

}  // namespace

bool IsNear(
    const Searched& in,
    std::size_t begin,
    std::size_t end,
    std::span<const std::string_view> words
) {
    const std::size_t start = begin - std::min(begin, kBytesBefore);
    return HoldsOne(in.text.substr(start, begin - start), words) ||
           HoldsOne(in.name.substr(0, kNameBytesMax), words) ||
           HoldsOne(in.text.substr(std::min(end, in.text.size()), kBytesBehind), words);
}

}  // namespace sightglass::redact
