#include "call/feedback_encoding.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "call/encoded_input.h"
#include "call/encoded_output.h"

namespace sightglass {
namespace {

constexpr std::uint8_t kVersion = 1;

constexpr std::array<std::string Feedback::*, 9> kTexts = {
    &Feedback::id,
    &Feedback::provider_response_id,
    &Feedback::trace_id,
    &Feedback::span_id,
    &Feedback::session_id,
    &Feedback::name,
    &Feedback::label,
    &Feedback::comment,
    &Feedback::user};

}  // namespace

void EncodeFeedback(const Feedback& feedback, std::string& bytes) {
    PutNumber(kVersion, bytes);
    PutEnum(feedback.source, bytes);
    PutTime(feedback.created_at, bytes);
    PutUuid(feedback.call_id, bytes);
    PutNumber(feedback.score.value_or(std::numeric_limits<double>::quiet_NaN()), bytes);
    for (const auto text : kTexts) {
        PutText(feedback.*text, bytes);
    }
}

Result<Feedback> DecodeFeedback(std::string_view bytes) {
    EncodedInput input(bytes);
    const auto version = input.TakeNumber<std::uint8_t>();
    if (version != kVersion) {
        return Error{
            ErrorCode::kCorrupt,
            "Feedback of encoding version " + std::to_string(version) + "; known is 1"};
    }
    Feedback feedback;
    feedback.source = input.TakeEnum<FeedbackSource>();
    feedback.created_at = input.TakeTime().value_or(Time());
    feedback.call_id = input.TakeUuid();
    if (const auto score = input.TakeNumber<double>(); std::isfinite(score)) {
        feedback.score = score;
    }
    for (const auto text : kTexts) {
        feedback.*text = input.TakeText();
    }
    if (input.Damaged() || !input.AtEnd()) {
        return Error{ErrorCode::kCorrupt, "the Feedback does not end where its lengths say"};
    }
    return feedback;
}

}  // namespace sightglass
