#include "net/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/mutex.h"

namespace sightglass::net {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kEventsAtOnce = 256;
/// So few that what was received is still in the fastest cache when its owner looks at it.
constexpr std::size_t kReceivesAtOnce = 8;

/// The peer will send nothing more: every read from here on returns at once.
constexpr std::uint32_t kNothingFollows = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

}  // namespace

/// A descriptor is told to epoll once, edge-triggered, when its owner first waits for it; from then
/// on every event is remembered here, and waiting is no system call.
struct WatchedDescriptor::Watch {
    void Take(std::uint32_t events);

    EventLoop::Impl* loop;
    int fd;
    Signal* signal;  ///< Null once the owner is gone.
    bool registered = false;
    bool awaiting_read = false;
    bool awaiting_write = false;
    bool readable = true;
    bool writable = true;
    bool hung_up = false;
    ReceivedBytes received = {};
};

struct EventLoop::Impl {
    using Watch = WatchedDescriptor::Watch;

    void WaitForEvents();
    void TakeEvents(std::span<const epoll_event> taken);
    void ReceiveFor(std::span<const epoll_event> taken);
    void TakeEvent(const epoll_event& event);
    void RunPosted();
    void RunYielded();
    void TickIfDue();
    void RingAlarms();
    int WaitMilliseconds() const;
    void Wake() const noexcept;
    void Register(Watch& watch);
    void TakeUnwatched();
    void Bury(Watch* watch) noexcept;

    FileDescriptor epoll{::epoll_create1(EPOLL_CLOEXEC)};
    FileDescriptor wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    std::array<epoll_event, kEventsAtOnce> events{};
    std::vector<char> received = std::vector<char>(kReceivesAtOnce * ReceivedBytes::kBytesMax);
    Guarded<std::vector<std::function<void()>>> posted;
    std::atomic<bool> has_posted = false;  ///< So that a round without posts takes no lock.
    std::vector<Watch*> unwatched;         ///< Whose registration failed.
    std::vector<std::coroutine_handle<>> yielded;
    std::vector<std::coroutine_handle<>> running;  ///< Of `yielded`: theirs is the turn now.
    std::vector<std::unique_ptr<Watch>> dead;  ///< An event that was fetched may still name them.
    Duration interval{};
    std::function<void()> tick;
    SteadyTime next_tick;
    std::vector<Alarm*> alarms;  ///< Few: of calls that wait before they are tried again.
    bool quit = false;
};

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {
    epoll_event event{};
    event.events = EPOLLIN;
    const bool made =
        impl_->epoll.Valid() && impl_->wake.Valid() &&
        ::epoll_ctl(impl_->epoll.get(), EPOLL_CTL_ADD, impl_->wake.get(), &event) == 0;
    if (!made) {
        Log(LogLevel::kError, "net", "epoll: " + std::generic_category().message(errno));
        std::abort();  // Without a loop there is nothing to go on with.
    }
}

EventLoop::~EventLoop() = default;

void EventLoop::Run() {
    while (!impl_->quit) {
        impl_->WaitForEvents();
        impl_->TakeUnwatched();
        impl_->RunYielded();
        impl_->RunPosted();
        impl_->TickIfDue();
        impl_->RingAlarms();
        sends_.Flush();
        impl_->dead.clear();
    }
    impl_->RunYielded();
    impl_->RunPosted();
    sends_.Flush();
    impl_->dead.clear();
    impl_->quit = false;
}

void EventLoop::Quit() {
    impl_->tick = nullptr;
    impl_->quit = true;
}

void EventLoop::Post(std::function<void()> work) {
    const bool first = impl_->posted.With([&](std::vector<std::function<void()>>& posted) {
        posted.push_back(std::move(work));
        return posted.size() == 1;
    });
    impl_->has_posted.store(true, std::memory_order_release);
    if (first) {
        impl_->Wake();
    }
}

void EventLoop::ResumeSoon(std::coroutine_handle<> handle) {
    impl_->yielded.push_back(handle);
}

void EventLoop::SetTick(Duration interval, std::function<void()> tick) {
    impl_->interval = interval;
    impl_->tick = std::move(tick);
    impl_->next_tick = std::chrono::steady_clock::now() + interval;
}

void EventLoop::Impl::WaitForEvents() {
    const int count = ::epoll_wait(epoll.get(), events.data(), kEventsAtOnce, WaitMilliseconds());
    if (count > 0) {
        TakeEvents(std::span(events).first(static_cast<std::size_t>(count)));
    }
}

void EventLoop::Impl::TakeEvents(std::span<const epoll_event> taken) {
    while (!taken.empty()) {
        const auto some = taken.first(std::min(taken.size(), kReceivesAtOnce));
        taken = taken.subspan(some.size());
        ReceiveFor(some);
        for (const epoll_event& event : some) {
            TakeEvent(event);
        }
    }
}

void EventLoop::Impl::ReceiveFor(std::span<const epoll_event> taken) {
    char* slot = received.data();
    for (const epoll_event& event : taken) {
        auto* const watch = static_cast<Watch*>(event.data.ptr);
        if (watch != nullptr && watch->awaiting_read && (event.events & EPOLLIN) != 0) {
            watch->received.Receive(watch->fd, slot);
            slot += ReceivedBytes::kBytesMax;
        }
    }
}

void EventLoop::Impl::TakeEvent(const epoll_event& event) {
    auto* const watch = static_cast<Watch*>(event.data.ptr);
    if (watch != nullptr) {
        watch->Take(event.events);
        watch->received.Keep();
        return;
    }
    std::uint64_t times = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake.get(), &times, sizeof times);
}

