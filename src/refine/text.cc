#include "base/text.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "call/field_table.h"
#include "refine/steps.h"

namespace sightglass::refine {
namespace {

constexpr std::size_t kDimensionBytesMax = 1U << 10;
constexpr std::size_t kDetailBytesMax = 8U << 10;
constexpr std::size_t kJsonBytesMax = 64U << 10;
constexpr std::size_t kTagsMax = 16;
constexpr std::size_t kTagNameBytesMax = 64;
constexpr std::size_t kAttemptsMax = 32;

/// Cuts at the start of a character.
bool Shorten(std::string& text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) {
        return false;
    }
    std::size_t size = bytes_max;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    text.resize(size);
    return true;
}

/// What nearly every text is: then nothing needs to be looked at more closely.
bool IsAscii(std::string_view text) {
    std::uint64_t bits = 0;
    while (text.size() >= sizeof bits) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        bits |= word;
        text.remove_prefix(sizeof word);
    }
    for (const char c : text) {
        bits |= static_cast<unsigned char>(c);
    }
    return (bits & 0x8080808080808080U) == 0;
}

/// Bytes may have been replaced where the text came in.
bool RepairUtf8(std::string& text) {
    constexpr std::string_view kReplacement = "\xef\xbf\xbd";
    return !IsAscii(text) && (MakeValidUtf8(text) || text.find(kReplacement) != std::string::npos);
}

bool CleanText(std::string& text, std::size_t bytes_max) {
    if (text.empty()) {
        return false;
    }
    const bool shortened = Shorten(text, bytes_max);
    const bool repaired = RepairUtf8(text);
    // Replacement characters take more bytes than what they replace.
    return Shorten(text, bytes_max) || shortened || repaired;
}

/// A JSON document that was cut is none: one that is too long goes.
bool CleanJson(std::string& text) {
    if (text.size() > kJsonBytesMax) {
        text.clear();
        return true;
    }
    return RepairUtf8(text);
}

bool CleanField(FieldRole role, std::string& text) {
    switch (role) {
        case FieldRole::kJson:
            return CleanJson(text);
        case FieldRole::kDimension:
            return CleanText(text, kDimensionBytesMax);
        case FieldRole::kDetail:
        case FieldRole::kMeasure:
            break;
    }
    return CleanText(text, kDetailBytesMax);
}

bool CleanField(FieldRole /*role*/, Tags& tags) {
    bool changed = tags.size() > kTagsMax;
    tags.resize(std::min(tags.size(), kTagsMax));
    for (auto& [name, value] : tags) {
        changed = CleanText(name, kTagNameBytesMax) || changed;
        changed = CleanText(value, kDimensionBytesMax) || changed;
    }
    return changed;
}

bool CleanField(FieldRole /*role*/, std::vector<Attempt>& attempts) {
    bool changed = attempts.size() > kAttemptsMax;
    attempts.resize(std::min(attempts.size(), kAttemptsMax));
    for (Attempt& attempt : attempts) {
        changed = CleanText(attempt.target, kDimensionBytesMax) || changed;
        changed = CleanText(attempt.why, kDimensionBytesMax) || changed;
    }
    return changed;
}

/// Holds no text.
template <typename T>
bool CleanField(FieldRole /*role*/, T& /*value*/) {
    return false;
}

}  // namespace

bool Text(Call& call, const prices::PriceBook& /*prices*/) {
    bool changed = false;
    ForEachField([&](auto place, auto field) {
        changed = CleanField(kFieldTable[place].role, call.*field) || changed;
    });
    return changed;
}

}  // namespace sightglass::refine
