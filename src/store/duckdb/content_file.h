// What was said, in a database file of its own beside the calls: attached to the same engine under the name `content`.
//
//   content.texts     id, day, hash, text: pieces of texts (text_pieces.h), compressed with zstd. Of one day no two are
//                     equal; of several, they are not compared: so a day's texts go with its contents.
//   content.contents  call_id, day, redacted, truncated; input and output as the ids of their pieces
//
// The day is that of the call's id, in days since 1970. No transaction writes to two files: contents are committed first, then the
// calls with the journal's positions. After a crash in between the journal brings both again, and contents
// take the place of what has their id.
//
// Included by this folder's .cc files only.
//
// Thread-safety: pure functions, over a connection of one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "store/duckdb/handle.h"
#include "store/store.h"

namespace sightglass::store {

/// Texts in one group of rows: what is read and thrown away to find one.
inline constexpr std::size_t kTextGroupRows = 12'288;

/// "DIR/calls.contents.duckdb".
Path ContentFileOf(const Path& calls_file);

/// The statement that opens or makes a file of contents under a name.
std::string AttachContentsSql(const Path& file, const std::string& name);

/// Makes the tables where they are not there. kCorrupt where a later version made the file.
Status MakeContentTables(duckdb_connection connection);

/// The day of a call by the time in its id, in days since 1970.
std::int64_t DayOf(const Uuid& call_id) noexcept;

/// What the file holds of a call. kNotFound where it is nothing.
Result<Content> ReadContent(duckdb_connection connection, const Uuid& call_id, SteadyTime deadline);

}  // namespace sightglass::store
