#include "live/track.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace sightglass::live {
namespace {

constexpr Duration kSecond = std::chrono::seconds(1);
constexpr Duration kTen = std::chrono::seconds(10);
constexpr Duration kFiveMinutes = std::chrono::minutes(5);

/// Slots are counted from 1970 on; 32 bits of seconds last until 2106.
std::uint32_t SlotOf(Time time, Duration step) noexcept {
    const std::int64_t slot = time.time_since_epoch() / step;
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(slot, 0, std::numeric_limits<std::uint32_t>::max())
    );
}

}  // namespace

template <typename Entry>
typename Past<Entry>::Iterator Past<Entry>::From(std::uint32_t slot) const {
    return std::lower_bound(Begin(), End(), slot, [](const Entry& entry, std::uint32_t wanted) {
        return entry.slot < wanted;
    });
}

template <typename Entry>
template <typename IsIt>
Entry& Past<Entry>::FindOrAdd(std::uint32_t slot, IsIt&& is_it) {
    auto at = entries_.end();
    const auto first = entries_.begin() + static_cast<std::ptrdiff_t>(dropped_);
    while (at != first && (at - 1)->slot >= slot) {
        --at;
        if (at->slot == slot && is_it(*at)) {
            return *at;
        }
    }
    while (at != entries_.end() && at->slot <= slot) {
        ++at;
    }
    if (entries_.size() == entries_.capacity()) {
        const auto place = at - entries_.begin();
        entries_.reserve(entries_.size() + entries_.size() / 2 + 2);
        at = entries_.begin() + place;
    }
    Entry made;
    made.slot = slot;
    return *entries_.insert(at, made);
}

template <typename Entry>
template <typename Less>
void Past<Entry>::Rise(Entry& entry, Less&& less) {
    Entry* const next = &entry + 1;
    if (next != entries_.data() + entries_.size() && next->slot == entry.slot &&
        less(*next, entry)) {
        std::swap(*next, entry);
    }
}

template <typename Entry>
void Past<Entry>::DropBefore(std::uint32_t slot) {
    dropped_ = static_cast<std::size_t>(From(slot) - entries_.begin());
    if (dropped_ > 0 && dropped_ * 2 >= entries_.size()) {
        std::vector<Entry>(Begin(), End()).swap(entries_);
        dropped_ = 0;
    }
}

void Track::AddSpot(Past<Spot>& past, std::uint32_t slot, std::uint16_t bucket, std::uint32_t n) {
    Spot& spot = past.FindOrAdd(slot, [&](const Spot& one) { return one.bucket == bucket; });
    spot.bucket = bucket;
    spot.count += n;
    past.Rise(spot, [](const Spot& a, const Spot& b) { return a.count < b.count; });
}

void Track::AddCell(Past<Cell>& past, std::uint32_t slot, const Sums& sums) {
    past.FindOrAdd(slot, [](const Cell&) { return true; }).sums.Merge(sums);
}

Reading Reading::Of(const Call& call, Time at) {
    Reading reading;
    reading.sums.Add(call);
    if (call.latency_us) {
        reading.latency = sketch::LogBucketOf(*call.latency_us);
    }
    if (call.ttft_us) {
        reading.ttft = sketch::LogBucketOf(*call.ttft_us);
    }
    reading.second = SlotOf(at, kSecond);
    reading.ten = SlotOf(at, kTen);
    reading.five_minutes = SlotOf(at, kFiveMinutes);
    return reading;
}

void Track::Add(const Reading& reading) {
    AddCell(seconds_, reading.second, reading.sums);
    AddCell(tens_, reading.ten, reading.sums);
    if (reading.latency) {
        AddSpot(latency_.fine, reading.ten, *reading.latency, 1);
        AddSpot(latency_.coarse, reading.five_minutes, *reading.latency, 1);
    }
    if (reading.ttft) {
        AddSpot(ttft_.fine, reading.ten, *reading.ttft, 1);
        AddSpot(ttft_.coarse, reading.five_minutes, *reading.ttft, 1);
    }
}

void Track::Collect(Time from, Time to, Time now, Spread spread, WindowTotals& totals) const {
    const bool fine = from >= now - kFineFor;
    const Duration step = fine ? kSecond : kTen;
    const Past<Cell>& cells = fine ? seconds_ : tens_;
    const std::uint32_t last_slot = SlotOf(to - Duration(1), step);
    const std::uint32_t first_slot = SlotOf(from + step - Duration(1), step);
    for (auto at = cells.From(first_slot); at != cells.End() && at->slot <= last_slot; ++at) {
        totals.sums.Merge(at->sums);
    }
    if (spread == Spread::kNone) {
        return;
    }
    const Spots& spots = spread == Spread::kLatency ? latency_ : ttft_;
    sketch::LogHistogram& out = spread == Spread::kLatency ? totals.latency : totals.ttft;
    const Past<Spot>& past = fine ? spots.fine : spots.coarse;
    const Duration wide = fine ? kTen : kFiveMinutes;
    const std::uint32_t last = SlotOf(to - Duration(1), wide);
    for (auto at = past.From(SlotOf(from, wide)); at != past.End() && at->slot <= last; ++at) {
        out.AddBucket(at->bucket, at->count);
    }
}

void Track::Merge(const Track& other) {
    using CellsOf = Past<Cell> Track::*;
    for (const CellsOf cells : {&Track::seconds_, &Track::tens_}) {
        const Past<Cell>& theirs = other.*cells;
        for (auto at = theirs.Begin(); at != theirs.End(); ++at) {
            AddCell(this->*cells, at->slot, at->sums);
        }
    }
    using SpotsOf = Spots Track::*;
    using PastOf = Past<Spot> Spots::*;
    for (const SpotsOf spots : {&Track::latency_, &Track::ttft_}) {
        for (const PastOf past : {&Spots::fine, &Spots::coarse}) {
            const Past<Spot>& theirs = other.*spots.*past;
            for (auto at = theirs.Begin(); at != theirs.End(); ++at) {
                AddSpot(this->*spots.*past, at->slot, at->bucket, at->count);
            }
        }
    }
}

void Track::Forget(Time now, bool fine_only) {
    const Time fine = now - kFineFor;
    const Time coarse = fine_only ? fine : now - kCoarseFor;
    seconds_.DropBefore(SlotOf(fine, kSecond));
    tens_.DropBefore(SlotOf(coarse, kTen));
    for (Spots* spots : {&latency_, &ttft_}) {
        spots->fine.DropBefore(SlotOf(fine, kTen));
        spots->coarse.DropBefore(SlotOf(coarse, kFiveMinutes));
    }
}

bool Track::HasCoarse(Time before) const {
    return tens_.Begin() != tens_.End() && tens_.Begin()->slot < SlotOf(before, kTen);
}

bool Track::Empty() const {
    return tens_.Begin() == tens_.End();
}

std::size_t Track::Bytes() const noexcept {
    return seconds_.Bytes() + tens_.Bytes() + latency_.fine.Bytes() + latency_.coarse.Bytes() +
           ttft_.fine.Bytes() + ttft_.coarse.Bytes();
}

}  // namespace sightglass::live
