// Series by the subject they count: as many as there are users, keys or models, up to a bound that
// no number of made-up names can break.
//
// A subject belongs to one set of eight places. When its set is full, the place that counts least,
// usually one that is idle, is given to it together with what was counted there: a subject that
// comes back may then have been counted too high, never too low (the Space-Saving summary). So a
// limit is never exceeded, and only subjects whose set is crowded by busier ones could notice.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "access/limit_series.h"

namespace sightglass::access {

/// Thread-safety: safe for concurrent use. Finding takes no lock; a new subject in a full set waits
/// for another one that is just being put there.
class SeriesTable {
public:
    static constexpr std::size_t kSets = 4'096;
    static constexpr std::size_t kPlaces = 8;
    static constexpr std::size_t kLabelBytesMax = 64;

    SeriesTable();
    ~SeriesTable();
    SeriesTable(const SeriesTable&) = delete;
    SeriesTable& operator=(const SeriesTable&) = delete;

    /// The series of a subject. `rule` says which limit it belongs to, `label` what a person calls
    /// it; its start is kept. Valid as long as the table.
    LimitSeries&
    Find(std::uint64_t rule, std::string_view subject, std::string_view label, Time now);

    /// Calls `use` with every series there is.
    void ForEach(
        const std::function<void(std::uint64_t rule, std::string label, LimitSeries& series)>& use
    );

    /// Bytes that one set takes once a subject of it has been seen.
    static std::size_t SetBytes() noexcept;

private:
    struct Place;
    struct Set;

    Set& SetOf(std::uint64_t id);
    static Place& Insert(Set& set, std::uint64_t id, std::int64_t now);
    static Place* FindPlace(Set& set, std::uint64_t id) noexcept;
    static Place& LeastUsed(Set& set, std::int64_t now) noexcept;

    const std::unique_ptr<std::atomic<Set*>[]> sets_;
    std::array<std::uint8_t, 16> hash_key_{};  ///< Nobody outside can aim at a set.
};

}  // namespace sightglass::access
