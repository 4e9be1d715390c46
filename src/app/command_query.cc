#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.h"
#include "app/connection.h"
#include "app/csv_text.h"
#include "app/table_text.h"
#include "base/time.h"
#include "codec/json.h"

namespace sightglass::app {
namespace {

struct QueryFlags {
    std::string data_dir = "sightglass-data";
    std::vector<std::string> metrics;
    std::vector<std::string> group_by;
    std::vector<std::string> filters;
    std::vector<std::string> order_by;
    std::string interval;
    std::string from;
    std::string to;
    std::string limit;
    bool json = false;
    bool csv = false;
};

std::string Join(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) {
        text += text.empty() ? "" : ",";
        text += part;
    }
    return text;
}

std::string TargetOf(const QueryFlags& flags) {
    TargetBuilder target("/api/v1/query");
    target.Add("metrics", Join(flags.metrics)).Add("group_by", Join(flags.group_by));
    target.Add("interval", flags.interval).Add("from", flags.from).Add("to", flags.to);
    for (const std::string& filter : flags.filters) {
        target.Add("filter", filter);
    }
    target.Add("order_by", Join(flags.order_by)).Add("limit", flags.limit);
    return target.target();
}

std::string CellOf(codec::JsonValue value) {
    if (value.String()) {
        return std::string(*value.String());
    }
    if (value.Int()) {
        return std::to_string(*value.Int());
    }
    if (value.Double()) {
        return FormatAmount(*value.Double());
    }
    return "-";
}

/// As it is: a spreadsheet rounds by itself. Unknown is empty.
std::string CsvCellOf(codec::JsonValue value) {
    return value.IsNull()   ? std::string()
           : value.String() ? std::string(*value.String())
                            : value.Text();
}

constexpr std::size_t kBarsMax = 200;

/// How many metrics were asked for.
std::size_t CountOf(const std::vector<std::string>& metrics) {
    const std::string joined = Join(metrics);
    return 1 + static_cast<std::size_t>(std::count(joined.begin(), joined.end(), ','));
}

struct Columns {
    std::vector<TextColumn> text;
    bool has_time = false;
    bool has_dimensions = false;
    std::size_t first_metric = 0;
};

Columns ReadColumns(codec::JsonValue root, std::size_t metrics) {
    Columns columns;
    root.Get("columns").ForEach([&](std::string_view, codec::JsonValue column) {
        const std::string_view type = column.Get("type").String().value_or("");
        columns.has_time = columns.has_time || type == "time";
        columns.text.push_back(
            {std::string(column.Get("name").String().value_or("")),
             type == "integer" || type == "number"}
        );
        return true;
    });
    columns.first_metric = columns.text.size() - std::min(metrics, columns.text.size());
    columns.has_dimensions = columns.first_metric > (columns.has_time ? 1U : 0U);
    return columns;
}

/// A row of bars for each metric of an answer that has nothing but time beside; steps without calls are blank.
std::string Sparklines(const Columns& columns, codec::JsonValue root) {
    const auto interval = ParseDuration(root.Get("interval").String().value_or(""));
    std::vector<std::vector<double>> bars(columns.text.size());
    std::optional<Time> first;
    root.Get("rows").ForEach([&](std::string_view, codec::JsonValue row) {
        std::size_t column = 0;
        std::size_t step = 0;
        row.ForEach([&](std::string_view, codec::JsonValue cell) {
            if (column == 0) {
                const auto time = ParseTime(cell.String().value_or(""), Time());
                first = first ? first : (time.Ok() ? std::optional(*time) : std::nullopt);
                step = time.Ok() && interval.Ok() && interval->count() > 0
                           ? static_cast<std::size_t>((*time - *first) / *interval)
                           : kBarsMax;
            } else if (step < kBarsMax) {
                bars[column].resize(step + 1, std::nan(""));
                bars[column].back() = cell.Double().value_or(std::nan(""));
            }
            ++column;
            return column < columns.text.size();
        });
        return true;
    });
    std::string text;
    for (std::size_t i = columns.first_metric; i < columns.text.size(); ++i) {
        text += columns.text[i].name + " " + Sparkline(bars[i]) + "\n";
    }
    return text;
}

/// The API's answer as a table of text, or as CSV.
Result<std::string> AnswerText(std::string_view answer, const QueryFlags& flags) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
    const Columns columns = ReadColumns(root, CountOf(flags.metrics));
    std::vector<std::vector<std::string>> rows;
    root.Get("rows").ForEach([&](std::string_view, codec::JsonValue row) {
        auto& cells = rows.emplace_back();
        row.ForEach([&](std::string_view, codec::JsonValue cell) {
            cells.push_back(flags.csv ? CsvCellOf(cell) : CellOf(cell));
            return true;
        });
        return true;
    });
    if (flags.csv) {
        std::vector<std::string> head;
        for (const TextColumn& column : columns.text) {
            head.push_back(column.name);
        }
        std::string csv = CsvLine(head);
        for (const std::vector<std::string>& row : rows) {
            csv += CsvLine(row);
        }
        return csv;
    }
    const bool is_series = columns.has_time && !columns.has_dimensions && rows.size() > 1;
    return (is_series ? Sparklines(columns, root) + "\n" : std::string()) +
           FormatTable(columns.text, rows);
}

Status Query(const QueryFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    SG_ASSIGN_OR_RETURN(std::string answer, connection.Get(TargetOf(flags)));
    if (!flags.json) {
        SG_ASSIGN_OR_RETURN(answer, AnswerText(answer, flags));
    }
    std::fputs(answer.c_str(), stdout);
    if (!answer.empty() && answer.back() != '\n') {
        std::fputc('\n', stdout);
    }
    return {};
}

}  // namespace

void AddQueryCommand(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("query", "Ask for metrics, grouped and over time");
    command->footer(
        "Example:\n  sightglass query calls cost_usd latency_p95_ms --by model --from -24h "
        "--filter service:chat"
    );
    auto flags = std::make_shared<QueryFlags>();
    command->add_option("metrics,--metrics", flags->metrics, "Names from the catalogue")
        ->type_name("METRIC");
    command->add_option("--by,--group-by", flags->group_by, "Dimensions")->type_name("NAME");
    command->add_option("--interval", flags->interval, "A row for each step of time: 1h, auto")
        ->type_name("TIME");
    command->add_option("--from", flags->from, "Start: -24h, 2026-11-22T10:00:00Z, unix seconds")
        ->type_name("TIME");
    command->add_option("--to", flags->to, "End; now by default")->type_name("TIME");
    command->add_option("--filter", flags->filters, "name:value, -name:value, name:~text, name:>=N")
        ->type_name("FILTER");
    command->add_option("--order-by", flags->order_by, "A column; -column for descending")
        ->type_name("NAME");
    command->add_option("--limit", flags->limit, "At most so many rows")->type_name("N");
    command->add_option("--data-dir", flags->data_dir, "Where Sightglass keeps everything")
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
    CLI::Option* json = command->add_flag("--json", flags->json);
    json->description("The API's answer as it is");
    command->add_flag("--csv", flags->csv)->description("A line each row")->excludes(json);
    command->callback([flags, &exit_code] {
        if (flags->metrics.empty()) {
            flags->metrics = {"calls", "errors", "cost_usd", "total_tokens", "latency_p95_ms"};
        }
        const Status done = Query(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error());
    });
}

}  // namespace sightglass::app
