#include "access/series_table.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <tuple>

#include "base/thread.h"

namespace sightglass::access {

struct SeriesTable::Place {
    static constexpr std::size_t kLabelWords = kLabelBytesMax / sizeof(std::uint64_t);

    std::atomic<std::uint64_t> id{0};  ///< 0: free.
    std::atomic<std::uint64_t> rule{0};
    std::atomic<std::uint64_t> label_of{0};  ///< The id whose rule and label stand here.
    std::array<std::atomic<std::uint64_t>, kLabelWords> label{};
    std::atomic<std::int64_t> last_second{0};
    LimitSeries series;
};

struct SeriesTable::Set {
    std::array<Place, kPlaces> places;
    std::atomic_flag filling;
};

SeriesTable::SeriesTable() : sets_(std::make_unique<std::atomic<Set*>[]>(kSets)) {
    static_assert(crypto_shorthash_KEYBYTES == 16);
    FillRandom(hash_key_);
}

SeriesTable::~SeriesTable() {
    for (std::size_t i = 0; i < kSets; ++i) {
        const std::unique_ptr<Set> owned(sets_[i].load(std::memory_order_acquire));
    }
}

std::size_t SeriesTable::SetBytes() noexcept {
    return sizeof(Set);
}

SeriesTable::Set& SeriesTable::SetOf(std::uint64_t id) {
    std::atomic<Set*>& place = sets_[id % kSets];
    Set* set = place.load(std::memory_order_acquire);
    if (set == nullptr) {
        auto made = std::make_unique<Set>();
        if (place.compare_exchange_strong(set, made.get(), std::memory_order_acq_rel)) {
            set = made.release();
        }
    }
    return *set;
}

SeriesTable::Place* SeriesTable::FindPlace(Set& set, std::uint64_t id) noexcept {
    auto* const found =
        std::find_if(set.places.begin(), set.places.end(), [id](const Place& place) {
            return place.id.load(std::memory_order_acquire) == id;
        });
    return found == set.places.end() ? nullptr : found;
}

/// A place that is free, else the one with the least money, for what is spent must not be forgotten;
/// then with the least running, of requests and of tokens; then with the longest silence.
SeriesTable::Place& SeriesTable::LeastUsed(Set& set, const Moment& now) noexcept {
    const auto use = [&now](Place& place) {
        return std::make_tuple(
            place.id.load(std::memory_order_acquire) != 0,
            place.series.Used(Quantity::kUsdPerMonth, now),
            place.series.Used(Quantity::kConcurrent, now),
            place.series.Used(Quantity::kRequestsPerMinute, now),
            place.series.Used(Quantity::kTokensPerMinute, now),
            place.last_second.load(std::memory_order_relaxed)
        );
    };
    Place* least = &set.places.front();
    for (Place& place : set.places) {
        if (use(place) < use(*least)) {
            least = &place;
        }
    }
    return *least;
}

/// One at a time, so that a subject never gets two places.
SeriesTable::Place& SeriesTable::Insert(Set& set, std::uint64_t id, const Moment& now) {
    while (set.filling.test_and_set(std::memory_order_acquire)) {
        set.filling.wait(true, std::memory_order_relaxed);
    }
    Place* place = FindPlace(set, id);
    if (place == nullptr) {
        place = &LeastUsed(set, now);
        place->id.store(id, std::memory_order_release);
    }
    set.filling.clear(std::memory_order_release);
    set.filling.notify_one();
    return *place;
}

LimitSeries& SeriesTable::Find(
    std::uint64_t rule,
    std::string_view subject,
    std::string_view label,
    const Moment& now
) {
    std::uint64_t id = 0;
    crypto_shorthash(
        reinterpret_cast<unsigned char*>(&id),
        reinterpret_cast<const unsigned char*>(subject.data()),
        subject.size(),
        hash_key_.data()
    );
    id = (id ^ rule) | 1U << 31U;  // Never 0; the set's number comes from other bits.
    Set& set = SetOf(id);
    Place* place = FindPlace(set, id);
    if (place == nullptr) {
        place = &Insert(set, id, now);
        std::array<std::uint64_t, Place::kLabelWords> words{};
        std::memcpy(words.data(), label.data(), std::min(label.size(), kLabelBytesMax));
        place->label_of.store(0, std::memory_order_release);
        for (std::size_t i = 0; i < words.size(); ++i) {
            place->label[i].store(words[i], std::memory_order_release);
        }
        place->rule.store(rule, std::memory_order_release);
        place->label_of.store(id, std::memory_order_release);
    }
    place->last_second.store(now.second, std::memory_order_relaxed);
    return place->series;
}

void SeriesTable::ForEach(
    const std::function<void(std::uint64_t rule, const std::string& label, LimitSeries& series)>&
        use
) {
    for (std::size_t i = 0; i < kSets; ++i) {
        Set* const set = sets_[i].load(std::memory_order_acquire);
        if (set == nullptr) {
            continue;
        }
        for (Place& place : set->places) {
            const std::uint64_t id = place.label_of.load(std::memory_order_acquire);
            std::array<std::uint64_t, Place::kLabelWords> words{};
            for (std::size_t word = 0; word < words.size(); ++word) {
                words[word] = place.label[word].load(std::memory_order_acquire);
            }
            const std::uint64_t rule = place.rule.load(std::memory_order_acquire);
            // Passed over while it is given to another subject.
            if (id != 0 && place.label_of.load(std::memory_order_acquire) == id) {
                std::array<char, kLabelBytesMax> text{};
                std::memcpy(text.data(), words.data(), text.size());
                use(rule,
                    std::string(text.data(), ::strnlen(text.data(), text.size())),
                    place.series);
            }
        }
    }
}

}  // namespace sightglass::access
