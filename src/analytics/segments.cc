#include "analytics/segments.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "analytics/names.h"
#include "base/text.h"

namespace sightglass::analytics {
namespace {

constexpr std::size_t kNameBytesMax = 32;
constexpr std::size_t kConditionsMax = 8;

constexpr std::array<std::string_view, static_cast<std::size_t>(UserMeasure::kCount_)> kMeasures{
    "first_seen_days",
    "idle_days",
    "active_days",
    "active_days_before",
    "calls",
    "calls_before",
    "cost_usd",
    "errors",
    "calls_rank",
    "cost_rank"};

/// The longer ones first: "<=" begins with "<".
constexpr std::array<std::pair<std::string_view, Bound>, 5> kBounds{
    {{"<=", Bound::kAtMost},
     {">=", Bound::kAtLeast},
     {"<", Bound::kBelow},
     {">", Bound::kAbove},
     {"=", Bound::kEqual}}};

Error Wrong(std::size_t line, const std::string& what) {
    return Refuse("segments", "line " + std::to_string(line) + ": " + what);
}

std::optional<UserMeasure> FindMeasure(std::string_view name) {
    const auto* const found = std::find(kMeasures.begin(), kMeasures.end(), name);
    if (found == kMeasures.end()) {
        return std::nullopt;
    }
    return static_cast<UserMeasure>(found - kMeasures.begin());
}

std::string MeasureList() {
    std::string list;
    for (const std::string_view name : kMeasures) {
        list.append(list.empty() ? "" : ", ").append(name);
    }
    return list;
}

Result<SegmentCondition> ParseCondition(std::string_view text, std::size_t line) {
    const std::size_t at = text.find_first_of("<>=");
    const auto measure = FindMeasure(text.substr(0, at));
    if (at == std::string_view::npos || !measure) {
        return Wrong(
            line,
            Quote(text) + " is no condition such as calls>=100; measures are " + MeasureList()
        );
    }
    const std::string_view rest = text.substr(at);
    for (const auto& [sign, bound] : kBounds) {
        if (!rest.starts_with(sign)) {
            continue;
        }
        const auto value = ParseDouble(rest.substr(sign.size()));
        if (!value || !std::isfinite(*value)) {
            break;
        }
        return SegmentCondition{*measure, bound, *value};
    }
    return Wrong(line, Quote(text) + ": a number must follow <, <=, =, >= or >");
}

bool IsName(std::string_view name) {
    return !name.empty() && name.size() <= kNameBytesMax &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

Result<SegmentRule> ParseRule(std::string_view text, std::size_t line) {
    const std::size_t colon = text.find(':');
    SegmentRule rule;
    rule.name = Trim(text.substr(0, colon));
    if (colon == std::string_view::npos || !IsName(rule.name)) {
        return Wrong(
            line,
            "a rule is a name, a colon and conditions; the name has lower-case letters, digits and "
            "hyphens, 32 at most"
        );
    }
    for (const std::string_view part : Split(text.substr(colon + 1), ' ')) {
        const std::string_view condition = Trim(part);
        if (condition.empty()) {
            continue;
        }
        SG_ASSIGN_OR_RETURN(const SegmentCondition read, ParseCondition(condition, line));
        rule.conditions.push_back(read);
        rule.text.append(rule.text.empty() ? "" : " ").append(condition);
    }
    if (rule.conditions.empty() || rule.conditions.size() > kConditionsMax) {
        return Wrong(
            line,
            "a rule has from 1 to " + std::to_string(kConditionsMax) + " conditions"
        );
    }
    return rule;
}

bool Holds(const SegmentCondition& condition, double value) {
    switch (condition.bound) {
        case Bound::kBelow:
            return value < condition.value;
        case Bound::kAtMost:
            return value <= condition.value;
        case Bound::kAtLeast:
            return value >= condition.value;
        case Bound::kAbove:
            return value > condition.value;
        case Bound::kEqual:
            break;
    }
    return value == condition.value;
}

}  // namespace

std::string_view ToString(UserMeasure measure) noexcept {
    const auto at = static_cast<std::size_t>(measure);
    return at < kMeasures.size() ? kMeasures[at] : std::string_view();
}

std::string_view DefaultSegmentRules() noexcept {
    return "new: first_seen_days<14\n"
           "gone: idle_days>=56\n"
           "lapsing: idle_days>=14\n"
           "heavy: calls_rank<0.1 active_days>=3\n"
           "regular: active_days>=8\n"
           "light: active_days>=1\n";
}

Result<SegmentRules> ParseSegmentRules(std::string_view text) {
    if (text.size() > kSegmentTextBytesMax) {
        return Refuse("segments", "the rules are longer than 4 KiB");
    }
    SegmentRules rules;
    std::size_t line = 0;
    for (const std::string_view each : Split(text, '\n')) {
        ++line;
        const std::string_view rule = Trim(each);
        if (rule.empty() || rule.front() == '#') {
            continue;
        }
        SG_ASSIGN_OR_RETURN(SegmentRule read, ParseRule(rule, line));
        const bool is_known = std::any_of(rules.begin(), rules.end(), [&](const SegmentRule& one) {
            return one.name == read.name;
        });
        if (is_known) {
            return Wrong(line, "there is a segment " + Quote(read.name) + " already");
        }
        rules.push_back(std::move(read));
    }
    if (rules.empty() || rules.size() > kSegmentRulesMax) {
        return Refuse("segments", "there are from 1 to " + std::to_string(kSegmentRulesMax));
    }
    return rules;
}

const SegmentRule* FindSegment(const SegmentRules& rules, const UserMeasures& user) {
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const SegmentRule& rule) {
        return std::all_of(rule.conditions.begin(), rule.conditions.end(), [&](const auto& each) {
            return Holds(each, user[each.measure]);
        });
    });
    return found == rules.end() ? nullptr : &*found;
}

}  // namespace sightglass::analytics
