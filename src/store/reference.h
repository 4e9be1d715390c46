// Answers computed from the catalogue's definitions over Calls in memory. This is what a metric
// means; an engine's SQL has to say the same.
//
//   quantile   the value at position q * (n - 1) of the n known values in order, linear between its
//   two neighbours sessions   the calls of a slice that share a known session_id; length is the
//   last end (or start, where the end is
//              unknown) minus the first start; turns is the number of calls
//   per minute over the part of the bucket that lies in [from, to)
//   order      as asked, unknown last either way; then time and dimensions ascending
//
// Thread-safety: pure functions.
#pragma once

#include <vector>

#include "call/call.h"
#include "store/feedback_reference.h"
#include "store/store.h"

namespace sightglass::store {

/// The columns of an answer to `plan`: time, dimensions, metrics.
std::vector<Column> ColumnsOf(const Plan& plan);

/// kInvalidArgument where the plan names what is not there, has no metric, or its interval is not
/// positive.
Status CheckPlan(const Plan& plan);
Status CheckPlan(const DistributionPlan& plan);

/// Answers from the given Calls; those outside the plan's time are left out here.
Table SelectFrom(
    const std::vector<const Call*>& calls,
    const FeedbackByCall& feedback,
    const Plan& plan
);
Table DistributionFrom(const std::vector<const Call*>& calls, const DistributionPlan& plan);

/// The columns of a distribution.
std::vector<Column> DistributionColumns();

/// The logarithmic bucket of a value: floor(per_decade * log10(value)); -1 for values below 1.
std::int64_t LogBucket(std::int64_t value, int per_decade) noexcept;
/// Lowest value of a bucket; the highest is that of the next. Bucket -1 is [0, 1).
double LogBucketLow(std::int64_t bucket, int per_decade) noexcept;

}  // namespace sightglass::store
