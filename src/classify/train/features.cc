#include "classify/train/features.h"

#include <algorithm>

#include "classify/train/characters.h"

namespace sightglass::classify {
namespace {

constexpr std::size_t kPieceMin = 2;
constexpr std::size_t kPieceMax = 4;
constexpr std::uint64_t kSeed = 0x9E3779B97F4A7C15ULL;
constexpr std::uint64_t kPairSeed = 0xC2B2AE3D27D4EB4FULL;

/// One step of a hash over characters.
constexpr std::uint64_t Mix(std::uint64_t hash, std::uint64_t next) noexcept {
    hash = (hash ^ next) * 0xFF51AFD7ED558CCDULL;
    return hash ^ (hash >> 32U);
}

constexpr Feature MakeFeature(std::uint64_t hash, std::size_t family) noexcept {
    return (hash & ~std::uint64_t{1}) | family;
}

}  // namespace

const std::vector<Feature>& FeatureReader::Read(std::string_view text) {
    features_.clear();
    Decode(text);
    AddWords();
    AddPieces();
    return features_;
}

void FeatureReader::Decode(std::string_view text) {
    characters_.clear();
    characters_.push_back(U' ');
    const std::size_t head = AppendCharacters(text, kHeadCharacters, characters_);
    const std::string_view rest = text.substr(head);
    if (!rest.empty()) {
        const std::string_view tail = LastCharacters(rest, kTailCharacters);
        if (tail.size() < rest.size() && characters_.back() != U' ') {
            characters_.push_back(U' ');  // Something was left out here.
        }
        AppendCharacters(tail, kTailCharacters, characters_);
    }
    if (characters_.back() != U' ') {
        characters_.push_back(U' ');
    }
}

/// Words, ideographs and marks, and each two that follow each other.
void FeatureReader::AddWords() {
    std::uint64_t before = kPairSeed;
    const auto add = [&](std::uint64_t word) {
        features_.push_back(MakeFeature(word, 0));
        features_.push_back(MakeFeature(Mix(before, word), 0));
        before = Mix(kPairSeed, word);
    };
    for (std::size_t i = 0; i < characters_.size();) {
        const CharacterKind kind = KindOf(characters_[i]);
        if (kind == CharacterKind::kSpace) {
            ++i;
            continue;
        }
        std::uint64_t word = Mix(kSeed, characters_[i++]);
        while (kind == CharacterKind::kLetter && KindOf(characters_[i]) == CharacterKind::kLetter) {
            word = Mix(word, characters_[i++]);  // The last character is a space.
        }
        add(word);
    }
}

/// Pieces lie within what stands between spaces, the spaces included.
void FeatureReader::AddPieces() {
    for (std::size_t i = 0; i + 1 < characters_.size(); ++i) {
        std::uint64_t piece = Mix(kSeed, characters_[i]);
        const std::size_t end = std::min(characters_.size(), i + kPieceMax);
        for (std::size_t j = i + 1; j < end; ++j) {
            piece = Mix(piece, characters_[j]);
            if (j - i + 1 >= kPieceMin) {
                features_.push_back(MakeFeature(piece, 1));
            }
            if (characters_[j] == U' ') {
                break;
            }
        }
    }
}

}  // namespace sightglass::classify
