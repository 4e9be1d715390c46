// Lets the store do the work that is not urgent, such as summing up, between batches.
#pragma once

#include <chrono>

#include "store/store.h"

namespace sightglass::pipeline {

/// Takes a fifth of its thread's time at most, and half where that has nothing else to do.
/// Thread-safety: belongs to the thread that commits. The store outlives it.
class Tending {
public:
    explicit Tending(store::Store& store) : store_(store) {}

    /// A small part of the work, if it is time for one.
    void Go(bool is_idle);

private:
    store::Store& store_;
    std::chrono::steady_clock::time_point next_;
};

}  // namespace sightglass::pipeline
