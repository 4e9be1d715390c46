#include "refine/steps.h"

namespace sightglass::refine {
namespace {

/// The time in a version-7 UUID's first 48 bits, ms. Source: RFC 9562.
OptionalTime TimeOf(const Uuid& id) {
    if ((id.bytes[6] >> 4U) != 7) {
        return std::nullopt;
    }
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < 6; ++i) {
        ms = ms << 8U | id.bytes[i];
    }
    return Time(std::chrono::milliseconds(ms));
}

}  // namespace

bool CompleteStart(Call& call, const prices::PriceBook& /*prices*/) {
    if (call.started_at) {
        return false;
    }
    call.started_at = call.ended_at ? call.ended_at : TimeOf(call.call_id);
    return call.started_at.has_value();
}

}  // namespace sightglass::refine
