#include "pipeline/reworking.h"

#include <utility>

#include "call/field_table.h"
#include "refine/members.h"

namespace sightglass::pipeline {
namespace {

/// Adds the fields that differ, but for those that say no more than that some do.
void AddChanges(
    std::string_view step,
    const Call& before,
    const Call& after,
    std::vector<Change>& changes
) {
    ForEachField([&](auto place, auto field) {
        const std::string_view name = kFieldTable[place].name;
        if (!(before.*field == after.*field) && name != "repairs" && name != "joined") {
            changes.push_back({step, name});
        }
    });
}

}  // namespace

Call RefineAgain(
    const Call& call,
    const prices::PriceBook& prices,
    const refine::StepSet& steps,
    std::vector<Change>& changes
) {
    std::vector<Call> members = refine::MembersOf(call);
    Call now = call;
    for (std::size_t step = 0; step < refine::Steps().size(); ++step) {
        if (!steps.Has(step)) {
            continue;
        }
        for (Call& member : members) {
            refine::ApplyStep(step, member, prices);
        }
        Call next = refine::Merge(members);
        if (!(next == now)) {
            AddChanges(refine::Steps()[step].name, now, next, changes);
            now = std::move(next);
        }
    }
    return now;
}

std::pair<Call, Call> DifferenceOf(const Call& before, const Call& after) {
    std::pair<Call, Call> difference;
    ForEachField([&](auto, auto field) {
        if (!(before.*field == after.*field)) {
            difference.first.*field = before.*field;
            difference.second.*field = after.*field;
        }
    });
    difference.first.call_id = before.call_id;
    difference.second.call_id = after.call_id;
    difference.first.started_at = before.started_at;
    difference.second.started_at = after.started_at;
    return difference;
}

bool TakeBack(const std::pair<Call, Call>& difference, Call& call) {
    const Call& was = difference.first;
    const Call& is = difference.second;
    bool same = true;
    ForEachField([&](auto, auto field) {
        same = same && (was.*field == is.*field || call.*field == is.*field);
    });
    if (same) {
        ForEachField([&](auto, auto field) {
            if (!(was.*field == is.*field)) {
                call.*field = was.*field;
            }
        });
    }
    return same;
}

}  // namespace sightglass::pipeline
