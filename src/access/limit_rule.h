// What an operator allows: how much, to whom, and whether more is refused or only noted.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "call/call.h"

namespace sightglass::access {

/// What is counted.
enum class Quantity : std::uint8_t {
    kRequestsPerMinute,
    kTokensPerMinute,
    kConcurrent,
    kUsdPerDay,    ///< UTC; in nano-dollars.
    kUsdPerMonth,  ///< UTC; in nano-dollars.
    kCount_
};

inline constexpr std::size_t kQuantities = static_cast<std::size_t>(Quantity::kCount_);

/// "requests_per_minute"
std::string_view ToString(Quantity quantity) noexcept;

/// At most this much of each quantity; nothing where it is not limited.
/// Thread-safety: plain value.
struct LimitValues {
    std::array<OptionalInt, kQuantities> most;

    OptionalInt& operator[](Quantity q) { return most[static_cast<std::size_t>(q)]; }

    const OptionalInt& operator[](Quantity q) const { return most[static_cast<std::size_t>(q)]; }

    bool Empty() const noexcept;

    /// Whether money is limited.
    bool HasBudget() const noexcept;

    friend bool operator==(const LimitValues&, const LimitValues&) = default;
};

/// Reads "100" of requests_per_minute, "2.50" of usd_per_day. The name is ToString's.
Status SetLimitValue(LimitValues& values, std::string_view name, std::string_view text);

/// No limit of the quantity any more.
Status ClearLimitValue(LimitValues& values, std::string_view name);

/// Whom a limit tells apart.
enum class LimitBy : std::uint8_t { kKey, kUser, kTeam, kService, kModel, kCount_ };

inline constexpr std::size_t kLimitBys = static_cast<std::size_t>(LimitBy::kCount_);

/// "key"
std::string_view ToString(LimitBy by) noexcept;
Result<LimitBy> ParseLimitBy(std::string_view name);

/// One entry of the setting `limits`.
/// Thread-safety: plain value.
struct LimitRule {
    std::string name;
    /// Patterns by LimitBy; a call must fit one of each list that is not empty.
    std::array<std::vector<std::string>, kLimitBys> match;
    std::vector<LimitBy> per;  ///< Each combination of these has a count of its own.
    LimitValues values;
    bool shadow = false;  ///< Note what would have been refused, and let it pass.

    friend bool operator==(const LimitRule&, const LimitRule&) = default;
};

/// Names are given and told apart, and every rule limits something.
Status CheckLimitRules(const std::vector<LimitRule>& rules);

/// Whom a call is counted for. Views of the call.
/// Thread-safety: plain value.
struct LimitSubject {
    std::array<std::string_view, kLimitBys> values;
    std::string_view key_label;  ///< `match: {key: ...}` may name a key by it as well.
    bool model_unreadable =
        false;  ///< The request has a model, and it could not be read: it counts
                ///< as every model.

    /// The model is the one that was asked for.
    static LimitSubject Of(const Call& call) noexcept;
};

bool Matches(const LimitRule& rule, const LimitSubject& subject) noexcept;

}  // namespace sightglass::access
