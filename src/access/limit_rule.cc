#include "access/limit_rule.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "access/pattern.h"
#include "base/text.h"

namespace sightglass::access {
namespace {

constexpr std::array<std::string_view, kQuantities> kQuantityNames{
    "requests_per_minute",
    "tokens_per_minute",
    "concurrent",
    "usd_per_day",
    "usd_per_month"};

constexpr std::array<std::string_view, kLimitBys> kLimitByNames{
    "key",
    "user",
    "team",
    "service",
    "model"};

constexpr std::int64_t kAmountMax = 1'000'000'000'000;  ///< What a second's bucket can count.
constexpr double kUsdMax = 1e9;
constexpr double kNanoPerUsd = 1e9;

template <std::size_t N>
std::string Joined(const std::array<std::string_view, N>& names) {
    std::string text;
    for (const std::string_view name : names) {
        text += text.empty() ? "" : ", ";
        text += name;
    }
    return text;
}

Result<Quantity> ParseQuantity(std::string_view name) {
    const auto* const found = std::find(kQuantityNames.begin(), kQuantityNames.end(), name);
    if (found == kQuantityNames.end()) {
        return Error{
            ErrorCode::kInvalidArgument,
            "'" + EscapeForDisplay(name) +
                "' is nothing that can be limited; allowed: " + Joined(kQuantityNames)};
    }
    return static_cast<Quantity>(found - kQuantityNames.begin());
}

}  // namespace

std::string_view ToString(Quantity quantity) noexcept {
    return kQuantityNames[static_cast<std::size_t>(quantity)];
}

std::string_view ToString(LimitBy by) noexcept {
    return kLimitByNames[static_cast<std::size_t>(by)];
}

Result<LimitBy> ParseLimitBy(std::string_view name) {
    const auto* const found = std::find(kLimitByNames.begin(), kLimitByNames.end(), name);
    if (found == kLimitByNames.end()) {
        return Error{
            ErrorCode::kInvalidArgument,
            "'" + EscapeForDisplay(name) +
                "' is nothing that limits tell apart; allowed: " + Joined(kLimitByNames)};
    }
    return static_cast<LimitBy>(found - kLimitByNames.begin());
}

bool LimitValues::Empty() const noexcept {
    return std::none_of(most.begin(), most.end(), [](const OptionalInt& value) {
        return value.has_value();
    });
}

bool LimitValues::HasBudget() const noexcept {
    return (*this)[Quantity::kUsdPerDay].has_value() || (*this)[Quantity::kUsdPerMonth].has_value();
}

Status ClearLimitValue(LimitValues& values, std::string_view name) {
    SG_ASSIGN_OR_RETURN(const Quantity quantity, ParseQuantity(name));
    values[quantity] = std::nullopt;
    return {};
}

Status SetLimitValue(LimitValues& values, std::string_view name, std::string_view text) {
    SG_ASSIGN_OR_RETURN(const Quantity quantity, ParseQuantity(name));
    const bool money = quantity == Quantity::kUsdPerDay || quantity == Quantity::kUsdPerMonth;
    if (money) {
        const auto usd = ParseDouble(text);
        if (usd && *usd >= 0 && *usd <= kUsdMax) {
            values[quantity] = std::llround(*usd * kNanoPerUsd);
            return {};
        }
    } else if (const auto count = ParseInt(text); count && *count >= 0 && *count <= kAmountMax) {
        values[quantity] = *count;
        return {};
    }
    return Error{
        ErrorCode::kInvalidArgument,
        std::string(name) + ": '" + EscapeForDisplay(text) + "' is not allowed; allowed: " +
            (money ? "dollars from 0 to 1000000000, as in 2.50"
                   : "a whole number from 0 to 1000000000000")};
}

Status CheckLimitRules(const std::vector<LimitRule>& rules) {
    std::set<std::string_view> names;
    for (const LimitRule& rule : rules) {
        if (rule.name.empty() || !names.insert(rule.name).second) {
            return Error{
                ErrorCode::kInvalidArgument,
                "'" + EscapeForDisplay(rule.name) + "' names two limits, or none"};
        }
        if (rule.values.Empty()) {
            return Error{
                ErrorCode::kInvalidArgument,
                rule.name + " limits nothing; give it one of: " + Joined(kQuantityNames)};
        }
    }
    return {};
}

LimitSubject LimitSubject::Of(const Call& call) noexcept {
    return {
        {call.api_key, call.user, call.team, call.service, call.model_requested},
        call.api_key_label,
        false};
}

bool Matches(const LimitRule& rule, const LimitSubject& subject) noexcept {
    for (std::size_t by = 0; by < kLimitBys; ++by) {
        const std::vector<std::string>& patterns = rule.match[by];
        if (patterns.empty() || MatchesAny(patterns, subject.values[by])) {
            continue;
        }
        const bool fits =
            by == static_cast<std::size_t>(LimitBy::kKey)
                ? MatchesAny(patterns, subject.key_label)
                : by == static_cast<std::size_t>(LimitBy::kModel) && subject.model_unreadable;
        if (!fits) {
            return false;
        }
    }
    return true;
}

}  // namespace sightglass::access
