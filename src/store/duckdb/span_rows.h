// Spans in and out of DuckDB's vectors.
//
// Included by this folder's .cc files only.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "call/span.h"
#include "store/duckdb/handle.h"

namespace sightglass::store {

/// A column of the table `spans`.
struct SpanColumn {
    std::string_view name;
    duckdb_type type;
    std::string_view sql_type;
};

/// In the table's order.
std::span<const SpanColumn> SpanColumns() noexcept;

/// Sets one column of a row; unknown is NULL.
void WriteSpanColumn(duckdb_vector vector, idx_t column, idx_t row, const Span& span);

/// Rows of `SELECT <SpanColumnList()>`.
std::vector<Span> ReadSpans(Rows& rows);

/// The names, with commas between.
std::string SpanColumnList();

}  // namespace sightglass::store
