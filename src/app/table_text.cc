#include "app/table_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/text.h"

namespace sightglass::app {
namespace {

constexpr std::size_t kCellCharactersMax = 60;

/// Code points; wide characters count one, which leaves their columns a little off.
std::size_t CountCharacters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

std::string CellText(std::string_view cell) {
    std::string text = EscapeForDisplay(cell);
    if (CountCharacters(text) <= kCellCharactersMax) {
        return text;
    }
    std::size_t end = 0;
    for (std::size_t characters = 0; end < text.size(); ++end) {
        characters += (static_cast<unsigned char>(text[end]) & 0xc0U) != 0x80U ? 1 : 0;
        if (characters == kCellCharactersMax) {
            break;
        }
    }
    text.resize(end);
    return text + "\xe2\x80\xa6";  // An ellipsis.
}

void AppendPadded(std::string& out, const std::string& text, std::size_t width, bool right) {
    const std::string padding(width - CountCharacters(text), ' ');
    out += right ? padding + text : text + padding;
}

}  // namespace

std::string FormatTable(
    const std::vector<TextColumn>& columns,
    const std::vector<std::vector<std::string>>& rows
) {
    std::vector<std::vector<std::string>> lines(1);
    for (const TextColumn& column : columns) {
        lines[0].push_back(CellText(column.name));
    }
    for (const auto& row : rows) {
        auto& line = lines.emplace_back();
        for (const std::string& cell : row) {
            line.push_back(CellText(cell));
        }
    }
    std::vector<std::size_t> widths(columns.size());
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            widths[i] = std::max(widths[i], CountCharacters(line[i]));
        }
    }
    std::string text;
    for (const auto& line : lines) {
        std::string one;
        for (std::size_t i = 0; i < line.size(); ++i) {
            one += i == 0 ? "" : "  ";
            AppendPadded(one, line[i], widths[i], columns[i].right);
        }
        one.erase(one.find_last_not_of(' ') + 1);
        text += one + "\n";
    }
    return text;
}

std::string
FormatRow(const std::vector<TextColumn>& columns, const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string text = CellText(cells[i]);
        line += i == 0 ? "" : "  ";
        AppendPadded(
            line,
            text,
            std::max(columns[i].width, CountCharacters(text)),
            columns[i].right
        );
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::string FormatNumber(double number, int fraction_digits) {
    char buffer[64];
    const int size = std::snprintf(buffer, sizeof buffer, "%.*f", fraction_digits, number);
    std::string text(buffer, static_cast<std::size_t>(size));
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') {
            text.pop_back();
        }
    }
    return text;
}

std::string FormatAmount(double number) {
    constexpr int kFractionDigits = 6;
    constexpr int kFractionDigitsMax = 15;
    constexpr double kSignificant = 100;  // Three digits.
    int digits = kFractionDigits;
    double scaled = std::abs(number) * 1e6;
    while (scaled > 0 && scaled < kSignificant && digits < kFractionDigitsMax) {
        scaled *= 10;
        ++digits;
    }
    return FormatNumber(number, digits);
}

}  // namespace sightglass::app
