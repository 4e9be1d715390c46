#include "dialect/stream_state.h"

#include "dialect/tokens_of_call.h"

namespace sightglass::dialect {

Interest StreamState::Next(const Call& call) const noexcept {
    // A provider that names no id or no model in its first events names none later.
    constexpr int kIdentityEventsMax = 8;
    const bool identity_seen = identified || events >= kIdentityEventsMax;
    const bool foreign =
        call.operation == Operation::kOther || (events >= kIdentityEventsMax && !known_format);
    return foreign || (identity_seen && call.first_token_at.has_value()) ? Interest::kLast
                                                                         : Interest::kEvery;
}

void StreamState::Finish(bool complete, Call& call) const {
    if (failed) {
        call.status = CallStatus::kError;
    } else if (!complete || (known_format && !ended)) {
        call.status = CallStatus::kInterrupted;
        if (!call.error_type.has_value()) {
            call.error_type = ErrorType::kProviderBadAnswer;
        }
    } else {
        call.status = CallStatus::kOk;
    }
    MarkWithoutUsage(call);
}

}  // namespace sightglass::dialect
