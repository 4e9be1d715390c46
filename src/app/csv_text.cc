#include "app/csv_text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"

namespace sightglass::app {
namespace {

/// U+2581 to U+2588.
constexpr std::array<std::string_view, 8> kBars = {
    "\xe2\x96\x81",
    "\xe2\x96\x82",
    "\xe2\x96\x83",
    "\xe2\x96\x84",
    "\xe2\x96\x85",
    "\xe2\x96\x86",
    "\xe2\x96\x87",
    "\xe2\x96\x88"};

bool LooksLikeFormula(std::string_view cell) {
    constexpr std::string_view kStarts = "=+-@\t\r";
    return !cell.empty() && kStarts.find(cell.front()) != std::string_view::npos &&
           !ParseDouble(cell) && cell != "-";
}

std::string CsvCell(std::string_view cell) {
    std::string text = LooksLikeFormula(cell) ? "'" + std::string(cell) : std::string(cell);
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
}

}  // namespace

std::string CsvLine(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        line += (i == 0 ? "" : ",") + CsvCell(cells[i]);
    }
    return line + "\r\n";
}

std::string FormatCsv(
    const std::vector<TextColumn>& columns,
    const std::vector<std::vector<std::string>>& rows
) {
    std::vector<std::string> head;
    for (const TextColumn& column : columns) {
        head.push_back(column.name);
    }
    std::string csv = CsvLine(head);
    for (const std::vector<std::string>& row : rows) {
        std::vector<std::string> cells = row;
        std::replace(cells.begin(), cells.end(), std::string("-"), std::string());
        csv += CsvLine(cells);
    }
    return csv;
}

std::string Sparkline(const std::vector<double>& values) {
    double largest = 0;
    for (const double value : values) {
        largest = std::isfinite(value) ? std::max(largest, value) : largest;
    }
    std::string line;
    for (const double value : values) {
        if (!std::isfinite(value)) {
            line += ' ';
            continue;
        }
        const double height =
            largest > 0 ? std::clamp(value / largest, 0.0, 1.0) * (kBars.size() - 1) : 0;
        line += kBars[static_cast<std::size_t>(std::lround(height))];
    }
    return line;
}

}  // namespace sightglass::app
