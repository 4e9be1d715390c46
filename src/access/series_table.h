// Series by the subject they count: as many as there are users, keys or models, up to a bound that
// no number of made-up names can break.
//
// A subject belongs to one set of eight places. When its set is full, the place with the least money
// of this month, then with the least running, is given to it together with what was counted there
// (the Space-Saving summary). What that promises:
// - Money: a subject that comes back has never less counted than it spent, but may have more. So
//   no budget is got around by being forgotten.
// - A minute's counts are approximate once a set is full: a subject that was put out within its
//   minute may come back with less, or more. All subjects of a set together get at most eight times
//   a limit, and nobody outside can aim at a set.
// Only subjects whose set is crowded could notice.
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
    Find(std::uint64_t rule, std::string_view subject, std::string_view label, const Moment& now);

    /// Calls `use` with every series there is.
    void ForEach(const std::function<
                 void(std::uint64_t rule, const std::string& label, LimitSeries& series)>& use);

    /// Bytes that one set takes once a subject of it has been seen.
    static std::size_t SetBytes() noexcept;

private:
    struct Place;
    struct Set;

    Set& SetOf(std::uint64_t id);
    static Place& Insert(Set& set, std::uint64_t id, const Moment& now);
    static Place* FindPlace(Set& set, std::uint64_t id) noexcept;
    static Place& LeastUsed(Set& set, const Moment& now) noexcept;

    const std::unique_ptr<std::atomic<Set*>[]> sets_;
    std::array<std::uint8_t, 16> hash_key_{};  ///< Nobody outside can aim at a set.
};

}  // namespace sightglass::access
