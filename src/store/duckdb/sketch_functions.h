// The sketches of src/sketch/ as functions of SQL, so that a rollup is made and merged by plain
// GROUP BY:
//
//   log_histogram(BIGINT) -> BLOB         a histogram of the values that are not NULL
//   merge_histograms(BLOB) -> BLOB        of several, one
//   histogram_quantile(BLOB, DOUBLE) -> DOUBLE
//   distinct_sketch(VARCHAR) -> BLOB      of the values that are not NULL
//   merge_distinct(BLOB) -> BLOB
//   distinct_count(BLOB) -> BIGINT
//
// An aggregate of nothing is NULL, and so is what is worked out of NULL.
//
// Included by this folder's .cc files only.
#pragma once

#include "store/duckdb/handle.h"

namespace sightglass::store {

/// Once a database.
Status RegisterSketchFunctions(duckdb_connection connection);

}  // namespace sightglass::store
