#include "tokens/estimate.h"

#include <cmath>

namespace sightglass::tokens {
namespace {

/// Tokens for one of o200k_base, the frame of a chat, and the errors that nine in ten stayed within.
struct Calibration {
    double factor;
    double frame;
    double text_error;
    double chat_error;
};

/// docs/tokens.md has the samples.
Calibration CalibrationOf(Family family) noexcept {
    switch (family) {
        case Family::kOpenAi:
            return {1.0, 0.0, 0.0, 0.0};
        case Family::kAnthropic:
            return {1.2, 6.0, 0.2, 0.2};
        case Family::kGemini:
            return {1.08, 0.0, 0.13, 0.2};
        case Family::kOther:
            break;
    }
    return {1.1, 8.0, 0.2, 0.6};
}

Estimate Estimated(std::int64_t o200k_tokens, double factor, double frame, double error) noexcept {
    return {std::llround(static_cast<double>(o200k_tokens) * factor + frame), error};
}

}  // namespace

Estimate EstimateText(Family family, std::int64_t o200k_tokens) noexcept {
    const Calibration by = CalibrationOf(family);
    return Estimated(o200k_tokens, by.factor, 0, by.text_error);
}

Estimate EstimateChat(Family family, std::int64_t o200k_tokens) noexcept {
    const Calibration by = CalibrationOf(family);
    return Estimated(o200k_tokens, by.factor, by.frame, by.chat_error);
}

}  // namespace sightglass::tokens
