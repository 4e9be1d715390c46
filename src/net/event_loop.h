// One thread's event loop on epoll(7), and descriptors that say when they can be read or written.
// Reading and writing themselves are plain non-blocking system calls of the owner, so that buffers
// belong to nobody while nothing is there to be read. Small reads are made for the owner (received_bytes.h).
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/files.h"
#include "base/time.h"
#include "net/received_bytes.h"
#include "net/send_round.h"
#include "net/task.h"

namespace sightglass::net {

/// Thread-safety: Post from any thread; everything else on the thread that runs the loop, or before
/// it does.
class EventLoop {
public:
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// Runs until Quit is called.
    void Run();
    /// Ends Run, from within it. What was posted before still runs.
    void Quit();

    /// Runs `work` on the loop's thread, soon.
    void Post(std::function<void()> work);

    /// Awaitable: lets everything else that is ready run first.
    auto Yield() noexcept {
        struct Awaiter {
            EventLoop& loop;

            // NOLINTBEGIN(readability-identifier-naming)
            bool await_ready() const noexcept { return false; }

            void await_suspend(std::coroutine_handle<> handle) { loop.ResumeSoon(handle); }

            void await_resume() const noexcept {}

            // NOLINTEND(readability-identifier-naming)
        };

        return Awaiter{*this};
    }

    /// Calls `tick` every `interval` while the loop runs. One timer for everything that has a time
    /// limit.
    void SetTick(Duration interval, std::function<void()> tick);

    /// What streams defer to the end of this round.
    SendRound& sends() noexcept { return sends_; }

    struct Impl;

    Impl& impl() noexcept { return *impl_; }

private:
    void ResumeSoon(std::coroutine_handle<> handle);

    std::unique_ptr<Impl> impl_;
    SendRound sends_;
};

/// Raises a signal once, at a time; to the millisecond, where the tick may be late by its interval.
/// Thread-safety: the loop's thread.
class Alarm {
public:
    /// Both must outlive it.
    Alarm(EventLoop& loop, std::chrono::steady_clock::time_point when, Signal& signal);
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;
    ~Alarm();

    bool Rang() const noexcept { return rang_; }

private:
    friend class EventLoop;

    EventLoop& loop_;
    const std::chrono::steady_clock::time_point when_;
    Signal& signal_;
    bool rang_ = false;
};

/// Owns a non-blocking descriptor and raises a Signal when it becomes ready for what was asked.
/// Thread-safety: the loop's thread.
class WatchedDescriptor {
public:
    /// `signal` must outlive this object, or be replaced.
    WatchedDescriptor(EventLoop& loop, FileDescriptor descriptor, Signal& signal);
    WatchedDescriptor(WatchedDescriptor&& other) noexcept;
    WatchedDescriptor& operator=(WatchedDescriptor&&) = delete;
    /// Closes the descriptor.
    ~WatchedDescriptor();

    int fd() const noexcept { return fd_; }

    void SetSignal(Signal& signal) noexcept;

    /// Raises the signal once the descriptor can be read (or has an error); then Readable() is
    /// true. Asking again before that does nothing.
    void AwaitReadable();
    void AwaitWritable();

    /// False between the moment when the owner found nothing to read (or no room) and the next
    /// event.
    bool Readable() const noexcept;
    bool Writable() const noexcept;
    void SetReadable(bool readable) noexcept;
    void SetWritable(bool writable) noexcept;

    /// What the loop has read before it raised the signal: the owner takes that first.
    ReceivedBytes& received() noexcept;

    /// Stops watching and gives the descriptor away. What was received is gone.
    FileDescriptor Release() noexcept;

private:
    friend class EventLoop;
    struct Watch;

    Watch* watch_;  // Goes to the loop when this object goes: an event may be on its way to it.
    int fd_;
};

}  // namespace sightglass::net
