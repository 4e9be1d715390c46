// A value that is replaced as a whole and read all the time: readers that saw the current one
// already pay one load of an atomic number. The lock is taken for a moment by whoever has not.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/mutex.h"

namespace sightglass::access {

/// Thread-safety: safe for concurrent use.
template <typename T>
class Published {
public:
    explicit Published(std::shared_ptr<const T> first) : value_(std::move(first)) {}

    void Set(std::shared_ptr<const T> next) {
        value_.With([&next](std::shared_ptr<const T>& value) { value.swap(next); });
        generation_.fetch_add(1, std::memory_order_release);
    }

    std::shared_ptr<const T> Get() const {
        return value_.With([](const std::shared_ptr<const T>& value) { return value; });
    }

    std::uint64_t Generation() const noexcept {
        return generation_.load(std::memory_order_acquire);
    }

private:
    Guarded<std::shared_ptr<const T>> value_;
    std::atomic<std::uint64_t> generation_{1};
};

/// One reader's copy of the pointer.
/// Thread-safety: one thread; the Published must outlive it.
template <typename T>
class Reader {
public:
    explicit Reader(const Published<T>& published) : published_(published) {}

    const std::shared_ptr<const T>& Current() {
        const std::uint64_t generation = published_.Generation();
        if (generation != seen_) {
            value_ = published_.Get();  // At least as new as the generation says.
            seen_ = generation;
        }
        return value_;
    }

private:
    const Published<T>& published_;
    std::shared_ptr<const T> value_;
    std::uint64_t seen_ = 0;
};

}  // namespace sightglass::access
