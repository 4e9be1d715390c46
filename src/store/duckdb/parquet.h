// Parquet files, by DuckDB's reader and writer, in a database of their own that holds nothing.
//
// Thread-safety: safe for concurrent use; a reader belongs to one thread.
#pragma once

#include <memory>

#include "base/files.h"
#include "base/result.h"
#include "store/text_rows.h"

namespace sightglass::store {

/// Reads a file in constant memory. kCorrupt where it is none, kIo.
Result<std::unique_ptr<TextRows>> OpenParquet(const Path& file);

/// Makes a Parquet file of a table as text (a header line, then records, comma-separated, empty for
/// null) whose columns are the Call's fields, each in its type: text, BIGINT, DOUBLE, BOOLEAN,
/// TIMESTAMP WITH TIME ZONE.
Status WriteParquet(const Path& csv, const Path& file);

}  // namespace sightglass::store
