// Calls as lines of a file: what `sightglass export` writes, and the format "sightglass" reads.
//
// Thread-safety: pure functions; a writer belongs to one thread.
#pragma once

#include <string>
#include <string_view>

#include "call/call.h"

namespace sightglass::capture::files {

/// Appends the Call as one JSON object and a line end: its known fields by their names.
void AppendJsonLine(const Call& call, std::string& out);

/// Appends the header line of a table of Calls: every field.
void AppendCsvHeader(std::string& out);

/// Appends the Call as one record of that table.
void AppendCsvLine(const Call& call, std::string& out);

/// The same without making formulas harmless: for what no spreadsheet reads.
void AppendPlainCsvLine(const Call& call, std::string& out);

/// Appends a cell, quoted where it has to be. One that a spreadsheet would take for a formula (it
/// begins with = + - @, and is no number) gets an apostrophe before it, and so does a text that looks like one that got it.
void AppendCsvCell(std::string_view text, std::string& out);

/// The text that AppendCsvCell made the cell of.
std::string_view TextOfCsvCell(std::string_view cell);

}  // namespace sightglass::capture::files
