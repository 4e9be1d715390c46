// Coroutines of one event loop: Task<T>, which runs when it is awaited, and Signal, on which one
// coroutine waits.
//
//   Task<int> Answer(Signal& changed) { co_await changed.Wait(); co_return 42; }
//   Spawn(Run());                            // starts a Task<void> that nobody awaits
//
// Frames come from a free list of the thread, so that a call of a coroutine allocates nothing once
// the program is warm. An exception that leaves a Task ends the program: expected failures are
// values here.
//
// Thread-safety: a Task, its Signals and everything it touches belong to one thread.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

namespace sightglass::net {

/// Memory of coroutine frames: free lists by size, one set a thread.
class FrameMemory {
public:
    static void* Allocate(std::size_t size);
    static void Free(void* frame, std::size_t size) noexcept;
};

template <typename T>
class Task;

namespace task_internal {

struct Promise {
    static void* operator new(std::size_t size) { return FrameMemory::Allocate(size); }

    static void operator delete(void* frame, std::size_t size) noexcept {
        FrameMemory::Free(frame, size);
    }

    struct Return {
        bool await_ready() const noexcept {
            return false;
        }  // NOLINT(readability-identifier-naming)

        template <typename P>
        std::coroutine_handle<> await_suspend(  // NOLINT(readability-identifier-naming)
            std::coroutine_handle<P> handle
        ) noexcept {
            return handle.promise().caller;
        }

        void await_resume() const noexcept {}  // NOLINT(readability-identifier-naming)
    };

    std::suspend_always initial_suspend() noexcept {
        return {};
    }  // NOLINT(readability-identifier-naming)

    Return final_suspend() noexcept { return {}; }  // NOLINT(readability-identifier-naming)

    void unhandled_exception() noexcept {
        std::terminate();
    }  // NOLINT(readability-identifier-naming)

    std::coroutine_handle<> caller = std::noop_coroutine();
};

template <typename T>
struct ValuePromise : Promise {
    Task<T> get_return_object() noexcept;  // NOLINT(readability-identifier-naming)

    void return_value(T result) {
        value = std::move(result);
    }  // NOLINT(readability-identifier-naming)

    std::optional<T> value;
};

struct VoidPromise : Promise {
    Task<void> get_return_object() noexcept;  // NOLINT(readability-identifier-naming)

    void return_void() noexcept {}  // NOLINT(readability-identifier-naming)
};

}  // namespace task_internal

/// A computation that starts when it is awaited, and is destroyed with this object.
template <typename T>
class [[nodiscard]] Task {
public:
    using promise_type =  // NOLINT(readability-identifier-naming)
        std::conditional_t<
            std::is_void_v<T>,
            task_internal::VoidPromise,
            task_internal::ValuePromise<T>>;

    explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}

    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

    Task& operator=(Task&&) = delete;

    ~Task() {
        if (handle_) {
            handle_.destroy();
        }
    }

    bool await_ready() const noexcept { return false; }  // NOLINT(readability-identifier-naming)

    std::coroutine_handle<> await_suspend(  // NOLINT(readability-identifier-naming)
        std::coroutine_handle<> caller
    ) noexcept {
        handle_.promise().caller = caller;
        return handle_;
    }

    T await_resume() {  // NOLINT(readability-identifier-naming)
        if constexpr (!std::is_void_v<T>) {
            return std::move(*handle_.promise().value);
        }
    }

private:
    std::coroutine_handle<promise_type> handle_;
};

namespace task_internal {

template <typename T>
Task<T> ValuePromise<T>::get_return_object() noexcept {
    return Task<T>(std::coroutine_handle<ValuePromise>::from_promise(*this));
}

inline Task<void> VoidPromise::get_return_object() noexcept {
    return Task<void>(std::coroutine_handle<VoidPromise>::from_promise(*this));
}

}  // namespace task_internal

/// Starts a task that nobody waits for; its memory goes when it ends.
void Spawn(Task<void> task);

/// Wakes the one coroutine that waits here. Raised before anybody waits, it lets the next Wait
/// through at once. What has changed is for the woken to find out, as with a condition variable.
/// Thread-safety: one thread.
class Signal {
public:
    Signal() = default;
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    /// Runs the waiting coroutine up to its next wait, before it returns.
    void Raise() {
        if (waiting_) {
            std::exchange(waiting_, nullptr).resume();
        } else {
            raised_ = true;
        }
    }

    /// Awaitable.
    auto Wait() noexcept {
        struct Awaiter {
            Signal& signal;

            bool await_ready() noexcept {  // NOLINT(readability-identifier-naming)
                return std::exchange(signal.raised_, false);
            }

            void await_suspend(std::coroutine_handle<> handle
            ) noexcept {  // NOLINT(readability-identifier-naming)
                signal.waiting_ = handle;
            }

            void await_resume() const noexcept {}  // NOLINT(readability-identifier-naming)
        };

        return Awaiter{*this};
    }

private:
    std::coroutine_handle<> waiting_;
    bool raised_ = false;
};

}  // namespace sightglass::net
