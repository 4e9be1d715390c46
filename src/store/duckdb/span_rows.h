// Spans in and out of DuckDB's vectors.
//
// Included by this folder's .cc files only.
//
// Thread-safety: pure functions, over vectors and rows of one thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "call/span.h"
#include "store/duckdb/handle.h"
#include "store/duckdb/values.h"

namespace sightglass::store {

/// In the table's order.
std::span<const TableColumn> SpanColumns() noexcept;

/// Sets one column of a row; unknown is NULL.
void WriteSpanColumn(duckdb_vector vector, idx_t column, idx_t row, const Span& span);

/// Rows of `SELECT <SpanColumnList()>`.
std::vector<Span> ReadSpans(Rows& rows);

/// The names, with commas between.
std::string SpanColumnList();

}  // namespace sightglass::store
