// Values in and out of DuckDB's vectors: Calls to columns, columns to Calls, columns to cells.
//
// Included by this folder's .cc files only.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "call/fields.h"
#include "store/duckdb/handle.h"
#include "store/store.h"

namespace sightglass::store {

/// Numbers beyond this are stored as this: no count, size or time of a Call is meant to be larger,
/// and sums of several fields then never leave 64 bits, whatever a provider sends.
inline constexpr std::int64_t kStoredIntMax = std::int64_t{1} << 59;

/// A column of a table whose rows are no Calls.
/// Thread-safety: plain value.
struct TableColumn {
    std::string_view name;
    duckdb_type type;
    std::string_view sql_type;
};

/// Whether it is a NULL.
bool IsNull(duckdb_vector vector, idx_t row) noexcept;

/// The text of a VARCHAR; empty for NULL. Valid as long as the chunk.
std::string_view ReadText(duckdb_data_chunk chunk, idx_t column, idx_t row) noexcept;

/// A whole number of any of DuckDB's integer types or a TIMESTAMP's µs, kept within 64 bits.
std::optional<std::int64_t> ReadInt(duckdb_data_chunk chunk, idx_t column, idx_t row) noexcept;

/// The value as a cell: whole numbers, TIMESTAMP and DOUBLE as they are, anything else as text.
Cell ReadCell(duckdb_data_chunk chunk, idx_t column, idx_t row, duckdb_type type);

/// Sets a text of a new vector; bytes that are not UTF-8 become U+FFFD.
void WriteText(duckdb_vector vector, idx_t row, std::string_view text);

/// The same, and NULL for an empty one.
void WriteKnownText(duckdb_vector vector, idx_t row, std::string_view text);

/// Sets a TIMESTAMP; NULL where it is not known.
void WriteKnownTime(duckdb_vector vector, idx_t row, const OptionalTime& time);

void SetNull(duckdb_vector vector, idx_t row);

OptionalTime ReadTime(duckdb_data_chunk chunk, idx_t column, idx_t row);

/// Sets one field of each Call from a column of an answer.
void ReadColumn(duckdb_vector vector, const Field& field, std::span<Call> calls);

}  // namespace sightglass::store
