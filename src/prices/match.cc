#include "prices/match.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "base/text.h"

namespace sightglass::prices {
namespace {

constexpr int kDepthMax = 8;
constexpr std::int64_t kRulesInsideMax = 1000;

bool AcceptsPattern(std::string_view pattern, std::string_view name) noexcept {
    const bool open = pattern.ends_with('*');
    if (open) {
        pattern.remove_suffix(1);
    }
    if (name.size() < pattern.size() || (!open && name.size() != pattern.size())) {
        return false;
    }
    return std::equal(pattern.begin(), pattern.end(), name.begin(), [](char expected, char c) {
        return expected == '#' ? c >= '0' && c <= '9' : expected == c;
    });
}

Error Wrong(std::string_view word) {
    return {ErrorCode::kInvalidArgument, "not a match rule: \"" + EscapeForDisplay(word) + "\""};
}

}  // namespace

Result<Match> Match::Parse(std::string_view text) {
    std::vector<std::string_view> words = Split(text, ' ');
    std::reverse(words.begin(), words.end());
    Match match;
    SG_TRY(match.Add(words, 0));
    if (!words.empty()) {
        return Wrong(words.back());
    }
    return match;
}

/// Takes one rule, with those inside it, from the back of `words`.
Status Match::Add(std::vector<std::string_view>& words, int depth) {
    if (words.empty() || words.back().empty() || depth > kDepthMax) {
        return Wrong(words.empty() ? "" : words.back());
    }
    const std::string_view word = words.back();
    words.pop_back();
    constexpr std::string_view kKinds = "=^$*~|&!";
    const std::size_t kind = kKinds.find(word[0]);
    if (kind == std::string_view::npos) {
        return Wrong(word);
    }
    const std::size_t index = rules_.size();
    rules_.push_back({static_cast<Kind>(kind), std::string(word.substr(1)), 0});
    std::int64_t inside = 0;
    if (rules_[index].kind == Kind::kNot) {
        inside = 1;
    } else if (rules_[index].kind == Kind::kAny || rules_[index].kind == Kind::kAll) {
        inside = ParseInt(word.substr(1)).value_or(0);
        if (inside < 1 || inside > kRulesInsideMax) {
            return Wrong(word);
        }
    } else if (word.size() == 1) {
        return Wrong(word);
    }
    for (; inside > 0; --inside) {
        SG_TRY(Add(words, depth + 1));
    }
    rules_[index].behind = rules_.size();
    return {};
}

bool Match::Accepts(std::string_view name) const noexcept {
    return !rules_.empty() && Accepts(0, name);
}

bool Match::Accepts(std::size_t index, std::string_view name) const noexcept {
    const Rule& rule = rules_[index];
    const std::string_view text = rule.text;
    switch (rule.kind) {
        case Kind::kEquals:
            return name == text;
        case Kind::kStarts:
            return name.starts_with(text);
        case Kind::kEnds:
            return name.ends_with(text);
        case Kind::kContains:
            return name.find(text) != std::string_view::npos;
        case Kind::kPattern:
            return AcceptsPattern(text, name);
        case Kind::kNot:
            return !Accepts(index + 1, name);
        case Kind::kAny:
        case Kind::kAll:
            break;
    }
    const bool any = rule.kind == Kind::kAny;
    for (std::size_t at = index + 1; at < rule.behind; at = rules_[at].behind) {
        if (Accepts(at, name) == any) {
            return any;
        }
    }
    return !any;
}

}  // namespace sightglass::prices
