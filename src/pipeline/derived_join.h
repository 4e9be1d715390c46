// Where end records of calls meet what derive has worked out of them. Either may come first; either may never come.
//
// An end that a derived record follows is held for a moment, so that its Call is taken in once and whole. Where the moment
// passes, the Call stands without it, and what comes later makes a new version of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/uuid.h"
#include "pipeline/derived.h"

namespace sightglass::pipeline {

/// Thread-safety: one thread at a time.
class DerivedJoin {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    /// For how long an end waits for its derived record, and the other way round.
    static constexpr auto kWait = std::chrono::milliseconds(600);
    /// How many of each wait: at most about 30 MB of either.
    static constexpr std::size_t kCountMax = 24'576;

    /// What was derived of the call, where that came first. It is handed out once.
    std::optional<Derived> TakeDerived(const Uuid& call_id);

    /// Keeps an end record until its derived one comes.
    void Hold(const Uuid& call_id, std::string_view end, SteadyTime now);

    /// The end record that waited for it.
    std::optional<std::string> TakeEnd(const Uuid& call_id);

    /// Keeps a derived record until its call's end comes.
    void Remember(Derived derived, SteadyTime now);

    /// Takes out the ends that came before `time`, and those that are too many.
    std::vector<std::string> TakeEndsUntil(SteadyTime time);

    /// The same of derived records, at most `count`: their calls were taken in without them.
    std::vector<Derived> TakeDerivedUntil(SteadyTime time, std::size_t count);

    std::size_t HeldEnds() const noexcept { return ends_.size(); }

private:
    struct Place {
        Uuid id;
        SteadyTime at;
    };

    std::unordered_map<Uuid, std::string> ends_;
    std::deque<Place> end_order_;  // Those that are gone are passed over.
    std::unordered_map<Uuid, Derived> derived_;
    std::deque<Place> derived_order_;
};

}  // namespace sightglass::pipeline
