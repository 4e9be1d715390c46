// When follow-ups open by themselves, who is told, and what may be written to a user. One JSON document:
// docs/follow-ups.md has it with its defaults.
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
#include "insight/follow_up.h"

namespace sightglass::insight {

/// Rules that look by themselves: all but kByHand.
inline constexpr std::size_t kFollowUpRules = static_cast<std::size_t>(FollowUpRule::kByHand);

/// What a rule goes by, and what becomes of what it finds. Which figures count is the rule's.
struct FollowUpRuleSettings {
    bool on = true;
    std::string owner;
    double due_days = 2;
    double score = 0;         ///< bad_feedback: below it.
    double errors = 5;        ///< repeated_errors: in 24 hours, at least ...
    double error_rate = 0.5;  ///< ... and this share of the calls.
    double calls =
        20;  ///< drop_in_use: a week before, at least. heavy_new_user: in 7 days, at least.
    double to_share = 0.3;    ///< drop_in_use: of them in the last 7 days, at most.
    double within_days = 14;  ///< heavy_new_user: since the first call, at most.
};

enum class FollowUpEvent : std::uint8_t { kOpened, kContacted, kAnswered, kClosed, kDue, kCount_ };

std::string_view ToString(FollowUpEvent event) noexcept;

struct FollowUpTemplate {
    std::string name;
    std::string text;  ///< {user}, {owner} and {date} stand for what they say.
};

struct FollowUpSettings {
    FollowUpSettings();

    std::array<FollowUpRuleSettings, kFollowUpRules> rules;
    std::vector<std::string> channels;  ///< Ids; empty: all that are on.
    std::array<bool, static_cast<std::size_t>(FollowUpEvent::kCount_)> tell{};
    double remind_hours = 24;
    std::vector<FollowUpTemplate> templates;

    const FollowUpRuleSettings& Of(FollowUpRule rule) const {
        return rules[static_cast<std::size_t>(rule)];
    }
};

/// Members that are left out are as they come with Sightglass. kInvalidArgument, kCorrupt.
Result<FollowUpSettings> ParseFollowUpSettings(std::string_view text);

std::string ToJson(const FollowUpSettings& settings);

}  // namespace sightglass::insight
