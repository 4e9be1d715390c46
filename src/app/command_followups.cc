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

struct FollowUpsFlags {
    std::string data_dir = "sightglass-data";
    std::string state = "unclosed";
    std::string rule;
    std::string user;
    std::string from;
    std::string to;
    bool json = false;
    bool csv = false;
};

constexpr std::string_view kColumns[] =
    {"id", "state", "rule", "user", "session_id", "owner", "opened_at", "due_at", "outcome"};

std::vector<std::string> RowOf(codec::JsonValue follow_up) {
    std::vector<std::string> row;
    for (const std::string_view column : kColumns) {
        row.emplace_back(follow_up.Get(column).String().value_or("-"));
    }
    return row;
}

/// All that fit, through all pages.
Status FollowUps(const FollowUpsFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    std::vector<std::vector<std::string>> rows;
    std::string cursor;
    do {
        TargetBuilder target("/api/v1/followups");
        target.Add("state", flags.state == "all" ? "" : flags.state).Add("rule", flags.rule);
        target.Add("user", flags.user).Add("from", flags.from).Add("to", flags.to);
        target.Add("limit", "1000").Add("cursor", cursor);
        SG_ASSIGN_OR_RETURN(const std::string answer, connection.Get(target.target()));
        codec::JsonParser parser;
        SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
        root.Get("items").ForEach([&](std::string_view, codec::JsonValue follow_up) {
            if (flags.json) {
                std::printf("%s\n", follow_up.Text().c_str());
            } else {
                rows.push_back(RowOf(follow_up));
            }
            return true;
        });
        cursor = root.Get("next").String().value_or("");
    } while (!cursor.empty());
    if (!flags.json) {
        std::vector<TextColumn> columns;
        for (const std::string_view column : kColumns) {
            columns.push_back({std::string(column), false});
        }
        const std::string text = flags.csv ? FormatCsv(columns, rows) : FormatTable(columns, rows);
        std::fputs(text.c_str(), stdout);
    }
    return {};
}

}  // namespace

void AddFollowUpsCommand(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("followups", "Whom to follow up with, and why");
    command->footer(
        "Examples:\n  sightglass followups\n  sightglass followups --state closed --from -30d --csv"
    );
    auto flags = std::make_shared<FollowUpsFlags>();
    command->add_option("--state", flags->state, "unclosed, open, contacted, answered, closed, all")
        ->type_name("STATE");
    command->add_option("--rule", flags->rule, "bad_feedback, repeated_errors, drop_in_use ...")
        ->type_name("RULE");
    command->add_option("--user", flags->user, "A pseudonym or a name")->type_name("USER");
    command->add_option("--from", flags->from, "Opened then or later: -30d")->type_name("TIME");
    command->add_option("--to", flags->to, "Opened before")->type_name("TIME");
    command->add_option("--data-dir", flags->data_dir, "Where Sightglass keeps everything")
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
    CLI::Option* json = command->add_flag("--json", flags->json);
    json->description("One JSON document a line");
    command->add_flag("--csv", flags->csv)->description("The list as CSV")->excludes(json);
    command->callback([flags, &exit_code] {
        const Status done = FollowUps(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error());
    });
}

}  // namespace sightglass::app
