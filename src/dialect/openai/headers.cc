// What an answer's headers say: who was asked, how long it took, what is left of the limits.
#include <cmath>
#include <initializer_list>

#include "base/text.h"
#include "dialect/call_fields.h"
#include "dialect/openai/openai.h"
#include "dialect/reset_time.h"

namespace sightglass::dialect::openai {
namespace {

std::string_view
FirstOf(const HeaderLookup& header, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        const std::string_view value = Trim(header(name));
        if (!value.empty()) {
            return value;
        }
    }
    return {};
}

/// A count, or nothing; providers also send "-1" and fractions.
OptionalInt Count(std::string_view text) {
    const OptionalInt number = ParseInt(text);
    return number.has_value() && *number >= 0 ? number : std::nullopt;
}

OptionalInt MillisecondsToUs(std::string_view text) {
    constexpr double kMillisecondsMax = 1e9;
    const std::optional<double> ms = ParseDouble(text);
    if (!ms.has_value() || !(*ms >= 0) || *ms > kMillisecondsMax) {
        return std::nullopt;
    }
    return std::llround(*ms * 1000);
}

void ReadLimits(const HeaderLookup& header, Call& call) {
    const auto value = [&header](std::string_view name) { return Trim(header(name)); };
    call.limit_requests = Count(value("x-ratelimit-limit-requests"));
    call.remaining_requests = Count(value("x-ratelimit-remaining-requests"));
    call.reset_requests_us = ParseReset(value("x-ratelimit-reset-requests"), call.started_at);
    call.limit_tokens = Count(value("x-ratelimit-limit-tokens"));
    call.remaining_tokens = Count(value("x-ratelimit-remaining-tokens"));
    call.reset_tokens_us = ParseReset(value("x-ratelimit-reset-tokens"), call.started_at);
}

}  // namespace

void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call) {
    if (http_status > 0) {
        call.http_status = http_status;
    }
    Assign(
        call.provider_request_id,
        FirstOf(header, {"x-request-id", "apim-request-id", "request-id"})
    );
    AssignUnlessSet(call.organization, FirstOf(header, {"openai-organization"}));
    AssignUnlessSet(call.project, FirstOf(header, {"openai-project"}));
    const std::string_view model = FirstOf(header, {"openai-model"});
    AssignUnlessSet(call.model, model.substr(0, model.find(',')));  // The owner may follow.
    if (const OptionalInt us = MillisecondsToUs(FirstOf(header, {"openai-processing-ms"}));
        us.has_value()) {
        call.provider_us = us;
    }
    ReadLimits(header, call);
}

}  // namespace sightglass::dialect::openai
