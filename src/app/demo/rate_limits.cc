#include "app/demo/rate_limits.h"

#include <algorithm>

namespace sightglass::demo {

namespace {

constexpr double kMinuteUs = 60e6;

Duration ToRefill(double amount, std::int64_t limit) {
    return Duration(static_cast<std::int64_t>(amount * kMinuteUs / static_cast<double>(limit)));
}

}  // namespace

LimitCheck RateLimits::Charge(
    std::string_view organization,
    const ModelProfile& model,
    std::int64_t tokens,
    Time now
) {
    const auto [entry, made] =
        buckets_.try_emplace({std::string(organization), std::string(model.name)});
    Bucket& requests = entry->second.first;
    Bucket& amounts = entry->second.second;
    if (made) {
        requests = {static_cast<double>(model.requests_per_min), now};
        amounts = {static_cast<double>(model.tokens_per_min), now};
    }
    LimitCheck check;
    check.requests = Look(requests, model.requests_per_min, 1, now);
    check.tokens = Look(amounts, model.tokens_per_min, tokens, now);
    if (!check.Refused()) {
        requests.left -= 1;
        amounts.left -= static_cast<double>(tokens);
        check.requests = Look(requests, model.requests_per_min, 0, now);
        check.tokens = Look(amounts, model.tokens_per_min, 0, now);
    }
    return check;
}

Allowance RateLimits::Look(Bucket& bucket, std::int64_t limit, std::int64_t amount, Time now) {
    const auto full = static_cast<double>(limit);
    const auto passed_us =
        static_cast<double>(std::max<std::int64_t>((now - bucket.at).count(), 0));
    bucket.left = std::min(full, bucket.left + passed_us * full / kMinuteUs);
    bucket.at = now;
    Allowance allowance;
    allowance.limit = limit;
    allowance.remaining = static_cast<std::int64_t>(bucket.left);
    allowance.reset = ToRefill(full - bucket.left, limit);
    const double missing = static_cast<double>(amount) - bucket.left;
    if (missing > 0) {
        allowance.wait = std::max(ToRefill(missing, limit), Duration(1000));
    }
    return allowance;
}

}  // namespace sightglass::demo
