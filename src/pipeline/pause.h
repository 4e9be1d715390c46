// A wait that a request to stop ends.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace sightglass::pipeline {

/// Waits for `interval` or until the thread shall stop.
/// Thread-safety: safe for concurrent use.
inline void Pause(const std::stop_token& stop, std::chrono::steady_clock::duration interval) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, interval, [] { return false; });
}

}  // namespace sightglass::pipeline
