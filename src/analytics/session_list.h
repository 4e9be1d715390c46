// Sessions: what a user and an application said to each other in one conversation, from its calls (docs/sessions.md). They are
// worked out when somebody asks, from the calls that there are then: decision 19 says why.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

inline constexpr std::int64_t kDefaultPageSessions = 50;
inline constexpr std::int64_t kPageSessionsMax = 200;

/// Calls of a session are looked for so long before and after those that a list found it by.
inline constexpr Duration kSessionSpan = std::chrono::hours(24);

/// Calls of one session that are read, the newest; and of all sessions of a page together.
inline constexpr std::size_t kSessionCallsMax = 2'000;
inline constexpr std::size_t kPageSessionCallsMax = 20'000;

/// How a session ended, by what users thought of it.
enum class SessionOutcome : std::uint8_t { kUnknown, kPositive, kNegative };

/// One session. Sums are unknown where no call knows its part.
struct SessionSummary {
    std::string session_id;
    bool found = false;  ///< Nobody named it: it was found by its messages.
    std::string user;    ///< Of its first call that has one; as the following.
    std::string service;
    std::string api_key_label;
    Time started_at;
    Time ended_at;
    std::int64_t duration_us = 0;
    std::int64_t idle_us = 0;  ///< Of it, when no call was running.
    std::int64_t calls = 0;
    std::int64_t turns = 0;    ///< Of its user: repeats, branches and steps of tools are none.
    std::int64_t repeats = 0;  ///< Calls that sent a request again.
    std::int64_t errors = 0;   ///< As in the metric.
    bool abandoned = false;    ///< Its last call brought its user no whole answer.
    OptionalInt input_tokens;
    OptionalInt output_tokens;
    OptionalMoney cost;
    std::vector<std::string> models;  ///< In alphabetical order.
    std::string scenario;  ///< The one that most of its calls were told, each by its confidence.
    SessionOutcome outcome = SessionOutcome::kUnknown;  ///< Of the last feedback with a score.

    friend bool operator==(const SessionSummary&, const SessionSummary&) = default;
};

/// Of calls of one session that have a start, in any order; at least one. The outcome is left unknown.
SessionSummary SummaryOf(std::vector<const Call*> calls);

/// What a list is sorted by. All but kNewest look at the time asked for alone, and have at most 10,000 sessions.
enum class SessionOrder : std::uint8_t {
    kNewest,
    kCalls,
    kTurns,
    kLength,
    kCost,
    kTokens,
    kErrors
};

struct SessionListText {
    std::string from = "";  ///< Empty: -24h.
    std::string to = "";    ///< Empty: now.
    std::vector<std::string> filters = {};
    std::string order_by = "";               ///< Empty: newest.
    std::optional<std::int64_t> limit = {};  ///< Sessions on the page.
    std::string cursor = "";                 ///< Of the page before; empty for the first.
};

/// Sessions with a call in [from, to) that meets the filters.
struct SessionQuery {
    Time from;
    Time to;
    std::vector<store::Filter> filters;
    SessionOrder order = SessionOrder::kNewest;
    std::size_t limit = 50;
    std::optional<store::CallQuery::Cursor>
        before;            ///< Of kNewest: the last call that was looked at.
    std::size_t skip = 0;  ///< Of the others.
};

/// kInvalidArgument as ParseQuestion.
Result<SessionQuery> ParseSessionList(
    const SessionListText& text,
    Time now,
    std::vector<std::string_view>* allowed = nullptr
);

/// A page and what leads to the next.
struct SessionPage {
    std::vector<SessionSummary>
        sessions;      ///< By the time of their last call in the range, or as ordered.
    std::string next;  ///< Empty on the last page.
};

Result<SessionPage> ListSessions(const SessionQuery& query, const store::Store& store);

/// One session and its calls, the earliest first.
struct SessionRecord {
    SessionSummary summary;
    std::vector<Call> calls;
    std::vector<Feedback> feedback;  ///< Newest first.
    bool truncated = false;          ///< It has more than kSessionCallsMax calls.
};

/// kNotFound where there is no call of it in [from, to).
Result<SessionRecord>
FindSession(const std::string& session_id, Time from, Time to, const store::Store& store);

}  // namespace sightglass::analytics
