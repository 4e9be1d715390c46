// Bytes of any kind as rows: what they are is told by what they hold, never by the file's name.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "capture/files/byte_source.h"
#include "capture/files/format.h"
#include "capture/files/row.h"

namespace sightglass::capture::files {

/// A file that is being read. Thread-safety: one thread at a time.
struct OpenedRows {
    std::unique_ptr<ByteSource> bytes;  ///< Null where the rows read the file themselves.
    std::unique_ptr<ByteWindow> window;
    std::unique_ptr<RowReader> rows;
    const Format* format = nullptr;  ///< Null where it is none that is known.
    std::string framing;             ///< "csv", "jsonl", "parquet": for people.
};

/// Reads a Parquet file, which needs an engine that this room does not know.
using OpenParquet = std::function<Result<std::unique_ptr<RowReader>>(const std::string& path)>;

/// Opens a file ("-": standard input). `format_name` is the name of a format, of a framing (csv,
/// jsonl, parquet: its columns are guessed), or empty: told by the content.
Result<OpenedRows>
OpenRows(const std::string& path, std::string_view format_name, const OpenParquet& open_parquet);

/// The same of bytes.
Result<OpenedRows> RowsOf(std::unique_ptr<ByteSource> bytes, std::string_view format_name);

}  // namespace sightglass::capture::files
