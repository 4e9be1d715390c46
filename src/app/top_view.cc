#include "app/top_view.h"

#include <algorithm>
#include <array>

#include "app/table_text.h"
#include "base/text.h"
#include "codec/json.h"

namespace sightglass::app {
namespace {

constexpr std::string_view kHeadStyle = "\x1b[7m";
constexpr std::string_view kPlainStyle = "\x1b[0m";
constexpr std::string_view kKeys =
    "q quit   < > sort by   r reverse   g group by   w window   p pause";

std::string Compact(double number) {
    constexpr std::array<std::string_view, 4> kSuffixes{"", "k", "M", "G"};
    std::size_t step = 0;
    while (number >= 1000 && step + 1 < kSuffixes.size()) {
        number /= 1000;
        ++step;
    }
    return FormatNumber(number, number < 100 ? 1 : 0) + std::string(kSuffixes.at(step));
}

std::string Format(TopUnit unit, const std::optional<double>& value) {
    if (!value) {
        return "-";
    }
    switch (unit) {
        case TopUnit::kPercent:
            return FormatNumber(*value * 100, 1) + " %";
        case TopUnit::kDollars:
            return FormatNumber(*value, *value < 1 ? 4 : 2);
        case TopUnit::kMilliseconds:
            return FormatNumber(*value, 0);
        case TopUnit::kPerMinute:
        case TopUnit::kTokens:
            break;
    }
    return Compact(*value);
}

/// The first `most` characters.
std::string_view Cut(std::string_view line, std::size_t most) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(line[i]) & 0xc0U) != 0x80U;
        if (begins && characters++ == most) {
            return line.substr(0, i);
        }
    }
    return line;
}

std::string Summary(const TopView& view, const TopData& data) {
    std::string text = "sightglass " + data.at + "  by " + view.by + ", last " + view.window;
    const auto& columns = TopColumns();
    for (std::size_t i = 0; i < columns.size() && i < data.all.values.size(); ++i) {
        text += "  ";
        text += columns[i].title;
        text += ' ' + Format(columns[i].unit, data.all.values[i]);
    }
    text += "  in flight " + std::to_string(data.in_flight);
    text += data.firing > 0 ? "  ALERTS " + std::to_string(data.firing) : "  no alerts";
    text += view.paused ? "  (paused)" : "";
    return text;
}

std::vector<std::string_view> Lines(std::string_view text) {
    std::vector<std::string_view> lines = Split(text, '\n');
    if (!lines.empty() && lines.back().empty()) {
        lines.pop_back();
    }
    return lines;
}

template <typename Names>
void Next(const Names& names, std::string& chosen) {
    const auto at = std::find(names.begin(), names.end(), chosen);
    chosen = at == names.end() || at + 1 == names.end() ? names.front() : *(at + 1);
}

void TakeKey(char key, TopView& view) {
    constexpr char kControlC = 3;
    const std::size_t columns = TopColumns().size();
    switch (key) {
        case 'q':
        case kControlC:
            view.done = true;
            break;
        case '>':
            view.sort = (view.sort + 1) % columns;
            break;
        case '<':
            view.sort = (view.sort + columns - 1) % columns;
            break;
        case 'r':
            view.ascending = !view.ascending;
            break;
        case 'g':
            Next(TopDimensions(), view.by);
            break;
        case 'w':
            Next(TopWindows(), view.window);
            break;
        case 'p':
            view.paused = !view.paused;
            break;
        default:
            break;
    }
}

}  // namespace

const std::vector<TopColumn>& TopColumns() {
    static const std::vector<TopColumn> columns{
        {"calls/min", "calls_per_min", TopUnit::kPerMinute},
        {"errors", "error_rate", TopUnit::kPercent},
        {"tokens/min", "tokens_per_min", TopUnit::kTokens},
        {"usd", "cost_usd", TopUnit::kDollars},
        {"p50 ms", "latency_p50_ms", TopUnit::kMilliseconds},
        {"p95 ms", "latency_p95_ms", TopUnit::kMilliseconds},
        {"first token ms", "ttft_p50_ms", TopUnit::kMilliseconds},
    };
    return columns;
}

