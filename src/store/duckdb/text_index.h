// Which texts a day of the contents' file has, by their hashes: BLAKE2b of 128 bits, so that nobody can make two that
// are taken for one.
//
// Included by this folder's .cc files only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/uuid.h"
#include "store/duckdb/handle.h"

namespace sightglass::store {

/// In the form of an id, as which the file keeps it.
Uuid HashOf(std::string_view text) noexcept;

/// Of the two days used last, and of each at most kTextsMax texts: one that is not known any more is kept
/// again. At most 60 MB.
/// Thread-safety: belongs to one thread.
class TextIndex {
public:
    static constexpr std::size_t kTextsMax = std::size_t{1} << 19;

    /// Of the texts by this hash. The reference holds until another day is asked for.
    using Day = std::unordered_map<Uuid, std::int64_t>;
    Result<Day*> Of(duckdb_connection connection, std::int64_t day);

    /// After a commit that failed, or when texts were deleted.
    void Clear() { days_.clear(); }

private:
    std::unordered_map<std::int64_t, Day> days_;
    std::int64_t last_day_ = 0;
};

}  // namespace sightglass::store
