// Rows as CSV for a spreadsheet.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/table_text.h"

namespace sightglass::app {

/// A line and its end (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe in front; a number does not.
std::string CsvLine(const std::vector<std::string>& cells);

/// A table as FormatTable takes it; "-", which is unknown there, is an empty cell.
std::string FormatCsv(
    const std::vector<TextColumn>& columns,
    const std::vector<std::vector<std::string>>& rows
);

/// The values as bars of a row of text, from none to the largest; a blank for what is not a number.
std::string Sparkline(const std::vector<double>& values);

}  // namespace sightglass::app
