#include "net/event_loop.h"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/event_loop_impl.h"

namespace sightglass::net {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {}

EventLoop::~EventLoop() = default;

void EventLoop::Run() {
    impl_->io.run();
    impl_->io.restart();
    impl_->io.poll();
}

void EventLoop::Quit() {
    impl_->tick = nullptr;
    impl_->timer.cancel();
    impl_->io.stop();
}

void EventLoop::Post(std::function<void()> work) {
    asio::post(impl_->io, std::move(work));
}

void EventLoop::SetTick(Duration interval, std::function<void()> tick) {
    impl_->interval = interval;
    impl_->tick = std::move(tick);
    impl_->StartTick();
}

void EventLoop::Impl::StartTick() {
    timer.expires_after(interval);
    timer.async_wait([this](const boost::system::error_code& error) {
        if (!error && tick) {
            tick();
        }
        if (tick) {
            StartTick();
        }
    });
}

/// What outlives its descriptor's owner while a wait is under way.
struct WatchedDescriptor::Watch {
    Watch(EventLoop& loop, int fd, Signal& owner)
        : descriptor(loop.impl().io, fd), signal(&owner) {}

    void Await(stream_descriptor::wait_type type, bool& waiting, bool& ready) {
        if (waiting) {
            return;
        }
        waiting = true;
        ++references;
        descriptor.async_wait(
            type,
            [this, &waiting, &ready](const boost::system::error_code& error) {
                waiting = false;
                if (error != asio::error::operation_aborted && signal != nullptr) {
                    ready = true;
                    signal->Raise();
                }
                Drop();
            }
        );
    }

    void Drop() noexcept {
        --references;
        if (references == 0) {
            delete this;  // The owner and every wait are gone.
        }
    }

    stream_descriptor descriptor;
    Signal* signal;  ///< Null once the owner is gone.
    int references = 1;
    bool awaiting_read = false;
    bool awaiting_write = false;
    bool readable = true;
    bool writable = true;
};

WatchedDescriptor::WatchedDescriptor(EventLoop& loop, FileDescriptor descriptor, Signal& signal)
    : watch_(new Watch(loop, descriptor.get(), signal)), fd_(descriptor.Release()) {}

WatchedDescriptor::WatchedDescriptor(WatchedDescriptor&& other) noexcept
    : watch_(std::exchange(other.watch_, nullptr)), fd_(std::exchange(other.fd_, -1)) {}

WatchedDescriptor::~WatchedDescriptor() {
    if (watch_ == nullptr) {
        return;
    }
    watch_->signal = nullptr;
    boost::system::error_code ignored;
    watch_->descriptor.close(ignored);
    watch_->Drop();
}

void WatchedDescriptor::SetSignal(Signal& signal) noexcept {
    watch_->signal = &signal;
}

void WatchedDescriptor::AwaitReadable() {
    watch_->readable = false;
    watch_->Await(stream_descriptor::wait_read, watch_->awaiting_read, watch_->readable);
}

void WatchedDescriptor::AwaitWritable() {
    watch_->writable = false;
    watch_->Await(stream_descriptor::wait_write, watch_->awaiting_write, watch_->writable);
}

bool WatchedDescriptor::Readable() const noexcept {
    return watch_->readable;
}

bool WatchedDescriptor::Writable() const noexcept {
    return watch_->writable;
}

void WatchedDescriptor::SetReadable(bool readable) noexcept {
    watch_->readable = readable;
}

void WatchedDescriptor::SetWritable(bool writable) noexcept {
    watch_->writable = writable;
}

void WatchedDescriptor::WatchAnew(EventLoop& loop) {
    Signal& signal = *watch_->signal;
    const int fd = Release().Release();
    watch_ = new Watch(loop, fd, signal);
    fd_ = fd;
}

FileDescriptor WatchedDescriptor::Release() noexcept {
    watch_->signal = nullptr;
    FileDescriptor descriptor(watch_->descriptor.release());
    std::exchange(watch_, nullptr)->Drop();
    fd_ = -1;
    return descriptor;
}

}  // namespace sightglass::net
