#include "capture/gateway/json_outline.h"

namespace sightglass::capture {
namespace {

/// Below this a text is parsed as it is.
constexpr std::size_t kSmallBytes = 4U << 10;
/// A text without long strings in its first part is parsed as it is, too.
constexpr std::size_t kTriedBytes = 16U << 10;

bool IsEscaped(std::string_view text, std::size_t at) noexcept {
    std::size_t backslashes = 0;
    while (backslashes < at && text[at - 1 - backslashes] == '\\') {
        ++backslashes;
    }
    return backslashes % 2 == 1;
}

/// The quote that ends the string whose content begins at `at`, or npos.
std::size_t EndOfString(std::string_view text, std::size_t at) noexcept {
    std::size_t end = text.find('"', at);
    while (end != std::string_view::npos && IsEscaped(text, end)) {
        end = text.find('"', end + 1);
    }
    return end;
}

bool BeginsLikeJson(std::string_view text) noexcept {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

}  // namespace

std::string_view OutlineJson(std::string_view json, std::string& out) {
    if (json.size() < kSmallBytes || !BeginsLikeJson(json)) {
        return json;
    }
    out.clear();
    std::size_t copied = 0;
    std::size_t begin = json.find('"');
    while (begin != std::string_view::npos) {
        const std::size_t end = EndOfString(json, begin + 1);
        if (end == std::string_view::npos ||
            (copied == 0 && end > kTriedBytes && begin > kTriedBytes)) {
            break;
        }
        if (end - begin > kLongStringBytes) {
            out.append(json.substr(copied, begin + 1 - copied)).append("...");
            copied = end;
        }
        begin = json.find('"', end + 1);
    }
    if (copied == 0) {
        return json;
    }
    out.append(json.substr(copied));
    return out;
}

}  // namespace sightglass::capture
