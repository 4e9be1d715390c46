#include "pipeline/late_records.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "refine/members.h"

namespace sightglass::pipeline {
namespace {

constexpr Duration kTolerance = std::chrono::seconds(2);  ///< Between an id's time and a start.

/// The time in a version-7 UUID's first 48 bits, ms. Source: RFC 9562.
Time TimeOf(const Uuid& id) {
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < 6; ++i) {
        ms = ms << 8U | id.bytes[i];
    }
    return Time(std::chrono::milliseconds(ms));
}

}  // namespace

Result<LateRecords> FindLateRecords(store::Store& store, std::span<const Derived> late) {
    store::RelatedQuery query;
    query.from = Time::max();
    query.to = Time::min();
    for (const Derived& derived : late) {
        const Time began = TimeOf(derived.call_id);
        query.call_ids.push_back(derived.call_id);
        query.from = std::min(query.from, began - kTolerance);
        query.to = std::max(query.to, began + kTolerance);
    }
    SG_ASSIGN_OR_RETURN(const std::vector<Call> stored, store.FindRelated(query));
    LateRecords records;
    for (const Call& call : stored) {
        for (Call& member : refine::MembersOf(call)) {
            records.insert_or_assign(member.call_id, std::move(member));
        }
    }
    return records;
}

}  // namespace sightglass::pipeline
