#include <cmath>
#include <cstdio>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.h"
#include "app/connection.h"
#include "app/csv_text.h"
#include "app/table_text.h"
#include "codec/json.h"

namespace sightglass::app {
namespace {

using codec::JsonValue;

struct ExplainFlags {
    std::string data_dir = "sightglass-data";
    std::string metric;
    std::string from;
    std::string to;
    std::string base_from;
    std::string base_to;
    std::vector<std::string> filters;
    std::vector<std::string> base_filters;
    std::vector<std::string> dimensions;
    std::string limit;
    bool json = false;
    bool csv = false;
};

std::string TargetOf(const ExplainFlags& flags) {
    TargetBuilder target("/api/v1/explain");
    target.Add("metric", flags.metric).Add("from", flags.from).Add("to", flags.to);
    target.Add("base_from", flags.base_from).Add("base_to", flags.base_to);
    for (const std::string& filter : flags.filters) {
        target.Add("filter", filter);
    }
    for (const std::string& filter : flags.base_filters) {
        target.Add("base_filter", filter);
    }
    for (const std::string& dimension : flags.dimensions) {
        target.Add("dimensions", dimension);
    }
    target.Add("limit", flags.limit);
    return target.target();
}

std::string AmountOf(JsonValue value) {
    return value.Double() ? FormatAmount(*value.Double()) : "-";
}

std::string SignedOf(JsonValue value) {
    const auto number = value.Double();
    return number && *number > 0 ? "+" + FormatAmount(*number) : AmountOf(value);
}

std::string PercentOf(JsonValue value) {
    return value.Double() ? FormatNumber(*value.Double() * 100, 1) + " %" : "-";
}

/// "model=gpt-4o service=chat"; what is left over is "(12 others)".
std::string NameOf(JsonValue contribution) {
    std::string name;
    contribution.Get("key").ForEach([&name](std::string_view, JsonValue part) {
        name += (name.empty() ? "" : "  ") +
                std::string(part.Get("dimension").String().value_or("")) + "=" +
                std::string(part.Get("value").String().value_or("(none)"));
        return true;
    });
    return name.empty()
               ? "(" + std::to_string(contribution.Get("groups").Int().value_or(0)) + " others)"
               : name;
}

/// The factor or effect that adds most to it.
std::string WhyOf(JsonValue contribution) {
    if (contribution.Get("presence").String() == "new") {
        return "new";
    }
    if (contribution.Get("presence").String() == "gone") {
        return "gone";
    }
    std::string name;
    double most = 0;
    const auto take = [&](std::string_view candidate, std::optional<double> effect) {
        if (effect && std::abs(*effect) > most) {
            most = std::abs(*effect);
            name = std::string(candidate);
        }
    };
    contribution.Get("factors").ForEach([&take](std::string_view, JsonValue factor) {
        take(factor.Get("name").String().value_or(""), factor.Get("effect").Double());
        return true;
    });
    take("mix", contribution.Get("mix_effect").Double());
    take("rate", contribution.Get("rate_effect").Double());
    return name.empty() ? "-" : name;
}

const std::vector<TextColumn>& Columns() {
    static const std::vector<TextColumn> columns = {
        {.name = "where"},
        {.name = "contribution", .right = true},
        {.name = "share", .right = true},
        {.name = "before", .right = true},
        {.name = "now", .right = true},
        {.name = "calls_before", .right = true},
        {.name = "calls_now", .right = true},
        {.name = "by"}};
    return columns;
}

std::vector<std::string> RowOf(JsonValue value) {
    return {
        NameOf(value),
        SignedOf(value.Get("contribution")),
        PercentOf(value.Get("share")),
        AmountOf(value.Get("baseline")),
        AmountOf(value.Get("current")),
        AmountOf(value.Get("baseline_calls")),
        AmountOf(value.Get("current_calls")),
        WhyOf(value)};
}

std::string Table(JsonValue values, JsonValue other = JsonValue()) {
    std::vector<std::vector<std::string>> rows;
    values.ForEach([&rows](std::string_view, JsonValue value) {
        rows.push_back(RowOf(value));
        return true;
    });
    if (other.IsObject()) {
        rows.push_back(RowOf(other));
    }
    return FormatTable(Columns(), rows);
}

/// The API's answer for a terminal: the change, its causes, and each dimension.
std::string AnswerText(JsonValue root) {
    std::string text = std::string(root.Get("metric").String().value_or("")) + " " +
                       AmountOf(root.Get("baseline").Get("value")) + " -> " +
                       AmountOf(root.Get("current").Get("value")) + " " +
                       std::string(root.Get("unit").String().value_or("")) + " (" +
                       SignedOf(root.Get("change")) + ", " + PercentOf(root.Get("change_ratio")) +
                       ")\n";
    if (const JsonValue quantile = root.Get("quantile"); quantile.IsObject()) {
        text += "calls at or above " + AmountOf(quantile.Get("threshold")) + ": " +
                PercentOf(quantile.Get("baseline_share")) + " -> " +
                PercentOf(quantile.Get("current_share")) +
                "; contributions are parts of this change\n";
    }
    text += "\nCauses\n" + Table(root.Get("causes"));
    root.Get("dimensions").ForEach([&text](std::string_view, JsonValue explained) {
        text += "\n" + Table(explained.Get("values"), explained.Get("other"));
        return true;
    });
    return text;
}

/// Every contribution of every dimension and pair, a line each.
std::string AnswerCsv(JsonValue root) {
    std::vector<std::string> head = {"dimensions"};
    for (const TextColumn& column : Columns()) {
        head.push_back(column.name);
    }
    std::string csv = CsvLine(head);
    for (const char* list : {"dimensions", "pairs"}) {
        root.Get(list).ForEach([&csv](std::string_view, JsonValue explained) {
            std::string names;
            explained.Get("dimensions").ForEach([&names](std::string_view, JsonValue name) {
                names += (names.empty() ? "" : " ") + std::string(name.String().value_or(""));
                return true;
            });
            const auto add = [&](JsonValue value) {
                std::vector<std::string> cells = RowOf(value);
                cells[1] = AmountOf(value.Get("contribution"));  // Without a sign of plus.
                cells.insert(cells.begin(), names);
                csv += CsvLine(cells);
            };
            explained.Get("values").ForEach([&add](std::string_view, JsonValue value) {
                add(value);
                return true;
            });
            if (const JsonValue other = explained.Get("other"); other.IsObject()) {
                add(other);
            }
            return true;
        });
    }
    return csv;
}

Status Explain(const ExplainFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    SG_ASSIGN_OR_RETURN(std::string answer, connection.Get(TargetOf(flags)));
    if (!flags.json) {
        codec::JsonParser parser;
        SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(answer));
        answer = flags.csv ? AnswerCsv(root) : AnswerText(root);
    }
    std::fputs(answer.c_str(), stdout);
    if (!answer.empty() && answer.back() != '\n') {
        std::fputc('\n', stdout);
    }
    return {};
}

void AddOptions(CLI::App& command, ExplainFlags& flags) {
    command.add_option("metric,--metric", flags.metric, "From the catalogue; cost_usd by default")
        ->type_name("METRIC");
    command.add_option("--from", flags.from, "Start; -24h by default")->type_name("TIME");
    command.add_option("--to", flags.to, "End; now by default")->type_name("TIME");
    command
        .add_option("--base-from", flags.base_from, "What to compare with; the time just before")
        ->type_name("TIME");
    command.add_option("--base-to", flags.base_to, "Its end")->type_name("TIME");
    command.add_option("--filter", flags.filters, "As of sightglass query")->type_name("FILTER");
    command
        .add_option(
            "--base-filter",
            flags.base_filters,
            "Compare with these calls of the same time"
        )
        ->type_name("FILTER");
    command.add_option("--by,--dimensions", flags.dimensions, "Where to look for causes")
        ->type_name("NAME");
    command.add_option("--limit", flags.limit, "Values of each dimension")->type_name("N");
    command.add_option("--data-dir", flags.data_dir, "Where Sightglass keeps everything")
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
    CLI::Option* json = command.add_flag("--json", flags.json);
    json->description("The API's answer as it is");
    command.add_flag("--csv", flags.csv)
        ->description("Every contribution, a line each")
        ->excludes(json);
}

}  // namespace

void AddExplainCommand(CLI::App& program, int& exit_code) {
    CLI::App* command =
        program.add_subcommand("explain", "Say what changed, and where it comes from");
    command->footer(
        "Example:\n  sightglass explain cost_usd --from -24h --by model --by service\n"
        "  sightglass explain latency_p95_ms --from -1h --base-from -25h --base-to -24h"
    );
    auto flags = std::make_shared<ExplainFlags>();
    AddOptions(*command, *flags);
    command->callback([flags, &exit_code] {
        const Status done = Explain(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error());
    });
}

}  // namespace sightglass::app
