// Tables for a terminal: aligned columns, numbers to the right, control characters escaped.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sightglass::app {

struct TextColumn {
    std::string name;
    bool right = false;     ///< Numbers.
    std::size_t width = 0;  ///< In characters, where rows are written one at a time.
};

/// The head, and a line a row. Cells are UTF-8; each is cut to 60 characters.
std::string FormatTable(
    const std::vector<TextColumn>& columns,
    const std::vector<std::vector<std::string>>& rows
);

/// One line of a table of which the other rows are not known: columns are as wide as they say, or as the cell.
std::string
FormatRow(const std::vector<TextColumn>& columns, const std::vector<std::string>& cells);

/// A number as people read it: at most `fraction_digits` after the point, trailing zeros dropped.
std::string FormatNumber(double number, int fraction_digits);

/// The same with as many digits after the point as show what a small number is, six at least: an amount that is not zero never looks
/// like zero.
std::string FormatAmount(double number);

}  // namespace sightglass::app
