#include <cstdio>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.h"
#include "app/connection.h"
#include "app/csv_text.h"
#include "app/table_text.h"
#include "app/users_flags.h"
#include "codec/json.h"

namespace sightglass::app {
namespace {

constexpr std::string_view kPage = "1000";

struct UserColumn {
    std::string_view member;
    bool number = true;
    int fraction_digits = 0;
};

constexpr UserColumn kColumns[] = {
    {"user", false},
    {"name", false},
    {"segment", false},
    {"calls"},
    {"errors"},
    {"error_rate", true, 4},
    {"cost_usd", true, 6},
    {"total_tokens"},
    {"sessions"},
    {"feedback_count"},
    {"satisfaction_rate", true, 4},
    {"active_days"},
    {"first_day", false},
    {"last_day", false},
};

std::vector<TextColumn> Columns(bool names) {
    std::vector<TextColumn> columns;
    for (const UserColumn& column : kColumns) {
        if (names || column.member != "name") {
            columns.push_back({std::string(column.member), column.number});
        }
    }
    return columns;
}

std::vector<std::string> RowOf(codec::JsonValue user, bool names) {
    std::vector<std::string> row;
    for (const UserColumn& column : kColumns) {
        const codec::JsonValue value = user.Get(column.member);
        if (!names && column.member == "name") {
            continue;
        }
        if (column.number) {
            const auto number = value.Double();
            row.push_back(number ? FormatNumber(*number, column.fraction_digits) : "-");
        } else {
            row.emplace_back(value.String().value_or("-"));
        }
    }
    return row;
}

TargetBuilder TargetOf(const UsersFlags& flags, const std::string& path) {
    TargetBuilder target(path);
    target.Add("from", flags.from).Add("to", flags.to).Add("names", flags.names ? "true" : "");
    for (const std::string& filter : flags.filters) {
        target.Add("filter", filter);
    }
    return target;
}

/// Hands each user to `visit`, through all pages until it says stop.
Status ForEachUser(
    const UsersFlags& flags,
    Connection& connection,
    const std::function<bool(codec::JsonValue)>& visit
) {
    std::string cursor;
    bool more = true;
    do {
        TargetBuilder target = TargetOf(flags, "/api/v1/users");
        target.Add("segment", flags.segment).Add("order_by", flags.order_by);
        target.Add("limit", flags.limit.empty() ? kPage : flags.limit).Add("cursor", cursor);
        SG_ASSIGN_OR_RETURN(const std::string answer, connection.Get(target.target()));
        codec::JsonParser parser;
        SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
        root.Get("items").ForEach([&](std::string_view, codec::JsonValue user) {
            more = visit(user);
            return more;
        });
        cursor = root.Get("next").String().value_or("");
    } while (more && !cursor.empty() && flags.limit.empty());
    return {};
}

Status List(const UsersFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    std::vector<std::vector<std::string>> rows;
    SG_TRY(ForEachUser(flags, connection, [&](codec::JsonValue user) {
        if (flags.json) {
            std::printf("%s\n", user.Text().c_str());
        } else {
            rows.push_back(RowOf(user, flags.names));
        }
        return true;
    }));
    if (!flags.json) {
        std::fputs(FormatTable(Columns(flags.names), rows).c_str(), stdout);
    }
    return {};
}

Status Export(const UsersFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    std::fputs(FormatCsv(Columns(flags.names), {}).c_str(), stdout);
    return ForEachUser(flags, connection, [&](codec::JsonValue user) {
        std::vector<std::string> row = RowOf(user, flags.names);
        for (std::string& cell : row) {
            cell = cell == "-" ? "" : cell;
        }
        return std::fputs(CsvLine(row).c_str(), stdout) >= 0;
    });
}

Status Show(const UsersFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    const TargetBuilder target = TargetOf(flags, "/api/v1/users/" + PathPart(flags.user));
    SG_ASSIGN_OR_RETURN(const std::string answer, connection.Get(target.target()));
    if (flags.json) {
        std::printf("%s\n", answer.c_str());
        return {};
    }
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
    std::fputs(FormatTable(Columns(flags.names), {RowOf(root, flags.names)}).c_str(), stdout);
    std::vector<std::vector<std::string>> days;
    root.Get("days").ForEach([&](std::string_view, codec::JsonValue day) {
        days.push_back(
            {std::string(day.Get("day").String().value_or("-")),
             std::to_string(day.Get("calls").Int().value_or(0)),
             std::to_string(day.Get("errors").Int().value_or(0)),
             FormatAmount(day.Get("cost_usd").Double().value_or(0))}
        );
        return true;
    });
    std::fputs("\n", stdout);
    std::fputs(
        FormatTable({{"day"}, {"calls", true}, {"errors", true}, {"usd", true}}, days).c_str(),
        stdout
    );
    return {};
}

CLI::App* AddAction(
    CLI::App& users,
    const char* name,
    const char* what,
    Status (*action)(const UsersFlags& flags),
    int& exit_code
) {
    CLI::App* command = users.add_subcommand(name, what);
    auto flags = std::make_shared<UsersFlags>();
    AddDataDir(*command, *flags);
    command->add_option("--from", flags->from, "Start; -28d by default")->type_name("TIME");
    command->add_option("--to", flags->to, "End; now by default")->type_name("TIME");
    command->add_option("--filter", flags->filters, "name:value, -name:value, name:~text")
        ->type_name("FILTER");
    command->add_flag("--names", flags->names)
        ->description("Names beside the pseudonyms; the audit log says so");
    if (action != Export) {
        command->add_flag("--json", flags->json)->description("One JSON document a line");
    }
    if (action == Show) {
        command->add_option("user", flags->user, "A pseudonym or a name")->required();
    } else {
        command->add_option("--segment", flags->segment, "Only these: heavy, new ...")
            ->type_name("NAME");
        command->add_option("--order-by", flags->order_by, "-calls, -cost_usd, error_rate ...")
            ->type_name("ORDER");
        command->add_option("--limit", flags->limit, "How many; all by default")->type_name("N");
    }
    command->callback([flags, action, &exit_code] {
        const Status done = action(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error());
    });
    return command;
}

}  // namespace

void AddDataDir(CLI::App& command, UsersFlags& flags) {
    command.add_option("--data-dir", flags.data_dir, "Where Sightglass keeps everything")
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
}

void AddUsersCommand(CLI::App& program, int& exit_code) {
    CLI::App* users =
        program.add_subcommand("users", "Users, under pseudonyms: list, show, export, erase");
    users->require_subcommand(1);
    users->footer("Example:\n  sightglass users list --segment lapsing --order-by=-cost_usd");
    AddAction(*users, "list", "All users with what they did", List, exit_code)
        ->footer("Example:\n  sightglass users list --from -7d --limit 20");
    AddAction(*users, "show", "One user, day by day", Show, exit_code)
        ->footer("Example:\n  sightglass users show u_0123456789abcdef");
    AddAction(*users, "export", "All users as CSV on standard output", Export, exit_code)
        ->footer("Example:\n  sightglass users export --from -90d > users.csv");
    AddUsersErase(*users, exit_code);
}

}  // namespace sightglass::app
