#include "codec/json_cut.h"

#include <cstddef>

namespace sightglass::codec {
namespace {

constexpr std::size_t kMemberBytesMax = 64U << 10;
constexpr std::string_view kSpace = " \t\r\n";

/// Whether the quote at `at` is escaped, by an odd number of backslashes before it.
bool IsEscaped(std::string_view text, std::size_t at) noexcept {
    std::size_t backslashes = 0;
    while (backslashes < at && text[at - 1 - backslashes] == '\\') {
        ++backslashes;
    }
    return backslashes % 2 == 1;
}

void AppendMember(std::string_view member, std::string& object) {
    if (member.size() > kMemberBytesMax ||
        member.find_first_not_of(kSpace) == std::string_view::npos) {
        return;
    }
    if (object.size() > 1) {
        object += ',';
    }
    object += member;
}

/// The position behind the string that starts at `at` with its quote, or the size of the text where
/// it has no end.
std::size_t BehindString(std::string_view text, std::size_t at) noexcept {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            return at + 1;
        }
    }
    return text.size();
}

void AppendFirstMembers(std::string_view text, std::string& object) {
    std::size_t at = text.find_first_not_of(kSpace);
    if (at == std::string_view::npos || text[at] != '{') {
        return;
    }
    std::size_t depth = 1;
    std::size_t start = ++at;
    while (at < text.size() && depth > 0) {
        const char c = text[at];
        if (c == '"') {
            at = BehindString(text, at);
            continue;
        }
        if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            --depth;
        }
        if (depth == 0 || (depth == 1 && c == ',')) {
            AppendMember(text.substr(start, at - start), object);
            start = at + 1;
        }
        ++at;
    }
}

/// The position of the quote that opens the string whose closing quote is at `at`, or 0 where it
/// lies before the text.
std::size_t OpeningQuote(std::string_view text, std::size_t at) noexcept {
    while (at > 0) {
        --at;
        if (text[at] == '"' && !IsEscaped(text, at)) {
            return at;
        }
    }
    return 0;
}

/// Reads backwards: the end of the text is known to be outside of any string, its start is not.
void AppendLastMembers(std::string_view text, std::string& object) {
    const std::size_t last = text.find_last_not_of(kSpace);
    if (last == std::string_view::npos || text[last] != '}') {
        return;
    }
    std::size_t depth = 1;
    std::size_t end = last;
    std::size_t at = last;
    while (at > 0) {
        const char c = text[--at];
        if (c == '"') {
            at = OpeningQuote(text, at);
        } else if (c == '}' || c == ']') {
            ++depth;
        } else if (c == '{' || c == '[') {
            if (--depth == 0) {
                AppendMember(text.substr(at + 1, end - at - 1), object);
                return;
            }
        } else if (c == ',' && depth == 1) {
            AppendMember(text.substr(at + 1, end - at - 1), object);
            end = at;
        }
    }
}

}  // namespace

std::string WholeMembers(std::string_view first, std::string_view last) {
    std::string object = "{";
    AppendFirstMembers(first, object);
    AppendLastMembers(last, object);
    object += '}';
    return object;
}

}  // namespace sightglass::codec