void EventLoop::Impl::TakeUnwatched() {
    while (!unwatched.empty()) {
        Watch* const watch = unwatched.back();
        unwatched.pop_back();
        watch->Take(EPOLLERR);
    }
}

void EventLoop::Impl::RunPosted() {
    if (!has_posted.exchange(false, std::memory_order_acquire)) {
        return;
    }
    std::vector<std::function<void()>> work;
    posted.With([&](std::vector<std::function<void()>>& all) { work.swap(all); });
    for (const std::function<void()>& item : work) {
        item();
    }
}

void EventLoop::Impl::RunYielded() {
    running.swap(yielded);
    for (const std::coroutine_handle<> handle : running) {
        handle.resume();
    }
    running.clear();
}

void EventLoop::Impl::TickIfDue() {
    if (!tick) {
        return;
    }
    const SteadyTime now = std::chrono::steady_clock::now();
    if (now >= next_tick) {
        next_tick = now + interval;
        tick();
    }
}

void EventLoop::Impl::RingAlarms() {
    if (alarms.empty()) {
        return;
    }
    const SteadyTime now = std::chrono::steady_clock::now();
    const auto is_due = [now](const Alarm* alarm) { return alarm->when_ <= now; };
    for (auto due = std::ranges::find_if(alarms, is_due); due != alarms.end();
         due = std::ranges::find_if(alarms, is_due)) {
        Alarm& alarm = **due;
        alarms.erase(due);
        alarm.rang_ = true;
        alarm.signal_.Raise();  // Whoever wakes may end this alarm, and set others.
    }
}

int EventLoop::Impl::WaitMilliseconds() const {
    if (quit || !yielded.empty() || !unwatched.empty()) {
        return 0;
    }
    if (!tick && alarms.empty()) {
        return -1;
    }
    SteadyTime first = tick ? next_tick : SteadyTime::max();
    for (const Alarm* alarm : alarms) {
        first = std::min(first, alarm->when_);
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(first - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

void EventLoop::Impl::Wake() const noexcept {
    const std::uint64_t once = 1;
    [[maybe_unused]] const ssize_t put = ::write(wake.get(), &once, sizeof once);
}

void EventLoop::Impl::Register(Watch& watch) {
    if (watch.registered) {
        return;
    }
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &watch;
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, watch.fd, &event) != 0) {
        // Out of memory or of watches: the owner must not wait for what will never come.
        Log(LogLevel::kError, "net", "epoll_ctl: " + std::generic_category().message(errno));
        unwatched.push_back(&watch);
        return;
    }
    watch.registered = true;
}

void EventLoop::Impl::Bury(Watch* watch) noexcept {
    watch->signal = nullptr;
    watch->awaiting_read = false;  // Its descriptor's number may already be another's.
    std::erase(unwatched, watch);
    dead.emplace_back(watch);
}

Alarm::Alarm(EventLoop& loop, SteadyTime when, Signal& signal)
    : loop_(loop), when_(when), signal_(signal) {
    loop_.impl().alarms.push_back(this);
}

Alarm::~Alarm() {
    std::erase(loop_.impl().alarms, this);
}

void WatchedDescriptor::Watch::Take(std::uint32_t events) {
    hung_up = hung_up || (events & kNothingFollows) != 0;
    bool wanted = false;
    if ((events & (EPOLLIN | kNothingFollows)) != 0) {
        readable = true;
        wanted = std::exchange(awaiting_read, false);
    }
    if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
        writable = true;
        wanted = std::exchange(awaiting_write, false) || wanted;
    }
    if (wanted && signal != nullptr) {
        signal->Raise();
    }
}

WatchedDescriptor::WatchedDescriptor(EventLoop& loop, FileDescriptor descriptor, Signal& signal)
    : watch_(new Watch{&loop.impl(), descriptor.get(), &signal}), fd_(descriptor.Release()) {}

WatchedDescriptor::WatchedDescriptor(WatchedDescriptor&& other) noexcept
    : watch_(std::exchange(other.watch_, nullptr)), fd_(std::exchange(other.fd_, -1)) {}

WatchedDescriptor::~WatchedDescriptor() {
    if (watch_ != nullptr) {
        ::close(fd_);
        watch_->loop->Bury(watch_);
    }
}

void WatchedDescriptor::SetSignal(Signal& signal) noexcept {
    watch_->signal = &signal;
}

void WatchedDescriptor::AwaitReadable() {
    watch_->readable = watch_->hung_up;
    watch_->awaiting_read = true;
    watch_->loop->Register(*watch_);
}

void WatchedDescriptor::AwaitWritable() {
    watch_->writable = false;
    watch_->awaiting_write = true;
    watch_->loop->Register(*watch_);
}

bool WatchedDescriptor::Readable() const noexcept {
    return watch_->readable;
}

bool WatchedDescriptor::Writable() const noexcept {
    return watch_->writable;
}

void WatchedDescriptor::SetReadable(bool readable) noexcept {
    watch_->readable = readable || watch_->hung_up;
}

ReceivedBytes& WatchedDescriptor::received() noexcept {
    return watch_->received;
}

FileDescriptor WatchedDescriptor::Release() noexcept {
    if (watch_->registered) {
        ::epoll_ctl(watch_->loop->epoll.get(), EPOLL_CTL_DEL, fd_, nullptr);
    }
    watch_->loop->Bury(std::exchange(watch_, nullptr));
    return FileDescriptor(std::exchange(fd_, -1));
}

}  // namespace sightglass::net
