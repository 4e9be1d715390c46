#include "pipeline/derived_join.h"

#include <utility>

namespace sightglass::pipeline {
namespace {

/// Takes `id` out of `map`.
template <typename Value>
std::optional<Value> TakeOut(std::unordered_map<Uuid, Value>& map, const Uuid& id) {
    const auto found = map.find(id);
    if (found == map.end()) {
        return std::nullopt;
    }
    std::optional<Value> value(std::move(found->second));
    map.erase(found);
    return value;
}

/// Whether the oldest has waited long enough, or there are too many.
template <typename Places, typename Map>
bool IsDue(const Places& order, const Map& map, DerivedJoin::SteadyTime time) {
    return !order.empty() && (order.front().at <= time || map.size() > DerivedJoin::kCountMax ||
                              !map.contains(order.front().id));
}

}  // namespace

std::optional<Derived> DerivedJoin::TakeDerived(const Uuid& call_id) {
    return TakeOut(derived_, call_id);
}

void DerivedJoin::Hold(const Uuid& call_id, std::string_view end, SteadyTime now) {
    ends_.insert_or_assign(call_id, std::string(end));
    end_order_.push_back({call_id, now});
}

std::optional<std::string> DerivedJoin::TakeEnd(const Uuid& call_id) {
    return TakeOut(ends_, call_id);
}

void DerivedJoin::Remember(Derived derived, SteadyTime now) {
    const Uuid call_id = derived.call_id;
    derived_.insert_or_assign(call_id, std::move(derived));
    derived_order_.push_back({call_id, now});
}

std::vector<std::string> DerivedJoin::TakeEndsUntil(SteadyTime time) {
    std::vector<std::string> taken;
    while (IsDue(end_order_, ends_, time)) {
        if (auto end = TakeOut(ends_, end_order_.front().id)) {
            taken.push_back(std::move(*end));
        }
        end_order_.pop_front();
    }
    return taken;
}

std::vector<Derived> DerivedJoin::TakeDerivedUntil(SteadyTime time, std::size_t count) {
    std::vector<Derived> taken;
    while (taken.size() < count && IsDue(derived_order_, derived_, time)) {
        if (auto derived = TakeOut(derived_, derived_order_.front().id)) {
            taken.push_back(std::move(*derived));
        }
        derived_order_.pop_front();
    }
    return taken;
}

}  // namespace sightglass::pipeline
