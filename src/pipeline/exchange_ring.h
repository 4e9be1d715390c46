// How a worker's exchanges reach derive: copied into memory that is there already, without a lock, a system call or an
// allocation. Derive looks into each ring every 20 ms or sooner; nobody is woken.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "pipeline/exchange.h"

namespace sightglass::pipeline {

/// Exchanges, first in, first out, in a ring of bytes. What does not fit is refused, and goes into the queue of all workers.
/// Thread-safety: TryPush from one thread, Pop from another one.
class ExchangeRing {
public:
    static constexpr std::size_t kBytes = 4U << 20;
    /// Larger ones would push many small ones out.
    static constexpr std::size_t kExchangeBytesMax = 64U << 10;

    ExchangeRing();

    bool TryPush(const ExchangeView& exchange) noexcept;

    /// Calls take(view) with the oldest, if there is one.
    template <typename Take>
    bool Pop(Take&& take) {
        Record record;
        if (!Front(record)) {
            return false;
        }
        take(record.view);
        Release(record);
        return true;
    }

    /// That wait.
    std::uint64_t Bytes() const noexcept {
        return written_.load(std::memory_order_relaxed) - read_.load(std::memory_order_relaxed);
    }

    bool Empty() const noexcept {
        return read_.load(std::memory_order_acquire) == written_.load(std::memory_order_acquire);
    }

private:
    struct Record {
        ExchangeView view;
        std::uint64_t next = 0;
    };

    bool Front(Record& record) noexcept;

    void Release(const Record& record) noexcept {
        read_.store(record.next, std::memory_order_release);
    }

    std::unique_ptr<char[]> bytes_;

    // Counted in bytes since the start; each on a cache line of its own.
    alignas(64) std::atomic<std::uint64_t> written_{0};
    alignas(64) std::atomic<std::uint64_t> read_{0};
};

}  // namespace sightglass::pipeline
