#include "app/command_sessions.h"

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

struct SessionsFlags {
    std::string data_dir = "sightglass-data";
    std::string id;
    std::vector<std::string> filters;
    std::string from;
    std::string to;
    std::string order_by;
    std::string limit = "20";
    bool json = false;
    bool csv = false;
};

const std::vector<TextColumn>& SessionColumns() {
    static const std::vector<TextColumn> columns = {
        {.name = "started_at", .width = 27},
        {.name = "seconds", .right = true, .width = 9},
        {.name = "turns", .right = true, .width = 5},
        {.name = "calls", .right = true, .width = 5},
        {.name = "errors", .right = true, .width = 6},
        {.name = "tokens_in", .right = true, .width = 9},
        {.name = "tokens_out", .right = true, .width = 10},
        {.name = "usd", .right = true, .width = 10},
        {.name = "outcome", .width = 8},
        {.name = "user", .width = 16},
        {.name = "session_id", .width = 36},
    };
    return columns;
}

const std::vector<TextColumn>& CallColumns() {
    static const std::vector<TextColumn> columns = {
        {.name = "turn", .right = true, .width = 4},
        {.name = "started_at", .width = 27},
        {.name = "status", .width = 11},
        {.name = "model", .width = 26},
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

std::string NumberOf(codec::JsonValue value, double scale = 1, int fraction_digits = 0) {
    return value.Double() ? FormatNumber(*value.Double() * scale, fraction_digits) : "-";
}

std::vector<std::string> RowOfSession(codec::JsonValue session) {
    return {
        TextOf(session.Get("started_at")),
        NumberOf(session.Get("duration_us"), 1e-6, 1),
        NumberOf(session.Get("turns")),
        NumberOf(session.Get("calls")),
        NumberOf(session.Get("errors")),
        NumberOf(session.Get("input_tokens")),
        NumberOf(session.Get("output_tokens")),
        NumberOf(session.Get("cost_usd"), 1, 6),
        TextOf(session.Get("outcome")),
        TextOf(session.Get("user")),
        TextOf(session.Get("session_id")),
    };
}

std::vector<std::string> RowOfCall(codec::JsonValue call) {
    return {
        NumberOf(call.Get("turn")),
        TextOf(call.Get("started_at")),
        TextOf(call.Get("status")),
        TextOf(call.Get("model")),
        NumberOf(call.Get("latency_us"), 1e-3, 1),
        NumberOf(call.Get("input_tokens")),
        NumberOf(call.Get("output_tokens")),
        NumberOf(call.Get("cost_usd"), 1, 6),
        TextOf(call.Get("call_id")),
    };
}

/// A list of sessions, or the calls of one: both are an answer's `items`.
Status Sessions(const SessionsFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir, Need::kData));
    TargetBuilder target("/api/v1/sessions" + (flags.id.empty() ? "" : "/" + PathPart(flags.id)));
    target.Add("from", flags.from).Add("to", flags.to);
    if (flags.id.empty()) {
        target.Add("order_by", flags.order_by).Add("limit", flags.limit);
        for (const std::string& filter : flags.filters) {
            target.Add("filter", filter);
        }
    }
    SG_ASSIGN_OR_RETURN(const std::string answer, connection.Get(target.target()));
    if (flags.json && !flags.id.empty()) {
        std::printf("%s\n", answer.c_str());
        return {};
    }
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
    std::vector<std::vector<std::string>> rows;
    root.Get("items").ForEach([&](std::string_view, codec::JsonValue item) {
        if (flags.json) {
            std::printf("%s\n", item.Text().c_str());
        } else {
            rows.push_back(flags.id.empty() ? RowOfSession(item) : RowOfCall(item));
        }
        return true;
    });
    if (!flags.json) {
        const auto& columns = flags.id.empty() ? SessionColumns() : CallColumns();
        const std::string text = flags.csv ? FormatCsv(columns, rows) : FormatTable(columns, rows);
        std::fputs(text.c_str(), stdout);
    }
    return {};
}

}  // namespace

void AddSessionsCommand(CLI::App& program, int& exit_code) {
    CLI::App* command =
        program.add_subcommand("sessions", "Conversations: list them, or show one call by call");
    command->footer(
        "Examples:\n  sightglass sessions --from -1h --order-by cost\n  sightglass sessions "
        "--filter service:chat --json\n  sightglass sessions chat-7"
    );
    auto flags = std::make_shared<SessionsFlags>();
    command->add_option("id", flags->id, "A session's id: shows its calls");
    command->add_option("--filter", flags->filters, "name:value, -name:value, name:~text, name:>=N")
        ->type_name("FILTER");
    command->add_option("--from", flags->from, "Start: -24h, 2026-11-22T10:00:00Z, unix seconds")
        ->type_name("TIME");
    command->add_option("--to", flags->to, "End; now by default")->type_name("TIME");
    command
        ->add_option(
            "--order-by",
            flags->order_by,
            "newest, calls, turns, length, cost, tokens or errors"
        )
        ->type_name("ORDER");
    command->add_option("--limit", flags->limit, "Sessions")->type_name("N");
    command->add_option("--data-dir", flags->data_dir, "Where Sightglass keeps everything")
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
    CLI::Option* json = command->add_flag("--json", flags->json);
    json->description("One JSON document a line");
    command->add_flag("--csv", flags->csv)->description("The list as CSV")->excludes(json);
    command->callback([flags, &exit_code] {
        const Status done = Sessions(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error().message.c_str());
    });
}

}  // namespace sightglass::app
