#include "sketch/log_histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sightglass::sketch {
namespace {

/// (1 + 0.01) / (1 - 0.01): the widest step at which a bucket's middle is within 1 % of its ends.
constexpr double kStep = 1.02;

const double kLogStep = std::log(kStep);

void PutNumber(std::uint64_t number, std::string& bytes) {
    for (; number >= 0x80U; number >>= 7U) {
        bytes.push_back(static_cast<char>((number & 0x7fU) | 0x80U));
    }
    bytes.push_back(static_cast<char>(number));
}

std::optional<std::uint64_t> TakeNumber(std::string_view& bytes) noexcept {
    constexpr unsigned kShiftMax = 35;
    std::uint64_t number = 0;
    for (unsigned shift = 0; !bytes.empty() && shift <= kShiftMax; shift += 7) {
        const auto byte = static_cast<std::uint8_t>(bytes.front());
        bytes.remove_prefix(1);
        number |= std::uint64_t{byte & 0x7fU} << shift;
        if (byte < 0x80U) {
            return number;
        }
    }
    return std::nullopt;
}

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

/// Of the value that so many others are not above.
double LogHistogram::ValueAt(std::uint64_t rank) const noexcept {
    std::uint64_t seen = 0;
    for (const BucketCount& one : buckets_) {
        seen += one.count;
        if (seen > rank) {
            return LogBucketValue(one.bucket);
        }
    }
    return LogBucketValue(buckets_.back().bucket);
}

std::optional<double> LogHistogram::QuantileBetween(double quantile) const noexcept {
    if (count_ == 0) {
        return std::nullopt;
    }
    const double place = std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count_ - 1);
    const auto rank = static_cast<std::uint64_t>(place);
    const double low = ValueAt(rank);
    const double high = ValueAt(std::min(rank + 1, count_ - 1));
    return low + (high - low) * (place - static_cast<double>(rank));
}

std::string LogHistogram::Encode() const {
    std::string bytes;
    std::uint16_t before = 0;
    for (const BucketCount& one : buckets_) {
        PutNumber(static_cast<std::uint64_t>(one.bucket - before), bytes);
        PutNumber(one.count, bytes);
        before = one.bucket;
    }
    return bytes;
}

bool LogHistogram::MergeEncoded(std::string_view bytes) {
    std::uint64_t bucket = 0;
    while (!bytes.empty()) {
        const std::optional<std::uint64_t> distance = TakeNumber(bytes);
        const std::optional<std::uint64_t> count = distance ? TakeNumber(bytes) : std::nullopt;
        if (!count || *distance >= kLogBuckets || bucket + *distance >= kLogBuckets ||
            *count > std::numeric_limits<std::uint32_t>::max()) {
            return false;
        }
        bucket += *distance;
        AddBucket(static_cast<std::uint16_t>(bucket), static_cast<std::uint32_t>(*count));
    }
    return true;
}

}  // namespace sightglass::sketch
