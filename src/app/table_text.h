// Tables for a terminal: aligned columns, numbers to the right, control characters escaped.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <vector>

namespace sightglass::app {

struct TextColumn {
    std::string name;
    bool right = false;  ///< Numbers.
};

/// The head, and a line a row. Cells are UTF-8; each is cut to 60 characters.
std::string FormatTable(
    const std::vector<TextColumn>& columns,
    const std::vector<std::vector<std::string>>& rows
);

/// A number as people read it: at most `fraction_digits` after the point, trailing zeros dropped.
std::string FormatNumber(double number, int fraction_digits);

}  // namespace sightglass::app
