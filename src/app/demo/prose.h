// What is said in the demo: questions, instructions and answers in several languages, and how many
// tokens they are.
//
// Thread-safety: pure functions; the Random passed in belongs to the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/demo/random.h"

namespace sightglass::demo {

enum class Language : std::uint8_t {
    kEnglish,
    kDutch,
    kGerman,
    kFrench,
    kSpanish,
    kChinese,
    kJapanese,
    kCount
};

/// What a service is asked about.
enum class Topic : std::uint8_t { kCare, kShop, kCode, kData, kWriting, kCount };

/// One thing that a person or a program asks.
std::string Question(Language language, Topic topic, Random& random);

/// An answer of at least `tokens` tokens that ends with its sentence.
std::string Answer(Language language, Topic topic, std::size_t tokens, Random& random);

/// Text of about `tokens` tokens that stands before every conversation of a service: equal for
/// equal names.
std::string Instructions(std::string_view service, std::size_t tokens);

/// The pieces in which a model would send the text: words with the space before them, parts of long
/// words, single ideographs. The views point into `text`.
std::vector<std::string_view> SplitIntoTokens(std::string_view text);

/// How many SplitIntoTokens would make.
std::size_t CountTokens(std::string_view text) noexcept;

}  // namespace sightglass::demo
