// Rows of a table as text: a header line, then records. RFC 4180 (quotes, line breaks within
// quotes), with commas, semicolons or tabs between cells, LF or CRLF, with or without a byte order
// mark. A cell that holds a JSON object can be looked into: column "metadata.alias".
//
// Thread-safety: pure functions; a reader belongs to one thread.
#pragma once

#include <memory>

#include "capture/files/byte_source.h"
#include "capture/files/row.h"

namespace sightglass::capture::files {

/// Reads the header. kCorrupt where there is none. The window must outlive the reader.
Result<std::unique_ptr<RowReader>> ReadCsv(ByteWindow& window);

}  // namespace sightglass::capture::files
