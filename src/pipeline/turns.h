// Two threads that take turns at one piece of work: the usual one, behind all traffic, and one of
// normal priority for when the work is late. A thread may lower its own priority, but only a
// privileged one may raise it again.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace sightglass::pipeline {

/// Thread-safety: safe for concurrent use.
class Turns {
public:
    enum class Who : std::uint8_t { kUsual, kLate };

    /// Waits until it is this one's turn; false once the work is over.
    bool Await(Who who) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this, who] { return is_over_ || turn_ == who; });
        return !is_over_;
    }

    /// Whose turn it is gives it away. What it did happens before what the other does.
    void Give(Who who) {
        {
            const std::lock_guard lock(mutex_);
            turn_ = who;
        }
        changed_.notify_all();
    }

    void Finish() {
        {
            const std::lock_guard lock(mutex_);
            is_over_ = true;
        }
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    Who turn_ = Who::kUsual;
    bool is_over_ = false;
};

}  // namespace sightglass::pipeline
