// Writes contents to their file: cut into pieces, of which each is written once a day; and deletes what is old.
//
// Included by this folder's .cc files only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "store/duckdb/handle.h"
#include "store/duckdb/scan_threads.h"
#include "store/duckdb/text_index.h"
#include "store/store.h"

namespace sightglass::store {

/// Thread-safety: belongs to the thread that commits.
class ContentWriter {
public:
    /// `file` is that of the contents, attached to the connection. `scanners` may be null; it outlives this.
    static Result<ContentWriter>
    Make(duckdb_connection connection, const Path& file, ScanThreads* scanners);

    /// All of them or none, durable on return; each takes the place of what has its call_id.
    Status Write(const std::vector<std::shared_ptr<const Content>>& contents);

    /// Deletes contents of days before that one, and then texts, `rows_max` of each at most. True where more
    /// are left.
    Result<bool> ForgetBefore(std::int64_t day, std::size_t rows_max);

private:
    struct Portion;

    ContentWriter(duckdb_connection connection, Path log, ScanThreads* scanners)
        : connection_(connection), log_(std::move(log)), scanners_(scanners) {}

    Status WriteAll(const std::vector<std::shared_ptr<const Content>>& contents);
    Result<std::string> KeepText(std::string text, std::int64_t day, Portion& portion);
    Status Insert(Portion& portion);
    Result<std::uint64_t> Delete(std::string_view table, std::int64_t day, std::size_t rows_max);
    Status Finish(Status status);
    void Checkpoint();

    duckdb_connection connection_;
    Path log_;  ///< DuckDB's write-ahead log, beside the file.
    ScanThreads* scanners_;
    TextIndex index_;
    std::int64_t next_id_ = 1;
    int commits_since_checkpoint_ = 0;
    bool forgot_ = false;  ///< Since the last checkpoint, which gives the room back.
};

/// Moves contents that an older file of calls has in a table of its own. After a crash it is done again.
Status MoveOldContents(duckdb_connection connection, ContentWriter& writer);

}  // namespace sightglass::store
