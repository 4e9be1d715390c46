#include "access/pattern.h"

#include <algorithm>

namespace sightglass::access {

bool MatchesPattern(std::string_view pattern, std::string_view text) noexcept {
    constexpr std::size_t kNone = std::string_view::npos;
    std::size_t at = 0;
    std::size_t star = kNone;  // The last * seen, and where its text began.
    std::size_t star_text = 0;
    for (std::size_t i = 0; i < text.size();) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            star_text = i;
        } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == text[i])) {
            ++at;
            ++i;
        } else if (star != kNone) {
            at = star + 1;
            i = ++star_text;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', at) == kNone;
}

bool MatchesAny(const std::vector<std::string>& patterns, std::string_view text) noexcept {
    return std::any_of(patterns.begin(), patterns.end(), [text](const std::string& pattern) {
        return MatchesPattern(pattern, text);
    });
}

}  // namespace sightglass::access
