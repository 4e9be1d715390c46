// A row: one line, record or element of a file, as the cells that a mapping asks for. Every format
// is read as rows; what differs is how bytes become rows (one RowReader each), and which column
// means what (a table each, see format.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/json.h"

namespace sightglass::capture::files {

enum class CellKind : std::uint8_t {
    kMissing,  ///< Absent, null, or an empty cell of a table.
    kText,
    kNumber,  ///< `text` is the number as it is written.
    kBool,    ///< `text` is "true" or "false".
    kJson,    ///< An object or array: `json`.
};

/// One value. Views, valid until the reader's next row.
/// Thread-safety: plain value.
struct Cell {
    CellKind kind = CellKind::kMissing;
    std::string_view text = {};
    codec::JsonValue json = {};
};

/// A value of a JSON document as a cell.
Cell CellOf(const codec::JsonValue& value) noexcept;

/// Thread-safety: plain value.
struct Row {
    std::vector<Cell> cells;  ///< One for each column that was bound, in that order.
    std::string_view raw;     ///< Its bytes as they stand in the file: what tells it from others.
    std::uint64_t line = 0;   ///< Where it begins: the first line is 1.
    std::string_view broken;  ///< Why it is no row; empty where it is one.
};

/// Reads rows, one after another, in constant memory.
/// Thread-safety: one thread at a time.
class RowReader {
public:
    virtual ~RowReader() = default;

    /// The columns that a look at the first rows shows, in their order. Members of objects are
    /// named by their path: "usage.prompt_tokens".
    virtual const std::vector<std::string>& Columns() const noexcept = 0;

    /// Says which columns Next fills cells of. A column that does not exist stays missing.
    virtual void Bind(const std::vector<std::string>& columns) = 0;

    /// The next row; false at the end. A line that is broken is a Row as well. kIo, kCorrupt where
    /// nothing more can be read.
    virtual Result<bool> Next(Row& row) = 0;
};

}  // namespace sightglass::capture::files
