#include "dialect/failure.h"
#include "refine/steps.h"

namespace sightglass::refine {
namespace {

CallStatus StatusOf(ErrorType type) {
    switch (type) {
        case ErrorType::kCallerCancelled:
            return CallStatus::kCancelled;
        case ErrorType::kPolicyDenied:
        case ErrorType::kPolicyLimited:
        case ErrorType::kPolicyBudget:
        case ErrorType::kPolicyBlocked:
            return CallStatus::kBlocked;
        default:
            return CallStatus::kError;
    }
}

bool FillOutcome(Call& call) {
    bool changed = false;
    const bool failed = call.http_status && *call.http_status >= 400;
    if (!call.error_type && failed &&
        call.status.value_or(CallStatus::kError) == CallStatus::kError) {
        call.error_type = dialect::ErrorOfStatus(static_cast<int>(*call.http_status))
                              .value_or(ErrorType::kProviderServerError);
        changed = true;
    }
    if (call.status) {
        return changed;
    }
    if (call.error_type) {
        call.status = StatusOf(*call.error_type);
    } else if (call.http_status) {
        call.status = CallStatus::kOk;
    }
    return call.status.has_value();
}

bool FillProvider(Call& call) {
    if (!call.provider.empty() || call.upstream.empty()) {
        return false;
    }
    call.provider = call.upstream;
    return true;
}

void DeriveDuration(const OptionalTime& from, const OptionalTime& to, OptionalInt& duration_us) {
    if (!duration_us && from && to) {
        duration_us = (*to - *from).count();
    }
}

void DeriveDurations(Call& call) {
    DeriveDuration(call.started_at, call.ended_at, call.latency_us);
    DeriveDuration(call.started_at, call.first_token_at, call.ttft_us);
    if (!call.tpot_us && call.stream.value_or(false) && call.output_tokens.value_or(0) > 1) {
        OptionalInt generation_us;
        DeriveDuration(call.first_token_at, call.ended_at, generation_us);
        if (generation_us) {
            call.tpot_us = *generation_us / (*call.output_tokens - 1);
        }
    }
}

void DeriveTokenSource(Call& call) {
    if (!call.token_source) {
        const bool known = call.InputTokens() || call.output_tokens;
        call.token_source = known ? TokenSource::kProvider : TokenSource::kNone;
    }
}

}  // namespace

bool CompleteOutcome(Call& call, const prices::PriceBook& /*prices*/) {
    bool changed = FillOutcome(call);
    changed = FillProvider(call) || changed;
    DeriveDurations(call);
    DeriveTokenSource(call);
    return changed;
}

}  // namespace sightglass::refine
