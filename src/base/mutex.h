// Mutex and Guarded<T>: shared state that can only be reached through its lock, checked by clang's
// -Wthread-safety.
//
//   Guarded<std::vector<Alert>> alerts;
//   alerts.With([](std::vector<Alert>& all) { all.push_back(…); });
#pragma once

#include <mutex>
#include <utility>

#if defined(__clang__)
#define SG_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define SG_THREAD_ANNOTATION(x)
#endif

#define SG_GUARDED_BY(x) SG_THREAD_ANNOTATION(guarded_by(x))
#define SG_REQUIRES(...) SG_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))

namespace sightglass {

/// std::mutex with the annotations that libstdc++ leaves out.
class SG_THREAD_ANNOTATION(capability("mutex")) Mutex {
public:
    void lock() SG_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }

    void unlock() SG_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

private:
    std::mutex mutex_;
};

/// Holds a Mutex for a scope.
class SG_THREAD_ANNOTATION(scoped_lockable) MutexLock {
public:
    explicit MutexLock(Mutex& mutex) SG_THREAD_ANNOTATION(acquire_capability(mutex))
        : mutex_(mutex) {
        mutex_.lock();
    }

    ~MutexLock() SG_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;

private:
    Mutex& mutex_;
};

/// A T that is only reachable while its lock is held. Callbacks must not take other locks.
/// Thread-safety: safe for concurrent use.
template <typename T>
class Guarded {
public:
    template <typename... Args>
    explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}

    template <typename F>
    decltype(auto) With(F&& use) {
        MutexLock lock(mutex_);
        return std::forward<F>(use)(value_);
    }

    template <typename F>
    decltype(auto) With(F&& use) const {
        MutexLock lock(mutex_);
        return std::forward<F>(use)(std::as_const(value_));
    }

private:
    mutable Mutex mutex_;
    T value_ SG_GUARDED_BY(mutex_);
};

}  // namespace sightglass
