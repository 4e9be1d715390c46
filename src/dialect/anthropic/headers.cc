// What an answer's headers say: who was asked, what is left of the limits.
#include "dialect/anthropic/anthropic.h"
#include "dialect/call_fields.h"
#include "dialect/header_reading.h"
#include "dialect/reset_time.h"

namespace sightglass::dialect::anthropic {
namespace {

/// Of limits in tokens there are several; "tokens" is the one that is reached first.
void ReadTokenLimits(const HeaderLookup& header, Call& call) {
    call.limit_tokens = HeaderCount(FirstHeader(
        header,
        {"anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-input-tokens-limit"}
    ));
    call.remaining_tokens = HeaderCount(FirstHeader(
        header,
        {"anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-input-tokens-remaining"}
    ));
    call.reset_tokens_us = ParseReset(
        FirstHeader(
            header,
            {"anthropic-ratelimit-tokens-reset", "anthropic-ratelimit-input-tokens-reset"}
        ),
        call.started_at
    );
}

}  // namespace

void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call) {
    if (http_status > 0) {
        call.http_status = http_status;
    }
    Assign(call.provider_request_id, FirstHeader(header, {"request-id", "x-request-id"}));
    AssignUnlessSet(call.organization, FirstHeader(header, {"anthropic-organization-id"}));
    AssignUnlessSet(call.project, FirstHeader(header, {"anthropic-workspace-id"}));
    call.limit_requests = HeaderCount(FirstHeader(header, {"anthropic-ratelimit-requests-limit"}));
    call.remaining_requests =
        HeaderCount(FirstHeader(header, {"anthropic-ratelimit-requests-remaining"}));
    call.reset_requests_us =
        ParseReset(FirstHeader(header, {"anthropic-ratelimit-requests-reset"}), call.started_at);
    ReadTokenLimits(header, call);
}

}  // namespace sightglass::dialect::anthropic
