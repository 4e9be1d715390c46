#include "sketch/log_histogram.h"

#include <algorithm>
#include <cmath>

namespace sightglass::sketch {
namespace {

/// (1 + 0.01) / (1 - 0.01): the widest step at which a bucket's middle is within 1 % of its ends.
constexpr double kStep = 1.02;

const double kLogStep = std::log(kStep);

}  // namespace

std::uint16_t LogBucketOf(std::int64_t value) noexcept {
    if (value <= 1) {
        return 0;
    }
    const double bucket = std::ceil(std::log(static_cast<double>(value)) / kLogStep);
    return static_cast<std::uint16_t>(std::min<double>(bucket, kLogBuckets - 1));
}

double LogBucketValue(std::uint16_t bucket) noexcept {
    if (bucket == 0) {
        return 1;
    }
    // Bucket b holds (s^(b-1), s^b]: the value as far from one end as from the other, in relation.
    return 2.0 * std::exp(kLogStep * bucket) / (1.0 + kStep);
}

void LogHistogram::AddBucket(std::uint16_t bucket, std::uint32_t count) {
    count_ += count;
    const auto at = std::lower_bound(
        buckets_.begin(),
        buckets_.end(),
        bucket,
        [](const BucketCount& one, std::uint16_t wanted) { return one.bucket < wanted; }
    );
    if (at != buckets_.end() && at->bucket == bucket) {
        at->count += count;
    } else {
        buckets_.insert(at, {bucket, count});
    }
}

void LogHistogram::Merge(const LogHistogram& other) {
    for (const BucketCount& one : other.buckets_) {
        AddBucket(one.bucket, one.count);
    }
}

void LogHistogram::Clear() noexcept {
    buckets_.clear();
    count_ = 0;
}

std::optional<double> LogHistogram::Quantile(double quantile) const noexcept {
    if (count_ == 0) {
        return std::nullopt;
    }
    const double wanted = std::ceil(std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count_));
    const auto rank = static_cast<std::uint64_t>(std::max(wanted, 1.0));
    std::uint64_t seen = 0;
    for (const BucketCount& one : buckets_) {
        seen += one.count;
        if (seen >= rank) {
            return LogBucketValue(one.bucket);
        }
    }
    return LogBucketValue(buckets_.back().bucket);
}

}  // namespace sightglass::sketch
