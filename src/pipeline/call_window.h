// The Calls of the last while, found by what they may be joined by (refine/joining.h).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "call/call.h"
#include "pipeline/key_filter.h"

namespace sightglass::pipeline {

/// Holds encoded Calls and an index of their keys, within a bound of memory: the oldest go.
///
/// The index is a table of chains. A chain leads from a key's newest link to older ones; links lie
/// in a ring, so that old ones end their chains by being gone, and nothing has to be taken out.
/// Thread-safety: belongs to one thread.
class CallWindow {
public:
    /// Says which Call of the window; they count up, and none is used again.
    using Number = std::uint64_t;

    explicit CallWindow(std::size_t bytes_max)
        : bytes_max_(bytes_max), links_max_(std::max(kLinksMin, bytes_max / kBytesPerLink)) {}

    /// The number that the next Call gets.
    Number Next() const noexcept { return first_ + entries_.size(); }

    /// `keys` are those of all its records.
    void Add(const Call& call, std::span<const std::uint64_t> keys);

    /// Appends those under the key, newest first, at most `count_max`.
    void Find(std::uint64_t key, std::size_t count_max, std::vector<Number>& numbers) const;

    /// Asks for the memory that Find and Add will look at.
    void Prefetch(std::uint64_t key) const noexcept {
        if (!heads_.empty()) {
            __builtin_prefetch(&heads_[key % kHeads], 1);
        }
    }

    Call Read(Number number) const;

    void Remove(Number number);

    /// Drops the oldest until the bound is kept; `gone` learns their keys.
    void Trim(KeyFilter& gone);

    /// Drops all.
    void Clear(KeyFilter& gone);

private:
    using LinkNumber = std::uint64_t;  // From 1 on; 0 is none.

    static constexpr std::size_t kLinksMin = std::size_t{1} << 16;
    static constexpr std::size_t kBytesPerLink = 128;  // Of the window; a call has three to five.
    static constexpr std::size_t kHeads = std::size_t{1} << 18;

    struct Entry {
        std::string encoded;  ///< Empty where it was removed.
        OptionalTime started_at;
        LinkNumber first_link = 0;
        std::size_t links = 0;
    };

    struct Link {
        std::uint64_t key = 0;
        Number number = 0;
        LinkNumber older = 0;
    };

    void Drop(KeyFilter& gone);

    const std::size_t bytes_max_;
    const std::size_t links_max_;
    std::size_t bytes_ = 0;
    Number first_ = 0;  // Of entries_.
    std::deque<Entry> entries_;
    LinkNumber first_link_ = 1;  // Older ones are gone.
    LinkNumber next_link_ = 1;
    std::vector<Link> links_;        // A ring, by number.
    std::vector<LinkNumber> heads_;  // By key.
};

}  // namespace sightglass::pipeline
