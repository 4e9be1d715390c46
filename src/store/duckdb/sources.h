// What questions read while something is staged (staged.h): the file's rows of commits that they
// may know of, less those withdrawn, and the staged ones.
//
// Included by this folder's .cc files only.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "store/duckdb/expressions.h"
#include "store/duckdb/staged.h"

namespace sightglass::store {

/// The file's rows as of that commit that are not withdrawn, and the staged ones.
Sources SourcesWith(const StagedRows& staged, std::uint64_t commits);

/// The same of calls without the staged ones: the table by its name, so that rows have their places.
Sources FileSources(const Sources& sources, const StagedRows& staged, std::uint64_t commits);

}  // namespace sightglass::store
