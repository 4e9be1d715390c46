// The past of one series: what its calls added up to, second by second for 15 minutes, and by ten
// seconds for a day. Seconds in which nothing happened take no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "call/call.h"
#include "live/sums.h"

namespace sightglass::live {

/// Entries by time, the oldest dropped from the front. `Entry` has a `slot`.
/// Thread-safety: one thread at a time.
template <typename Entry>
class Past {
public:
    using Iterator = typename std::vector<Entry>::const_iterator;

    /// The first entry of the slot or later.
    Iterator From(std::uint32_t slot) const;

    Iterator End() const { return entries_.end(); }

    Iterator Begin() const { return entries_.begin() + static_cast<std::ptrdiff_t>(dropped_); }

    /// The entry that `is_it` recognises in the slot, or a new one, which is the slot's last.
    template <typename IsIt>
    Entry& FindOrAdd(std::uint32_t slot, IsIt&& is_it);

    /// Puts an entry behind the next one where that is of the same slot and `less` than it: those that are found often come
    /// to lie where FindOrAdd looks first.
    template <typename Less>
    void Rise(Entry& entry, Less&& less);

    void DropBefore(std::uint32_t slot);

    std::size_t Bytes() const noexcept { return entries_.capacity() * sizeof(Entry); }

private:
    std::vector<Entry> entries_;
    std::size_t dropped_ = 0;  // Of them, at the front.
};

/// What a call adds to a series: made once for all series that it adds to.
/// Thread-safety: plain value.
struct Reading {
    static Reading Of(const Call& call, Time at);

    Sums sums;
    std::optional<std::uint16_t> latency;  ///< Log bucket.
    std::optional<std::uint16_t> ttft;     ///< The same.

    // When, by the steps in which series count.
    std::uint32_t second = 0;
    std::uint32_t ten = 0;
    std::uint32_t five_minutes = 0;
};

/// Thread-safety: one thread at a time.
class Track {
public:
    static constexpr Duration kFineFor = std::chrono::minutes(15);
    static constexpr Duration kCoarseFor = std::chrono::hours(24);

    void Add(const Reading& reading);

    /// What [from, to) added up to. Within kFineFor of `now` to the second (durations' spread: to 10
    /// seconds), further back to 10 seconds (5 minutes).
    void Collect(Time from, Time to, Time now, Spread spread, WindowTotals& totals) const;

    /// Takes over all that the other has.
    void Merge(const Track& other);

    /// Drops what is older than it is kept for; with `fine_only`, all that is older than kFineFor.
    void Forget(Time now, bool fine_only);

    bool HasCoarse(Time before) const;
    bool Empty() const;
    std::size_t Bytes() const noexcept;

private:
    struct Cell {
        std::uint32_t slot = 0;
        Sums sums;
    };

    struct Spot {
        std::uint32_t slot = 0;
        std::uint32_t count = 0;
        std::uint16_t bucket = 0;
    };

    /// How durations spread.
    struct Spots {
        Past<Spot> fine;
        Past<Spot> coarse;
    };

    static void
    AddSpot(Past<Spot>& past, std::uint32_t slot, std::uint16_t bucket, std::uint32_t n);
    static void AddCell(Past<Cell>& past, std::uint32_t slot, const Sums& sums);

    Past<Cell> seconds_;
    Past<Cell> tens_;
    Spots latency_;
    Spots ttft_;
};

}  // namespace sightglass::live