const std::vector<std::string_view>& TopDimensions() {
    static const std::vector<std::string_view> names{
        "model",
        "service",
        "team",
        "user",
        "api_key_label",
        "provider",
        "status",
        "error_type"};
    return names;
}

const std::vector<std::string_view>& TopWindows() {
    static const std::vector<std::string_view> windows{"1m", "5m", "15m", "1h", "24h"};
    return windows;
}

Result<std::vector<TopRow>> ReadTopRows(std::string_view answer, bool has_names) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
    std::vector<TopRow> rows;
    root.Get("rows").ForEach([&](std::string_view, codec::JsonValue cells) {
        TopRow& row = rows.emplace_back();
        bool is_name = has_names;
        cells.ForEach([&](std::string_view, codec::JsonValue cell) {
            if (is_name) {
                row.name = std::string(cell.String().value_or("-"));
            } else {
                row.values.push_back(cell.Double());
            }
            is_name = false;
            return true;
        });
        row.values.resize(TopColumns().size());
        return true;
    });
    return rows;
}

void SortRows(const TopView& view, std::vector<TopRow>& rows) {
    std::stable_sort(rows.begin(), rows.end(), [&](const TopRow& a, const TopRow& b) {
        const std::optional<double>& left = a.values[view.sort];
        const std::optional<double>& right = b.values[view.sort];
        if (!left || !right) {
            return left.has_value() && !right.has_value();
        }
        return view.ascending ? *left < *right : *left > *right;
    });
}

std::string
FormatTop(const TopView& view, const TopData& data, const std::optional<TopSize>& size) {
    std::vector<TextColumn> columns{{view.by, false}};
    for (std::size_t i = 0; i < TopColumns().size(); ++i) {
        std::string title(TopColumns()[i].title);
        if (i == view.sort) {
            title.insert(0, 1, view.ascending ? '^' : 'v');
        }
        columns.push_back({std::move(title), true});
    }
    std::vector<std::vector<std::string>> cells;
    for (const TopRow& row : data.rows) {
        auto& line = cells.emplace_back();
        line.push_back(row.name);
        for (std::size_t i = 0; i < TopColumns().size(); ++i) {
            line.push_back(Format(TopColumns()[i].unit, row.values[i]));
        }
    }
    const std::string head = EscapeForDisplay(Summary(view, data)) + '\n';
    const std::string table = FormatTable(columns, cells);
    if (!size) {
        return head + table;
    }
    std::string screen;
    const auto add = [&](std::string_view line, bool stands_out) {
        screen += stands_out ? kHeadStyle : std::string_view();
        screen += Cut(line, size->columns);
        screen += stands_out ? kPlainStyle : std::string_view();
        screen += '\n';
    };
    const std::vector<std::string_view> lines = Lines(table);
    constexpr std::size_t kOtherLines = 2;  // The summary and the keys.
    const std::size_t room = size->lines > kOtherLines ? size->lines - kOtherLines : 1;
    add(Lines(head).at(0), false);
    for (std::size_t i = 0; i < lines.size() && i < room; ++i) {
        add(lines[i], i == 0);
    }
    add(data.trouble.empty() ? std::string(kKeys) : EscapeForDisplay(data.trouble), false);
    screen.pop_back();
    return screen;
}

void TakeKeys(std::string_view typed, TopView& view) {
    // Arrows: what terminals send for them.
    constexpr std::string_view kRight = "\x1b[C";
    constexpr std::string_view kLeft = "\x1b[D";
    while (!typed.empty()) {
        if (typed.starts_with(kRight) || typed.starts_with(kLeft)) {
            TakeKey(typed.starts_with(kRight) ? '>' : '<', view);
            typed.remove_prefix(kRight.size());
        } else {
            TakeKey(typed.front(), view);
            typed.remove_prefix(1);
        }
    }
}

}  // namespace sightglass::app
