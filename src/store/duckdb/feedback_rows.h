// Feedback in and out of DuckDB's vectors.
//
// Included by this folder's .cc files only.
//
// Thread-safety: pure functions, over vectors and rows of one thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "call/feedback.h"
#include "store/duckdb/handle.h"
#include "store/duckdb/values.h"

namespace sightglass::store {

/// In the table's order.
std::span<const TableColumn> FeedbackColumns() noexcept;

/// Sets one column of a row; unknown is NULL.
void WriteFeedbackColumn(duckdb_vector vector, idx_t column, idx_t row, const Feedback& feedback);

/// Rows of `SELECT <FeedbackColumnList()>`.
std::vector<Feedback> ReadFeedback(Rows& rows);

/// The names, quoted, with commas between.
std::string FeedbackColumnList();

}  // namespace sightglass::store
