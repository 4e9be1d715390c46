// The threads query-N: work that may take long, at the lowest priority, so that a heavy question does not slow down what
// serves traffic.
#pragma once

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"

namespace sightglass::serve {

/// Thread-safety: safe for concurrent use; Stop once.
class QueryThreads {
public:
    QueryThreads(int threads, std::size_t waiting_max);

    ~QueryThreads() { Stop(); }

    QueryThreads(const QueryThreads&) = delete;
    QueryThreads& operator=(const QueryThreads&) = delete;

    /// False when too much waits already, or after Stop.
    bool TryRun(std::function<void()> work) { return queue_.TryPush(std::move(work)); }

    std::size_t Waiting() const { return queue_.size(); }

    /// Finishes what waits, and joins.
    void Stop();

private:
    BoundedQueue<std::function<void()>> queue_;
    std::vector<std::jthread> threads_;
};

}  // namespace sightglass::serve
