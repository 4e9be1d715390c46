// The embedded engine: DuckDB, one file, and one for what was said. Its C API appears in this folder only.
//
// Thread-safety: as Store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/files.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::store {

/// Rows in one of the file's groups. A commit of so many writes them compressed, straight into the
/// file; fewer go into DuckDB's log first. Half of DuckDB's own number: what is staged for a commit
/// is in memory, and a commit takes a third of a second of this thread.
inline constexpr std::size_t kGroupRows = 61'440;

struct DuckDbOptions {
    std::size_t memory_bytes_max = std::size_t{1} << 30;
    std::size_t group_rows =
        kGroupRows;       ///< Of groups to come. A commit takes 2 KiB a row and more
                          ///< of the memory: with fewer rows less is needed.
    int threads = 2;      ///< DuckDB's own, shared by all queries; they run at background priority.
    int connections = 4;  ///< Queries at once; more wait.
    int content_days = 0;  ///< How many whole days contents are kept; 0: for ever.
    Duration query_time_max = std::chrono::seconds(30);  ///< Then a query is stopped: kTimeout.
    bool rollups = false;  ///< Whether questions are answered from sums (decision 27).
    std::int64_t rollup_calls_min = 50'000;  ///< Of about fewer calls, the calls are read.
    Duration rollup_rest =
        std::chrono::seconds(30);  ///< An hour is summed when no commit touched it for so long.
};

/// Opens or makes the file and brings its schema up to date. kConflict when another process has it
/// open, kCorrupt when the file was written by a later version of Sightglass.
Result<std::unique_ptr<Store>> OpenDuckDb(const Path& file, const DuckDbOptions& options);

}  // namespace sightglass::store
