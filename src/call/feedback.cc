#include "call/feedback.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/text.h"

namespace sightglass {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(FeedbackSource::kCount_)> kSources =
    {"api", "langfuse", "otlp"};

constexpr auto kWords = std::to_array<std::pair<std::string_view, double>>({
    {"up", 1},
    {"thumbs_up", 1},
    {"\xf0\x9f\x91\x8d", 1},  // The sign of a thumb that points up.
    {"like", 1},
    {"good", 1},
    {"positive", 1},
    {"yes", 1},
    {"true", 1},
    {"correct", 1},
    {"pass", 1},
    {"neutral", 0},
    {"down", -1},
    {"thumbs_down", -1},
    {"\xf0\x9f\x91\x8e", -1},
    {"dislike", -1},
    {"bad", -1},
    {"negative", -1},
    {"no", -1},
    {"false", -1},
    {"incorrect", -1},
    {"fail", -1},
});

/// What names something that feedback is about, longest.
constexpr std::size_t kSubjectBytesMax = 512;

Error Wrong(std::string_view member, std::string_view allowed) {
    return Error{
        ErrorCode::kInvalidArgument,
        std::string(member) + ": allowed: " + std::string(allowed)};
}

/// Spaces and control characters have no place in what names something.
bool IsPlainId(std::string_view id) noexcept {
    return std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; });
}

Status CheckSubject(const Feedback& feedback) {
    const int subjects = static_cast<int>(!feedback.call_id.IsNil()) +
                         static_cast<int>(!feedback.provider_response_id.empty()) +
                         static_cast<int>(!feedback.trace_id.empty()) +
                         static_cast<int>(!feedback.session_id.empty());
    if (subjects != 1) {
        return Wrong(
            "call_id, provider_response_id, trace_id, session_id",
            "exactly one of them: what the feedback is about"
        );
    }
    if (!feedback.span_id.empty() && feedback.trace_id.empty()) {
        return Wrong("span_id", "only with a trace_id");
    }
    constexpr auto kSubjects = std::to_array<std::pair<std::string_view, std::string Feedback::*>>({
        {"provider_response_id", &Feedback::provider_response_id},
        {"trace_id", &Feedback::trace_id},
        {"span_id", &Feedback::span_id},
        {"session_id", &Feedback::session_id},
    });
    for (const auto& [name, text] : kSubjects) {
        if ((feedback.*text).size() > kSubjectBytesMax) {
            return Wrong(name, "up to 512 bytes");
        }
    }
    return {};
}

}  // namespace

Status CheckFeedback(const Feedback& feedback) {
    constexpr auto kWordMembers =
        std::to_array<std::pair<std::string_view, std::string Feedback::*>>({
            {"name", &Feedback::name},
            {"label", &Feedback::label},
            {"user", &Feedback::user},
        });
    if (feedback.id.empty() || feedback.id.size() > kFeedbackWordBytesMax ||
        !IsPlainId(feedback.id)) {
        return Wrong("id", "1 to 200 printable ASCII characters without spaces");
    }
    SG_TRY(CheckSubject(feedback));
    for (const auto& [name, text] : kWordMembers) {
        if ((feedback.*text).size() > kFeedbackWordBytesMax) {
            return Wrong(name, "up to 200 bytes");
        }
    }
    if (feedback.comment.size() > kFeedbackCommentBytesMax) {
        return Wrong("comment", "up to 8192 bytes");
    }
    if (!feedback.score && feedback.label.empty() && feedback.comment.empty()) {
        return Wrong("score, label, comment", "at least one of them");
    }
    return {};
}

std::string_view ToString(FeedbackSource source) noexcept {
    return kSources[static_cast<std::size_t>(source)];
}

std::optional<FeedbackSource> ParseFeedbackSource(std::string_view name) noexcept {
    const auto* const found = std::find(kSources.begin(), kSources.end(), name);
    return found != kSources.end()
               ? std::optional(static_cast<FeedbackSource>(std::distance(kSources.begin(), found)))
               : std::nullopt;
}

std::optional<double> ScoreOfLabel(std::string_view label) noexcept {
    const auto* const found = std::find_if(kWords.begin(), kWords.end(), [&](const auto& word) {
        return EqualsIgnoreCase(word.first, label);
    });
    return found != kWords.end() ? std::optional(found->second) : std::nullopt;
}

}  // namespace sightglass
