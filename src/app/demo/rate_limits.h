// Requests and tokens a minute, by organization and model: what 429 answers and x-ratelimit-*
// headers come from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "app/demo/cast.h"
#include "base/time.h"

namespace sightglass::demo {

/// One of the two allowances after a request was charged to it, or refused.
struct Allowance {
    std::int64_t limit = 0;
    std::int64_t remaining = 0;
    Duration reset{};  ///< Until it is full again.
    Duration wait{};   ///< Until the refused request would fit; 0 where it was charged.
};

struct LimitCheck {
    Allowance requests;
    Allowance tokens;

    bool Refused() const noexcept { return requests.wait.count() > 0 || tokens.wait.count() > 0; }
};

/// Token buckets that fill up once a minute.
/// Thread-safety: one thread at a time.
class RateLimits {
public:
    /// Charges one request with so many tokens, unless one of the allowances is used up.
    LimitCheck
    Charge(std::string_view organization, const ModelProfile& model, std::int64_t tokens, Time now);

private:
    struct Bucket {
        double left = 0;
        Time at;
    };

    static Allowance Look(Bucket& bucket, std::int64_t limit, std::int64_t amount, Time now);

    std::map<std::pair<std::string, std::string>, std::pair<Bucket, Bucket>> buckets_;
};

}  // namespace sightglass::demo
