// Waits for the disk, so that the receiver's event loop does not. Many requests share one
// fdatasync: all that were appended while the one before was running.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "journal/journal.h"

namespace sightglass::capture {

/// Thread-safety: safe for concurrent use.
class CommitQueue {
public:
    /// `done` is called on the queue's thread, with the highest ticket that is settled: on stable
    /// storage where `ok`.
    using Done = std::function<void(std::uint64_t ticket, bool ok)>;

    CommitQueue(std::string thread_name, journal::Journal& journal, Done done);
    ~CommitQueue();
    CommitQueue(const CommitQueue&) = delete;
    CommitQueue& operator=(const CommitQueue&) = delete;

    /// Everything appended before this call is to be made durable. Tickets go up.
    void Request(std::uint64_t ticket);

private:
    void Run();

    journal::Journal& journal_;
    const Done done_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t requested_ = 0;
    std::uint64_t settled_ = 0;
    bool closing_ = false;
    std::jthread thread_;
};

}  // namespace sightglass::capture
