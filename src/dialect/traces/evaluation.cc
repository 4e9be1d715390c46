#include "dialect/traces/evaluation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "dialect/traces/span_reader.h"

namespace sightglass::dialect::traces {
namespace {

constexpr std::uint64_t kEarliestNs = 946'684'800'000'000'000;  // 2000-01-01
constexpr std::uint64_t kLatestNs = 7'258'118'400'000'000'000;  // 2200-01-01
constexpr std::size_t kNameInIdBytesMax = 100;

std::string_view Cut(std::string_view text, std::size_t bytes_max) {
    return text.substr(0, bytes_max);
}

void ReadAttribute(const Attribute& attribute, Feedback& feedback) {
    const std::string_view key = attribute.key;
    const std::string_view text = attribute.value.Text();
    if (key == "gen_ai.evaluation.name") {
        feedback.name = Cut(text, kFeedbackWordBytesMax);
    } else if (key == "gen_ai.evaluation.score.label") {
        feedback.label = Cut(text, kFeedbackWordBytesMax);
    } else if (key == "gen_ai.evaluation.explanation") {
        feedback.comment = Cut(text, kFeedbackCommentBytesMax);
    } else if (key == "gen_ai.response.id") {
        feedback.provider_response_id = text;
    } else if (key == "gen_ai.evaluation.score.value") {
        if (const auto score = attribute.value.Double(); score && std::isfinite(*score)) {
            feedback.score = score;
        }
    }
}

/// Of the span, the time and the name, or of the answer where there is no span.
std::string IdOf(const LogView& log, const Feedback& feedback) {
    std::string id = ToString(CallIdOf(log.place, log.time_ns));
    id += '/';
    id +=
        Cut(log.place.IsValid() ? feedback.name
                                : feedback.provider_response_id + "/" + feedback.name,
            kNameInIdBytesMax);
    std::replace_if(
        id.begin(),
        id.end(),
        [](char c) { return c <= ' ' || c > '~'; },
        '_'
    );
    return id;
}

}  // namespace

std::optional<Feedback> ReadEvaluation(const LogView& log, Time received_at) {
    Feedback feedback;
    feedback.source = FeedbackSource::kOtlp;
    const bool time_is_known = log.time_ns >= kEarliestNs && log.time_ns < kLatestNs;
    feedback.created_at = time_is_known
                              ? TimeFromMicros(static_cast<std::int64_t>(log.time_ns / 1'000))
                              : received_at;
    for (const Attribute& attribute : log.attributes) {
        ReadAttribute(attribute, feedback);
    }
    feedback.id = IdOf(log, feedback);
    if (log.place.IsValid()) {
        feedback.trace_id = ToHex(log.place.trace_id);
        feedback.span_id = ToHex(log.place.span_id);
        feedback.provider_response_id.clear();  // The span says it more exactly.
    }
    if (!feedback.score) {
        feedback.score = ScoreOfLabel(feedback.label);
    }
    return CheckFeedback(feedback).Ok() ? std::optional(std::move(feedback)) : std::nullopt;
}

}  // namespace sightglass::dialect::traces
