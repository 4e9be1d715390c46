// What an earlier process left in the directory, brought into a state that a Reader understands.
//
// Thread-safety: one thread, before anybody else looks at the directory.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "journal/segment.h"

namespace sightglass::journal {

struct Recovered {
    std::vector<std::shared_ptr<Segment>> segments;  ///< By number.
    std::uint64_t next_number = 0;                   ///< Larger than any segment's number, ever.
    std::uint64_t rescued_records = 0;               ///< Were in a ring, and nowhere else.
    std::uint64_t damaged_files = 0;
};

/// Takes in the rings, sets files without a readable header aside, and chooses the next number. The
/// caller holds the directory's lock. Safe to repeat after a crash within it.
Result<Recovered> Recover(const Path& directory);

}  // namespace sightglass::journal
