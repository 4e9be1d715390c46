// What an answer's headers say: who was asked, how long it took, what is left of the limits.
#include "base/text.h"
#include "dialect/call_fields.h"
#include "dialect/header_reading.h"
#include "dialect/openai/openai.h"
#include "dialect/reset_time.h"

namespace sightglass::dialect::openai {
namespace {

void ReadLimits(const HeaderLookup& header, Call& call) {
    const auto value = [&header](std::string_view name) { return Trim(header(name)); };
    call.limit_requests = HeaderCount(value("x-ratelimit-limit-requests"));
    call.remaining_requests = HeaderCount(value("x-ratelimit-remaining-requests"));
    call.reset_requests_us = ParseReset(value("x-ratelimit-reset-requests"), call.started_at);
    call.limit_tokens = HeaderCount(value("x-ratelimit-limit-tokens"));
    call.remaining_tokens = HeaderCount(value("x-ratelimit-remaining-tokens"));
    call.reset_tokens_us = ParseReset(value("x-ratelimit-reset-tokens"), call.started_at);
}

}  // namespace

void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call) {
    if (http_status > 0) {
        call.http_status = http_status;
    }
    Assign(
        call.provider_request_id,
        FirstHeader(header, {"x-request-id", "apim-request-id", "request-id"})
    );
    AssignUnlessSet(call.organization, FirstHeader(header, {"openai-organization"}));
    AssignUnlessSet(call.project, FirstHeader(header, {"openai-project"}));
    const std::string_view model = FirstHeader(header, {"openai-model"});
    AssignUnlessSet(call.model, model.substr(0, model.find(',')));  // The owner may follow.
    if (const OptionalInt us = MillisecondsToUs(FirstHeader(header, {"openai-processing-ms"}));
        us.has_value()) {
        call.provider_us = us;
    }
    ReadLimits(header, call);
}

}  // namespace sightglass::dialect::openai
