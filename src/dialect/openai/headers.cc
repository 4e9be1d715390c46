// What an answer's headers say: who was asked, how long it took, what is left of the limits.
#include "dialect/call_fields.h"
#include "dialect/header_reading.h"
#include "dialect/openai/openai.h"
#include "dialect/openai/quirks.h"
#include "dialect/reset_time.h"

namespace sightglass::dialect::openai {
namespace {

void ReadLimits(const LimitHeaders& names, const HeaderLookup& header, Call& call) {
    const auto value = [&header](std::string_view name) { return FirstOfHeaders(header, name); };
    call.limit_requests = HeaderCount(value(names.limit_requests));
    call.remaining_requests = HeaderCount(value(names.remaining_requests));
    call.reset_requests_us = ParseReset(value(names.reset_requests), call.started_at);
    call.limit_tokens = HeaderCount(value(names.limit_tokens));
    call.remaining_tokens = HeaderCount(value(names.remaining_tokens));
    call.reset_tokens_us = ParseReset(value(names.reset_tokens), call.started_at);
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
    const Quirks& quirks = QuirksOf(call.provider);
    if (call.provider_request_id.empty()) {
        Assign(call.provider_request_id, FirstOfHeaders(header, quirks.request_id_headers));
    }
    std::string_view took = FirstHeader(header, {"openai-processing-ms"});
    if (took.empty()) {
        took = FirstOfHeaders(header, quirks.milliseconds_header);
    }
    if (const OptionalInt us = MillisecondsToUs(took); us.has_value()) {
        call.provider_us = us;
    }
    ReadLimits(quirks.limits, header, call);
}

}  // namespace sightglass::dialect::openai
