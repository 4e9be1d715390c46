// Segments of users, by rules that people write and can read:
//
//   new: first_seen_days<14
//   lapsing: idle_days>=14
//   heavy: calls_rank<0.1 active_days>=3
//
// One rule a line; all its conditions must hold; a user belongs to the first rule that fits, and to
// none where none does. docs/users.md says what is measured.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sightglass::analytics {

/// What rules ask about a user. Days are UTC, and the last one is that of the view's end.
enum class UserMeasure : std::uint8_t {
    kFirstSeenDays,     ///< Since the first call.
    kIdleDays,          ///< Since the last one.
    kActiveDays,        ///< Of the last 28.
    kActiveDaysBefore,  ///< Of the 28 before those.
    kCalls,             ///< In the last 28 days.
    kCallsBefore,       ///< In the 28 before.
    kCostUsd,           ///< In the last 28 days.
    kErrors,            ///< In the last 28 days.
    kCallsRank,         ///< Which part of the users active in them made more calls: 0 is the first.
    kCostRank,
    kCount_
};

/// "first_seen_days", "idle_days", ...
std::string_view ToString(UserMeasure measure) noexcept;

/// A user's numbers, by UserMeasure.
struct UserMeasures {
    std::array<double, static_cast<std::size_t>(UserMeasure::kCount_)> values{};

    double& operator[](UserMeasure measure) { return values[static_cast<std::size_t>(measure)]; }

    double operator[](UserMeasure measure) const {
        return values[static_cast<std::size_t>(measure)];
    }
};

enum class Bound : std::uint8_t { kBelow, kAtMost, kAtLeast, kAbove, kEqual };

struct SegmentCondition {
    UserMeasure measure = UserMeasure::kCalls;
    Bound bound = Bound::kAtLeast;
    double value = 0;
};

struct SegmentRule {
    std::string name;  ///< Lower-case letters, digits and hyphens.
    std::vector<SegmentCondition> conditions;
    std::string text;  ///< The conditions as written, with one space between.
};

using SegmentRules = std::vector<SegmentRule>;

inline constexpr std::size_t kSegmentRulesMax = 12;
inline constexpr std::size_t kSegmentTextBytesMax = 4U << 10;

/// new, gone, lapsing, heavy, regular, light.
std::string_view DefaultSegmentRules() noexcept;

/// kInvalidArgument with the line, what is wrong, and what is allowed.
Result<SegmentRules> ParseSegmentRules(std::string_view text);

/// Null where none fits.
const SegmentRule* FindSegment(const SegmentRules& rules, const UserMeasures& user);

}  // namespace sightglass::analytics
