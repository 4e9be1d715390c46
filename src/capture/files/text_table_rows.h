// Rows of a table that an engine reads (store/text_rows.h), as rows of a file.
//
// Thread-safety: pure functions; a reader belongs to one thread.
#pragma once

#include <memory>

#include "capture/files/row.h"
#include "store/text_rows.h"

namespace sightglass::capture::files {

std::unique_ptr<RowReader> ReadTextTable(std::unique_ptr<store::TextRows> table);

}  // namespace sightglass::capture::files
