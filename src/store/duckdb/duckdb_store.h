// The embedded engine: DuckDB, one file. Its C API appears in this folder only.
#pragma once

#include <cstddef>
#include <memory>

#include "base/files.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::store {

struct DuckDbOptions {
    std::size_t memory_bytes_max = std::size_t{1} << 30;
    int threads = 2;      ///< DuckDB's own, shared by all queries; they run at background priority.
    int connections = 4;  ///< Queries at once; more wait.
    Duration query_time_max = std::chrono::seconds(30);  ///< Then a query is stopped: kTimeout.
};

/// Opens or makes the file and brings its schema up to date. kConflict when another process has it
/// open, kCorrupt when the file was written by a later version of Sightglass.
Result<std::unique_ptr<Store>> OpenDuckDb(const Path& file, const DuckDbOptions& options);

}  // namespace sightglass::store
