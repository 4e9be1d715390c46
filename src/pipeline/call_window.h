// The Calls of the last while, found by what they may be joined by (refine/joining.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "call/call.h"
#include "pipeline/key_filter.h"

namespace sightglass::pipeline {

/// Holds encoded Calls and an index of their keys, within a bound of memory: the oldest go.
/// Thread-safety: belongs to one thread.
class CallWindow {
public:
    /// Says which Call of the window; never used again for another.
    using Number = std::uint64_t;

    explicit CallWindow(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    /// `keys` are those of all its records.
    Number Add(const Call& call, std::vector<std::uint64_t> keys);

    /// Those under the key, newest first, at most `count_max`.
    void Find(std::uint64_t key, std::size_t count_max, std::vector<Number>& numbers) const;

    Call Read(Number number) const;

    void Remove(Number number);

    /// Drops the oldest until the bound is kept; `gone` learns their keys.
    void Trim(KeyFilter& gone);

private:
    struct Entry {
        std::string encoded;  ///< Empty where it was removed.
        std::vector<std::uint64_t> keys;
        OptionalTime started_at;
    };

    static std::size_t BytesOf(const Entry& entry) noexcept;
    void Unlink(Number number, Entry& entry);

    const std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    Number first_ = 0;  // Of entries_.
    std::deque<Entry> entries_;
    std::unordered_multimap<std::uint64_t, Number> index_;
};

}  // namespace sightglass::pipeline
