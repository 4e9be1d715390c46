// Has the store delete what was said longer ago than it is kept.
#pragma once

#include <chrono>

#include "store/store.h"

namespace sightglass::pipeline {

/// Thread-safety: on the pipeline's thread.
class OldContents {
public:
    /// A small step, where it is time for one, so that calls that come meanwhile need not wait.
    void ForgetSome(store::Store& store);

private:
    std::chrono::steady_clock::time_point next_;
};

}  // namespace sightglass::pipeline
