#include "capture/otlp/commit_queue.h"

#include "base/thread.h"

namespace sightglass::capture {

CommitQueue::CommitQueue(std::string thread_name, journal::Journal& journal, Done done)
    : journal_(journal),
      done_(std::move(done)),
      thread_(StartThread(
          std::move(thread_name),
          Priority::kNormal,
          [this](const std::stop_token&) { Run(); }
      )) {}

CommitQueue::~CommitQueue() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_one();
}

void CommitQueue::Request(std::uint64_t ticket) {
    {
        const std::lock_guard lock(mutex_);
        requested_ = ticket;
    }
    changed_.notify_one();
}

void CommitQueue::Run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return closing_ || requested_ > settled_; });
        if (requested_ == settled_) {
            return;
        }
        const std::uint64_t ticket = requested_;
        lock.unlock();
        const bool ok = journal_.Sync().Ok();
        done_(ticket, ok);
        lock.lock();
        settled_ = ticket;
    }
}

}  // namespace sightglass::capture
