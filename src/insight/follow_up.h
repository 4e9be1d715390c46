// A follow-up: a user or a session that somebody should hear from again, why, who does it, and what
// came of it. Read this header first.
//
//   open -> contacted -> answered -> closed      steps may be left out; what is closed may be opened again
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "state/people_records.h"

namespace sightglass::insight {

enum class FollowUpState : std::uint8_t { kOpen, kContacted, kAnswered, kClosed, kCount_ };

/// What put it into the queue.
enum class FollowUpRule : std::uint8_t {
    kBadFeedback,
    kRepeatedErrors,
    kDropInUse,
    kHeavyNewUser,
    kByHand,
    kCount_
};

enum class FollowUpOutcome : std::uint8_t {
    kSolved,
    kExplained,
    kNoAnswer,
    kNotNeeded,
    kOther,
    kCount_
};

std::string_view ToString(FollowUpState state) noexcept;
std::string_view ToString(FollowUpRule rule) noexcept;
std::string_view ToString(FollowUpOutcome outcome) noexcept;
std::optional<FollowUpRule> ParseFollowUpRule(std::string_view name) noexcept;

struct FollowUpNote {
    Time at;
    std::string text;
};

/// Empty texts are unknown, and so is a time of the epoch.
struct FollowUp {
    std::string id;
    FollowUpState state = FollowUpState::kOpen;
    FollowUpRule rule = FollowUpRule::kByHand;
    std::string user;        ///< As applications name it. One of these three is known.
    std::string session_id;  ///< As the following: where it began.
    std::string call_id;
    std::string trigger;  ///< What the rule found: the id of feedback, so that it is found once.
    std::vector<std::pair<std::string, double>> facts;  ///< Numbers that the rule went by.
    std::string owner;
    std::string contact;  ///< How the user is reached.
    std::string template_name;
    std::string reason;  ///< By hand: why.
    std::vector<FollowUpNote> notes;
    std::optional<FollowUpOutcome> outcome;
    std::optional<double> satisfaction_after;  ///< -1 to 1.
    Time opened_at = {};
    Time due_at = {};
    Time contacted_at = {};
    Time answered_at = {};
    Time closed_at = {};
    Time reminded_at = {};
};

inline constexpr std::size_t kFollowUpTextBytesMax = 2'000;
inline constexpr std::size_t kFollowUpNotesMax = 100;

/// "user ada", "session chat-7", "call 018f...": what two follow-ups have in common.
std::string SubjectOf(const FollowUp& follow_up);

/// Takes what a body says: user, session_id, call_id and reason where it is new; and state, owner, due_at, contact, template,
/// note, outcome, satisfaction_after. kInvalidArgument where something is not allowed, kConflict where a step leads back.
Status ApplyChange(codec::JsonValue body, Time now, bool is_new, FollowUp& follow_up);

/// As it is kept, and back: kCorrupt where it is none.
state::FollowUpRow RowOf(const FollowUp& follow_up);
Result<FollowUp> ReadRow(const state::FollowUpRow& row);

}  // namespace sightglass::insight
