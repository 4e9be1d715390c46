// What an answer's headers say. Google states no limits in them.
#include "base/text.h"
#include "dialect/call_fields.h"
#include "dialect/gemini/gemini.h"
#include "dialect/header_reading.h"

namespace sightglass::dialect::gemini {
namespace {

/// "gfet4t7; dur=1234": the milliseconds that Google's front end waited for the answer.
std::string_view DurationOf(std::string_view timing) noexcept {
    constexpr std::string_view kMark = "dur=";
    const std::size_t mark = timing.find(kMark);
    if (!timing.starts_with("gfet") || mark == std::string_view::npos) {
        return {};
    }
    timing.remove_prefix(mark + kMark.size());
    return timing.substr(0, timing.find_first_of(",;"));
}

}  // namespace

void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call) {
    if (http_status > 0) {
        call.http_status = http_status;
    }
    Assign(call.provider_request_id, FirstHeader(header, {"x-goog-request-id", "x-request-id"}));
    const std::string_view duration = DurationOf(FirstHeader(header, {"server-timing"}));
    if (const OptionalInt us = MillisecondsToUs(duration); us.has_value()) {
        call.provider_us = us;
    }
}

}  // namespace sightglass::dialect::gemini
