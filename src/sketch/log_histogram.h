// Logarithmic buckets: any quantile of positive numbers within 1 % of the true value, in bounded
// memory; histograms add up bucket by bucket.
//
// Thread-safety: constants and pure functions; the histogram is a plain value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass::sketch {

/// The number of a value's bucket. 0 holds 0, 1 and what is negative; the last one what is beyond
/// 10^14. Neighbouring bounds lie 2 % apart, so that a bucket's middle is at most 1 % off.
std::uint16_t LogBucketOf(std::int64_t value) noexcept;

/// What a bucket's values are taken for: within 1 % of each of them.
double LogBucketValue(std::uint16_t bucket) noexcept;

inline constexpr std::uint16_t kLogBuckets = 1'630;

/// So many values in a bucket.
struct BucketCount {
    std::uint16_t bucket = 0;
    std::uint32_t count = 0;
};

/// Counts by bucket. Only buckets that hold something take memory.
/// Thread-safety: one thread at a time.
class LogHistogram {
public:
    void Add(std::int64_t value, std::uint32_t count = 1) { AddBucket(LogBucketOf(value), count); }

    void AddBucket(std::uint16_t bucket, std::uint32_t count);
    void Merge(const LogHistogram& other);
    void Clear() noexcept;

    std::uint64_t Count() const noexcept { return count_; }

    /// The value at rank ceil(quantile * count), within 1 %; nothing where it is empty.
    std::optional<double> Quantile(double quantile) const noexcept;

    /// As SQL's quantile_cont: between the values at the two ranks that lie around
    /// quantile * (count - 1).
    std::optional<double> QuantileBetween(double quantile) const noexcept;

    /// Bytes that MergeEncoded takes: of each bucket, how far it is from the one before, and its
    /// count, as LEB128. Empty where nothing was counted.
    std::string Encode() const;

    /// False for bytes that Encode never makes; what came before the fault is counted then.
    bool MergeEncoded(std::string_view bytes);

    /// By bucket, ascending.
    std::span<const BucketCount> Buckets() const noexcept { return buckets_; }

private:
    double ValueAt(std::uint64_t rank) const noexcept;

    std::vector<BucketCount> buckets_;
    std::uint64_t count_ = 0;
};

}  // namespace sightglass::sketch
