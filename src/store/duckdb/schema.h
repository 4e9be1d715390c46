// The file's tables, and how an older file becomes a current one.
//
//   calls              one column a field of call/fields.h, by its name; unknown is NULL; and
//                      kept_by, the number of the commit that brought the row in (staged.h)
//   spans              one column a member of call/span.h; unknown is NULL
//   feedback           one column a member of call/feedback.h; unknown is NULL
//   journal_positions  how far each segment has been taken in
//   commits            one row: how many commits there were (staged.h)
//   rollup_…           sums of calls (rollup_sets.h)
//   schema_migrations  what was done to this file, and when
//
// What was said is in a file of its own (content_file.h).
//
// There are no keys and no indexes: they would cost each append more than finding the few repeated
// ids does (id_memory.h).
//
// Included by this folder's .cc files only.
//
// Thread-safety: pure functions, over a connection of one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "call/fields.h"
#include "store/duckdb/handle.h"

namespace sightglass::store {

/// Of `calls`, beside the fields.
inline constexpr std::string_view kCommitColumn = "kept_by";

/// The name between double quotes. Only names that the program knows come here.
std::string Quoted(std::string_view name);

/// The SQL type that holds a field.
std::string_view SqlType(const Field& field) noexcept;

/// The same for DuckDB's vectors.
LogicalTypeHandle LogicalType(const Field& field);

/// Makes or updates the tables, all in one transaction. kCorrupt where a later version made the
/// file.
Status Migrate(duckdb_connection connection);

/// The columns of `calls` in the file's order, but for kCommitColumn; null for one that this version
/// does not know.
Result<std::vector<const Field*>> CallColumns(duckdb_connection connection);

}  // namespace sightglass::store
