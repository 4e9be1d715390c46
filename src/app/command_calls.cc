#include <cstdio>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.h"
#include "app/connection.h"
#include "app/csv_text.h"
#include "app/table_text.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/sse.h"

namespace sightglass::app {
namespace {

struct CallsFlags {
    std::string data_dir = "sightglass-data";
    std::string id;
    std::vector<std::string> filters;
    std::string from;
    std::string to;
    std::string search;
    std::string limit = "20";
    bool follow = false;
    bool json = false;
    bool csv = false;
};

const std::vector<TextColumn>& Columns() {
    static const std::vector<TextColumn> columns = {
        {.name = "started_at", .width = 27},
        {.name = "status", .width = 9},
        {.name = "error", .width = 24},
        {.name = "model", .width = 26},
        {.name = "service", .width = 18},
        {.name = "user", .width = 16},
        {.name = "latency_ms", .right = true, .width = 10},
        {.name = "in", .right = true, .width = 7},
        {.name = "out", .right = true, .width = 7},
        {.name = "usd", .right = true, .width = 10},
        {.name = "call_id", .width = 36},
    };
    return columns;
}

std::string TextOf(codec::JsonValue value) {
    return std::string(value.String().value_or("-"));
}

std::string NumberOf(codec::JsonValue value, double scale, int fraction_digits) {
    return value.Double() ? FormatNumber(*value.Double() * scale, fraction_digits) : "-";
}

std::vector<std::string> RowOf(codec::JsonValue call) {
    const auto cost = call.Get("cost_usd").Double();
    return {
        TextOf(call.Get("started_at")),
        TextOf(call.Get("status")),
        TextOf(call.Get("error_type")),
        TextOf(call.Get("model")),
        TextOf(call.Get("service")),
        TextOf(call.Get("user")),
        NumberOf(call.Get("latency_us"), 0.001, 1),
        NumberOf(call.Get("input_tokens"), 1, 0),
        NumberOf(call.Get("output_tokens"), 1, 0),
        cost ? FormatAmount(*cost) : "-",
        TextOf(call.Get("call_id")),
    };
}

void PrintLine(std::string_view text) {
    std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
    std::fflush(stdout);
}

/// One call, whole: its fields line by line, or as JSON.
Status ShowCall(Connection& connection, const CallsFlags& flags) {
    SG_ASSIGN_OR_RETURN(const std::string answer, connection.Get("/api/v1/calls/" + flags.id));
    if (flags.json) {
        PrintLine(answer);
        return {};
    }
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue call, parser.Parse(answer));
    call.ForEach([](std::string_view name, codec::JsonValue value) {
        if (!value.IsNull()) {
            const std::string text = value.String() ? std::string(*value.String()) : value.Text();
            PrintLine(std::string(name) + ": " + EscapeForDisplay(text));
        }
        return true;
    });
    return {};
}

Status ListCalls(Connection& connection, const CallsFlags& flags) {
    TargetBuilder target("/api/v1/calls");
    target.Add("from", flags.from)
        .Add("to", flags.to)
        .Add("q", flags.search)
        .Add("limit", flags.limit);
    for (const std::string& filter : flags.filters) {
        target.Add("filter", filter);
    }
    SG_ASSIGN_OR_RETURN(const std::string answer, connection.Get(target.target()));
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
    std::vector<std::vector<std::string>> rows;
    root.Get("items").ForEach([&](std::string_view, codec::JsonValue call) {
        if (flags.json) {
            PrintLine(call.Text());
        } else {
            rows.push_back(RowOf(call));
        }
        return true;
    });
    if (!flags.json) {
        const std::string text =
            flags.csv ? FormatCsv(Columns(), rows) : FormatTable(Columns(), rows);
        std::fputs(text.c_str(), stdout);
    }
    return {};
}

/// Calls as they end, a line each, until the server or the reader goes away.
Status FollowCalls(Connection& connection, const CallsFlags& flags) {
    TargetBuilder target("/api/v1/live");
    for (const std::string& filter : flags.filters) {
        target.Add("filter", filter);
    }
    if (!flags.json) {
        std::vector<std::string> names;
        for (const TextColumn& column : Columns()) {
            names.push_back(column.name);
        }
        PrintLine(FormatRow(Columns(), names));
    }
    codec::SseReader events;
    codec::JsonParser parser;
    const auto show = [&](const codec::SseEvent& event) {
        if (event.name != "call") {
            return;
        }
        if (flags.json) {
            PrintLine(event.data);
            return;
        }
        const auto call = parser.Parse(event.data);
        if (call.Ok()) {
            PrintLine(FormatRow(Columns(), RowOf(*call)));
        }
    };
    return connection.Follow(target.target(), [&](std::string_view bytes) {
        events.Feed(bytes, show);
        return std::ferror(stdout) == 0;
    });
}

Status Calls(const CallsFlags& flags) {
    SG_ASSIGN_OR_RETURN(
        Connection connection,
        Connection::Open(flags.data_dir, flags.follow ? Need::kServer : Need::kData)
    );
    if (!flags.id.empty()) {
        return ShowCall(connection, flags);
    }
    return flags.follow ? FollowCalls(connection, flags) : ListCalls(connection, flags);
}

}  // namespace

void AddCallsCommand(CLI::App& program, int& exit_code) {
    CLI::App* command =
        program.add_subcommand("calls", "The request log: list, follow, or show one call");
    command->footer(
        "Examples:\n  sightglass calls --filter status:error --from -1h\n  sightglass calls "
        "--follow\n"
        "  sightglass calls 018f3b5e-7c1a-7f00-9a3e-0123456789ab --json"
    );
    auto flags = std::make_shared<CallsFlags>();
    command->add_option("id", flags->id, "A call's id: shows it whole");
    command->add_option("--filter", flags->filters, "name:value, -name:value, name:~text, name:>=N")
        ->type_name("FILTER");
    command->add_option("--from", flags->from, "Start: -24h, 2026-11-22T10:00:00Z, unix seconds")
        ->type_name("TIME");
    command->add_option("--to", flags->to, "End; now by default")->type_name("TIME");
    command->add_option("--search", flags->search, "Text in content, error messages and ids")
        ->type_name("TEXT");
    command
        ->add_option(
            "--limit",
            flags->limit,
            "At most so many calls, the newest ones; 20 by default, 500 at most"
        )
        ->type_name("N");
    command->add_option("--data-dir", flags->data_dir, "Where Sightglass keeps everything")
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
    CLI::Option* follow = command->add_flag("--follow", flags->follow);
    follow->description("Calls as they end");
    CLI::Option* json = command->add_flag("--json", flags->json);
    json->description("One JSON document a line");
    command->add_flag("--csv", flags->csv)
        ->description("The list as CSV")
        ->excludes(json)
        ->excludes(follow);
    command->callback([flags, &exit_code] {
        const Status done = Calls(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error());
    });
}

}  // namespace sightglass::app
