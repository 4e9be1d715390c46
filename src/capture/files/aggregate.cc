#include "capture/files/aggregate.h"

#include <array>

namespace sightglass::capture::files {
namespace {

constexpr std::int64_t kRequestsMax = 10'000'000;

constexpr std::array<OptionalInt Call::*, 12> kShared = {
    &Call::fresh_input_tokens,
    &Call::cached_input_tokens,
    &Call::cache_write_5m_tokens,
    &Call::cache_write_30m_tokens,
    &Call::cache_write_1h_tokens,
    &Call::cache_write_12h_tokens,
    &Call::output_tokens,
    &Call::reasoning_tokens,
    &Call::audio_input_tokens,
    &Call::audio_output_tokens,
    &Call::image_input_tokens,
    &Call::image_output_tokens,
};

std::int64_t ShareOf(std::int64_t total, std::int64_t requests, std::int64_t number) {
    return total / requests + (number < total % requests ? 1 : 0);
}

}  // namespace

std::string_view CheckAggregate(const CallDraft& draft) {
    if (draft.requests > kRequestsMax) {
        return "requests: more than 10,000,000 in one row";
    }
    if (draft.bucket_end && draft.bucket_end < draft.call.started_at) {
        return "end_time: before start_time";
    }
    return {};
}

void TakeShare(const CallDraft& row, std::int64_t number, Call& share) {
    const std::int64_t requests = *row.requests;
    share = row.call;
    for (const auto member : kShared) {
        if (row.call.*member) {
            share.*member = ShareOf(*(row.call.*member), requests, number);
        }
    }
    if (row.call.cost) {
        share.cost = Money::FromNanoUsd(ShareOf(row.call.cost->nano_usd(), requests, number));
    }
    share.token_source = TokenSource::kEstimated;
    const Duration bucket = row.bucket_end ? *row.bucket_end - *row.call.started_at : Duration(0);
    // Not (bucket * number) / requests: that may leave 64 bits.
    share.started_at = *row.call.started_at + bucket / requests * number;
}

}  // namespace sightglass::capture::files
