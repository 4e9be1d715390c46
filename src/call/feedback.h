// Feedback: what a person, or a program that judges, said of an answer: a score, a label, a comment. It names what it is
// about by an id that the sender knows, and finds its Call only when somebody asks (store/feedback.h), so that
// either may come first.
//
// Thread-safety: plain value; pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"

namespace sightglass {

/// Who brought it. Stored values never change: new ones are added at the end.
enum class FeedbackSource : std::uint8_t {
    kApi,       ///< POST /api/v1/feedback.
    kLangfuse,  ///< A score of a Langfuse SDK.
    kOtlp,      ///< An evaluation event of OpenTelemetry.
    kCount_
};

/// The stable lower-case name: "api", "langfuse", "otlp".
std::string_view ToString(FeedbackSource source) noexcept;
std::optional<FeedbackSource> ParseFeedbackSource(std::string_view name) noexcept;

/// Of an id, a name, a label or a user, and of a comment.
inline constexpr std::size_t kFeedbackWordBytesMax = 200;
inline constexpr std::size_t kFeedbackCommentBytesMax = 8U << 10;

/// Empty texts are unknown, as in a Call. It is about one of these: a call, a provider's answer, a trace (or a span of it), a
/// session.
struct Feedback {
    std::string id;  ///< Said again with the same id, it takes the place of what was said before.
    Time created_at{};
    Uuid call_id;  ///< Nil: unknown.
    std::string provider_response_id;
    std::string trace_id;
    std::string span_id;  ///< Of trace_id.
    std::string session_id;
    std::optional<double> score;  ///< Above 0 is good, below 0 bad, 0 neither; finite.
    std::string name;             ///< What was judged: "helpful", "tone".
    std::string label;            ///< The judgement in a word: "up", "false", "too long".
    std::string comment;
    std::string user;
    std::optional<FeedbackSource> source;

    friend bool operator==(const Feedback&, const Feedback&) = default;
};

/// kInvalidArgument, with the member and what is allowed, where feedback has no id, is about nothing or about several things, says
/// nothing, or is too large.
Status CheckFeedback(const Feedback& feedback);

/// What a word stands for, whatever its case: 1 for up, like, yes, true …, -1 for down, dislike, no, false …, 0 for neutral;
/// nothing for any other. The list is in docs/feedback.md.
std::optional<double> ScoreOfLabel(std::string_view label) noexcept;

}  // namespace sightglass
