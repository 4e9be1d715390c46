// What an answer's headers say.
#include "dialect/call_fields.h"
#include "dialect/cohere/cohere.h"
#include "dialect/header_reading.h"

namespace sightglass::dialect::cohere {

void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call) {
    if (http_status > 0) {
        call.http_status = http_status;
    }
    Assign(call.provider_request_id, FirstHeader(header, {"x-debug-trace-id", "x-request-id"}));
    call.provider_us = MillisecondsToUs(FirstHeader(header, {"x-envoy-upstream-service-time"}));
    // Calls a minute; only trial keys are told.
    call.limit_requests = HeaderCount(FirstHeader(header, {"x-trial-endpoint-call-limit"}));
    call.remaining_requests = HeaderCount(FirstHeader(header, {"x-trial-endpoint-call-remaining"}));
}

}  // namespace sightglass::dialect::cohere
