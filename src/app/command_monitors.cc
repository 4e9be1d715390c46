#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "alert/prometheus_rules.h"
#include "app/commands.h"
#include "app/connection.h"
#include "app/monitor_file.h"
#include "app/table_text.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::app {
namespace {

struct MonitorsFlags {
    std::string data_dir = "sightglass-data";
    bool json = false;
    bool yes = false;
    bool prune = false;
    bool prometheus = false;
    std::string file;
    std::string id;
    std::string from = "-24h";
    std::string to;
};

void Print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
}

Result<std::vector<alert::Monitor>> Fetch(Connection& connection) {
    SG_ASSIGN_OR_RETURN(const std::string answer, connection.Get("/api/v1/monitors"));
    return ReadMonitorAnswer(answer);
}

std::string TextOf(codec::JsonValue value) {
    const auto number = value.Int();
    return number ? std::to_string(*number) : std::string(value.String().value_or("-"));
}

Status List(const MonitorsFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    SG_ASSIGN_OR_RETURN(const std::string answer, connection.Get("/api/v1/monitors"));
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
    const std::vector<TextColumn> columns{
        {"id", false},
        {"kind", false},
        {"metric", false},
        {"window", false},
        {"severity", false},
        {"state", false},
        {"firing", true},
        {"pending", true}};
    std::vector<std::vector<std::string>> rows;
    root.Get("items").ForEach([&](std::string_view, codec::JsonValue monitor) {
        if (flags.json) {
            Print(monitor.Text() + "\n");
            return true;
        }
        auto& row = rows.emplace_back();
        for (const std::string_view name : {"id", "kind", "metric", "window", "severity"}) {
            row.push_back(TextOf(monitor.Get(name)));
        }
        for (const std::string_view name : {"status", "firing", "pending"}) {
            row.push_back(TextOf(monitor.Get("state").Get(name)));
        }
        return true;
    });
    if (!flags.json) {
        Print(FormatTable(columns, rows));
    }
    return {};
}

Status Send(Connection& connection, const MonitorChange& change) {
    const std::string target = "/api/v1/monitors/" + change.monitor.id;
    const bool removed = change.what == MonitorChange::What::kRemove;
    const auto answer = removed ? connection.Change("DELETE", target, "")
                                : connection.Change("PUT", target, ToJson(change.monitor));
    return answer.Ok() ? Status() : Status(Error(answer.error()).In(change.monitor.id));
}

/// What the person at the terminal says; where there is none, nothing is done without --yes.
Status Confirm(const MonitorsFlags& flags) {
    if (flags.yes) {
        return {};
    }
    if (::isatty(STDIN_FILENO) == 0) {
        return Error{ErrorCode::kUnavailable, "nothing was changed; run it again with --yes"};
    }
    Print("Apply this? [y/N] ");
    std::fflush(stdout);
    std::string line;
    std::getline(std::cin, line);
    return line == "y" || line == "yes"
               ? Status()
               : Status(Error{ErrorCode::kUnavailable, "nothing was changed"});
}

Status Apply(const MonitorsFlags& flags) {
    SG_ASSIGN_OR_RETURN(const std::vector<alert::Monitor> wanted, ReadMonitorFile(flags.file));
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    SG_ASSIGN_OR_RETURN(const std::vector<alert::Monitor> present, Fetch(connection));
    const std::vector<MonitorChange> changes =
        Difference(present, wanted, flags.prune ? Others::kRemove : Others::kKeep);
    if (changes.empty()) {
        Print("Nothing to change.\n");
        return {};
    }
    Print(DescribeChanges(changes));
    SG_TRY(Confirm(flags));
    for (const MonitorChange& change : changes) {
        SG_TRY(Send(connection, change));
    }
    Print(
        std::to_string(changes.size()) + (changes.size() == 1 ? " monitor" : " monitors") +
        " changed.\n"
    );
    return {};
}

Status Export(const MonitorsFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    SG_ASSIGN_OR_RETURN(const std::vector<alert::Monitor> monitors, Fetch(connection));
    if (flags.prometheus) {
        Print(PrometheusRules(monitors));
        return {};
    }
    Print("monitors:\n");
    for (const alert::Monitor& monitor : monitors) {
        Print("  - " + ToJson(monitor) + "\n");  // JSON is YAML.
    }
    return {};
}

