// What a text is made of, for telling its kind: words and pairs of words, and pieces of two to four characters, each as a hash.
// A character of a script that writes no spaces between words (Chinese, Japanese) counts as a word by itself.
//
// Of a long text only its beginning and its end are read: an instruction stands at either, and time stays bounded.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sightglass::classify {

/// A feature's hash. Its lowest bit says which of two families it is of: 0 words, 1 pieces.
using Feature = std::uint64_t;

constexpr std::size_t kFamilies = 2;

constexpr std::size_t FamilyOf(Feature feature) noexcept {
    return feature & 1U;
}

/// Keeps its buffers. Case, width (full-width Latin) and white space make no difference.
/// Thread-safety: one thread at a time.
class FeatureReader {
public:
    static constexpr std::size_t kHeadCharacters = 240;
    static constexpr std::size_t kTailCharacters = 80;

    /// The features of any bytes, one entry for each time that one occurs. Valid until the next call.
    const std::vector<Feature>& Read(std::string_view text);

private:
    void Decode(std::string_view text);
    void AddWords();
    void AddPieces();

    std::vector<char32_t>
        characters_;  // Lower case; one space for white space, and one at either end.
    std::vector<Feature> features_;
};

}  // namespace sightglass::classify
