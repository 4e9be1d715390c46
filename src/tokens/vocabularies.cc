#include "tokens/vocabularies.h"

#include <array>
#include <cstdio>
#include <cstdlib>

// Made by pack_vocabulary at build time, put into this library by tokens.cmake.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" {
extern const char sightglass_o200k_base_begin[];
extern const char sightglass_o200k_base_end[];
extern const char sightglass_cl100k_base_begin[];
extern const char sightglass_cl100k_base_end[];
extern const char sightglass_p50k_base_begin[];
extern const char sightglass_p50k_base_end[];
extern const char sightglass_r50k_base_begin[];
extern const char sightglass_r50k_base_end[];
}

// NOLINTEND(readability-identifier-naming)

namespace sightglass::tokens {
namespace {

struct NamedEncoding {
    Encoding encoding;
    std::string_view name;
};

constexpr std::array kNames = {
    NamedEncoding{Encoding::kO200kBase, "o200k_base"},
    NamedEncoding{Encoding::kO200kHarmony, "o200k_harmony"},
    NamedEncoding{Encoding::kCl100kBase, "cl100k_base"},
    NamedEncoding{Encoding::kP50kBase, "p50k_base"},
    NamedEncoding{Encoding::kR50kBase, "r50k_base"},
};

Vocabulary ReadBuiltIn(const char* begin, const char* end) {
    Result<Vocabulary> read = Vocabulary::Read({begin, static_cast<std::size_t>(end - begin)});
    if (!read.Ok()) {
        std::fprintf(stderr, "sightglass: built wrongly: %s\n", read.error().message.c_str());
        std::abort();
    }
    return *std::move(read);
}

}  // namespace

std::span<const Encoding> Encodings() noexcept {
    static constexpr std::array kAll = {
        Encoding::kO200kBase,
        Encoding::kO200kHarmony,
        Encoding::kCl100kBase,
        Encoding::kP50kBase,
        Encoding::kR50kBase};
    return kAll;
}

std::string_view ToString(Encoding encoding) noexcept {
    for (const NamedEncoding& named : kNames) {
        if (named.encoding == encoding) {
            return named.name;
        }
    }
    return "";
}

std::optional<Encoding> FindEncoding(std::string_view name) noexcept {
    for (const NamedEncoding& named : kNames) {
        if (named.name == name) {
            return named.encoding;
        }
    }
    return std::nullopt;
}

const Vocabulary& VocabularyOf(Encoding encoding) noexcept {
    static const Vocabulary o200k =
        ReadBuiltIn(sightglass_o200k_base_begin, sightglass_o200k_base_end);
    static const Vocabulary cl100k =
        ReadBuiltIn(sightglass_cl100k_base_begin, sightglass_cl100k_base_end);
    static const Vocabulary p50k =
        ReadBuiltIn(sightglass_p50k_base_begin, sightglass_p50k_base_end);
    static const Vocabulary r50k =
        ReadBuiltIn(sightglass_r50k_base_begin, sightglass_r50k_base_end);
    switch (encoding) {
        case Encoding::kCl100kBase:
            return cl100k;
        case Encoding::kP50kBase:
            return p50k;
        case Encoding::kR50kBase:
            return r50k;
        case Encoding::kO200kBase:
        case Encoding::kO200kHarmony:
            break;
    }
    return o200k;
}

}  // namespace sightglass::tokens