/// The body of the preview of one monitor: of the file, or as it is.
Result<std::string> PreviewBody(const MonitorsFlags& flags, Connection& connection) {
    std::vector<alert::Monitor> monitors;
    if (flags.file.empty()) {
        SG_ASSIGN_OR_RETURN(
            const std::string answer,
            connection.Get("/api/v1/monitors/" + flags.id)
        );
        SG_ASSIGN_OR_RETURN(monitors, ReadMonitorAnswer(answer));
    } else {
        SG_ASSIGN_OR_RETURN(monitors, ReadMonitorFile(flags.file));
    }
    for (const alert::Monitor& monitor : monitors) {
        if (monitor.id == flags.id || flags.id.empty()) {
            codec::JsonWriter json;
            json.BeginObject().Key("monitor").Raw(ToJson(monitor));
            json.Key("from")
                .String(flags.from)
                .Key("to")
                .String(flags.to.empty() ? "now" : flags.to);
            return json.EndObject().Take();
        }
    }
    return Error{ErrorCode::kNotFound, "no monitor " + flags.id + " in " + flags.file};
}

Status Preview(const MonitorsFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    SG_ASSIGN_OR_RETURN(const std::string body, PreviewBody(flags, connection));
    SG_ASSIGN_OR_RETURN(
        const std::string answer,
        connection.Change("POST", "/api/v1/monitors/preview", body)
    );
    if (flags.json) {
        Print(answer + "\n");
        return {};
    }
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
    Print(
        "From " + TextOf(root.Get("from")) + " to " + TextOf(root.Get("to")) +
        " it would have fired " + TextOf(root.Get("alerts")) + " times.\n"
    );
    std::vector<std::vector<std::string>> rows;
    root.Get("groups").ForEach([&](std::string_view, codec::JsonValue group) {
        std::string names;
        group.Get("group").ForEach([&](std::string_view, codec::JsonValue each) {
            names += (names.empty() ? "" : ", ") + TextOf(each.Get("value"));
            return true;
        });
        group.Get("alerts").ForEach([&](std::string_view, codec::JsonValue alert) {
            rows.push_back(
                {EscapeForDisplay(names),
                 TextOf(alert.Get("fired_at")),
                 TextOf(alert.Get("resolved_at"))}
            );
            return true;
        });
        return true;
    });
    if (!rows.empty()) {
        Print(FormatTable({{"group", false}, {"fired", false}, {"resolved", false}}, rows));
    }
    return {};
}

using Action = Status (*)(const MonitorsFlags& flags);

std::shared_ptr<MonitorsFlags> AddAction(CLI::App& command, Action action, int& exit_code) {
    auto flags = std::make_shared<MonitorsFlags>();
    command.add_option("--data-dir", flags->data_dir, "Where Sightglass keeps everything")
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
    command.callback([flags, action, &exit_code] {
        const Status done = action(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error());
    });
    return flags;
}

}  // namespace

void AddMonitorsCommand(CLI::App& program, int& exit_code) {
    CLI::App* monitors = program.add_subcommand("monitors", "What is watched: show and change it");
    monitors->require_subcommand(1);
    monitors->footer(
        "Example:\n  sightglass monitors export > monitors.yaml\n  sightglass monitors apply "
        "monitors.yaml\n  sightglass monitors export --prometheus > rules.yaml"
    );
    CLI::App* const list = monitors->add_subcommand("list", "All monitors and what they find now");
    const auto list_flags = AddAction(*list, List, exit_code);
    list->add_flag("--json", list_flags->json)
        ->description("One monitor a line, as the API has it");

    CLI::App* const apply = monitors->add_subcommand(
        "apply",
        "Make monitors what a file says; shows what changes first"
    );
    const auto apply_flags = AddAction(*apply, Apply, exit_code);
    apply->add_option("file", apply_flags->file, "A list of monitors")
        ->required()
        ->type_name("FILE");
    apply->add_flag("--yes", apply_flags->yes)->description("Without asking");
    apply->add_flag("--prune", apply_flags->prune)
        ->description("Remove monitors that the file does not name; recommended ones stay");

    CLI::App* const print = monitors->add_subcommand("export", "All monitors as a file for apply");
    const auto print_flags = AddAction(*print, Export, exit_code);
    print->add_flag("--prometheus", print_flags->prometheus)
        ->description("As alerting rules of Prometheus over /metrics");

    CLI::App* const preview =
        monitors->add_subcommand("preview", "What a monitor would have found in the past");
    const auto preview_flags = AddAction(*preview, Preview, exit_code);
    preview->add_option("id", preview_flags->id, "A monitor's id")->required()->type_name("ID");
    preview->add_option("--file", preview_flags->file, "As this file has it")->type_name("FILE");
    preview->add_option("--from", preview_flags->from, "Since when: -24h")->type_name("TIME");
    preview->add_option("--to", preview_flags->to, "Until when: now")->type_name("TIME");
    preview->add_flag("--json", preview_flags->json)->description("The API's answer");
}

}  // namespace sightglass::app
