// Takes a user out of the file of the embedded engine, so that no byte of what named them is left: the rows are
// changed, and the file is written anew. Calls stay, and with them all totals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace sightglass::store {

/// How many rows still hold the text somewhere in a column: other people's words, that nobody may change.
struct Leftover {
    std::string column;  ///< "calls.endpoint"
    std::int64_t rows = 0;
};

struct ErasedFromStore {
    std::int64_t calls = 0;
    std::int64_t contents = 0;
    std::int64_t feedback = 0;
    std::int64_t spans = 0;
    std::vector<Leftover> leftovers;
};

/// `file` must be closed. Of the user's calls go: user, tags, client address, user agent, error message and content; their sessions
/// get new names. Feedback on these calls and by the user loses user, comment and corrected words. kNotFound where there is no such
/// file; kConflict where a process has it open. After a failure the file is whole: as it was, or with the rows changed
/// and not yet written anew; then it is done again.
/// Thread-safety: safe for concurrent use on different files.
Result<ErasedFromStore>
EraseUser(const Path& file, const std::string& user, std::size_t group_rows);

}  // namespace sightglass::store
