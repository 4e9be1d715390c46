// Finding values in the end of a JSON text whose start is gone.
#include <array>
#include <cstddef>

#include "codec/json.h"

namespace sightglass::codec {
namespace {

/// Wrong candidates that a search looks at before it gives up: what keeps it linear on hostile
/// text.
constexpr int kCandidatesMax = 16;
constexpr std::size_t kNotFound = std::string_view::npos;

std::size_t SkipSpace(std::string_view text, std::size_t at) noexcept {
    while (at < text.size() &&
           (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
        ++at;
    }
    return at;
}

/// The position behind the quote that closes the string whose first character is at `at`.
std::size_t EndOfString(std::string_view text, std::size_t at) noexcept {
    while (at < text.size()) {
        if (text[at] == '\\') {
            at += 2;
        } else if (text[at] == '"') {
            return at + 1;
        } else {
            ++at;
        }
    }
    return kNotFound;
}

/// The position behind the brace that closes the object whose opening brace is at `at`.
std::size_t EndOfObject(std::string_view text, std::size_t at) noexcept {
    std::size_t depth = 0;
    while (at < text.size()) {
        const char c = text[at++];
        if (c == '"') {
            at = EndOfString(text, at);
        } else if (c == '{') {
            ++depth;
        } else if (c == '}' && --depth == 0) {
            return at;
        }
    }
    return kNotFound;
}

/// Where the value of the last `"key":` before `end` starts; sets `end` to where that key stands.
std::size_t LastValue(std::string_view text, std::string_view key, std::size_t& end) noexcept {
    while (end > 0) {
        const std::size_t found = text.rfind(key, end - 1);
        if (found == kNotFound || found == 0) {
            return kNotFound;
        }
        end = found;
        const std::size_t behind = found + key.size();
        if (text[found - 1] != '"' || behind >= text.size() || text[behind] != '"') {
            continue;
        }
        const std::size_t colon = SkipSpace(text, behind + 1);
        if (colon < text.size() && text[colon] == ':') {
            return SkipSpace(text, colon + 1);
        }
    }
    return kNotFound;
}

}  // namespace

std::optional<std::string_view>
FindLastObject(std::string_view text, std::string_view key) noexcept {
    std::size_t end = text.size();
    for (int candidate = 0; candidate < kCandidatesMax && !key.empty(); ++candidate) {
        const std::size_t start = LastValue(text, key, end);
        if (start == kNotFound) {
            break;
        }
        if (start < text.size() && text[start] == '{') {
            const std::size_t behind = EndOfObject(text, start);
            if (behind != kNotFound) {
                return text.substr(start, behind - start);
            }
        }
    }
    return std::nullopt;
}

std::optional<std::string_view>
FindLastString(std::string_view text, std::string_view key) noexcept {
    std::size_t end = text.size();
    for (int candidate = 0; candidate < kCandidatesMax && !key.empty(); ++candidate) {
        const std::size_t start = LastValue(text, key, end);
        if (start == kNotFound) {
            break;
        }
        if (start < text.size() && text[start] == '"') {
            const std::size_t behind = EndOfString(text, start + 1);
            if (behind != kNotFound) {
                return text.substr(start + 1, behind - start - 2);
            }
        }
    }
    return std::nullopt;
}

}  // namespace sightglass::codec
