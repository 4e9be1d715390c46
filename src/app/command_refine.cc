// `sightglass refine`: stored calls are cleaned again.
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/background_order.h"
#include "app/commands.h"
#include "app/connection.h"
#include "app/table_text.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::app {
namespace {

const std::string kRefining = "/api/v1/quality/refining";

struct RefineFlags {
    std::string data_dir = "sightglass-data";
    std::string from;
    std::string to;
    std::string steps;
    bool dry_run = false;
    bool undo = false;
    bool yes = false;
    bool json = false;
};

std::string OrderJson(const RefineFlags& flags, bool dry_run) {
    codec::JsonWriter json;
    json.BeginObject();
    if (flags.undo) {
        return json.Key("undo").Bool(true).EndObject().Take();
    }
    json.Key("from").String(flags.from);
    for (const auto& [name, value] :
         {std::pair{"to", &flags.to}, std::pair{"steps", &flags.steps}}) {
        if (!value->empty()) {
            json.Key(name).String(*value);
        }
    }
    return json.Key("dry_run").Bool(dry_run).EndObject().Take();
}

void PrintReport(codec::JsonValue report) {
    std::vector<std::vector<std::string>> rows;
    report.Get("changes").ForEach([&rows](std::string_view, codec::JsonValue line) {
        rows.push_back(
            {std::string(line.Get("step").String().value_or("-")),
             std::string(line.Get("field").String().value_or("-")),
             std::to_string(line.Get("calls").Int().value_or(0)),
             std::string(line.Get("examples").At(0).String().value_or("-"))}
        );
        return true;
    });
    if (!rows.empty()) {
        const std::vector<TextColumn> columns = {
            {"step", false},
            {"field", false},
            {"calls", true},
            {"such_as", false}};
        std::fputs(FormatTable(columns, rows).c_str(), stdout);
    }
    std::printf(
        "%lld calls looked at, %lld %s\n",
        static_cast<long long>(report.Get("calls").Int().value_or(0)),
        static_cast<long long>(report.Get("changed").Int().value_or(0)),
        report.Get("kind").String() == "dry_run" ? "would change" : "changed"
    );
    if (const auto skipped = report.Get("skipped").Int().value_or(0); skipped > 0) {
        std::printf(
            "%lld have other values by now, and were left\n",
            static_cast<long long>(skipped)
        );
    }
}

/// Carries one order out and prints its report. How many calls it changed, or would.
Result<std::int64_t>
CarryOutAndPrint(Connection& connection, const RefineFlags& flags, bool dry_run) {
    SG_ASSIGN_OR_RETURN(
        const std::string answer,
        CarryOut(connection, kRefining, OrderJson(flags, dry_run))
    );
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue report, parser.Parse(answer));
    if (flags.json) {
        std::printf("%s\n", answer.c_str());
    } else {
        PrintReport(report);
    }
    return report.Get("changed").Int().value_or(0);
}

/// Whether somebody at a terminal says yes.
Result<bool> Confirm() {
    if (::isatty(STDIN_FILENO) == 0) {
        return Error{
            ErrorCode::kInvalidArgument,
            "nothing was changed: say --yes to change it, or --dry-run to be told only"};
    }
    std::fputs("Change them? [y/N] ", stderr);
    const int answer = std::getchar();
    return answer == 'y' || answer == 'Y';
}

Status RefineCalls(const RefineFlags& flags) {
    if (!flags.undo && flags.from.empty()) {
        return Error{
            ErrorCode::kInvalidArgument,
            "--from says from when on, such as --from 2026-10-01"};
    }
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    if (!flags.undo) {
        SG_ASSIGN_OR_RETURN(const std::int64_t changes, CarryOutAndPrint(connection, flags, true));
        if (flags.dry_run || changes == 0) {
            return {};
        }
        bool agreed = flags.yes;
        if (!agreed) {
            SG_ASSIGN_OR_RETURN(agreed, Confirm());
        }
        if (!agreed) {
            return {};
        }
    }
    const auto changed = CarryOutAndPrint(connection, flags, false);
    return changed.Ok() ? Status() : Status(changed.error());
}

}  // namespace

void AddRefineCommand(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("refine", "Clean stored calls again");
    command->footer(
        "Example:\n  sightglass refine --from 2026-10-01 --steps model_name,model_family "
        "--dry-run\n"
        "  sightglass refine --undo\nThe steps stand in docs/data-quality.md."
    );
    auto flags = std::make_shared<RefineFlags>();
    command->add_option("--data-dir", flags->data_dir, "Where Sightglass keeps everything")
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
    command->add_option("--from", flags->from, "From when on: 2026-10-01, -30d")->type_name("TIME");
    command->add_option("--to", flags->to, "Up to when; now by default")->type_name("TIME");
    command->add_option("--steps", flags->steps, "Which; all by default")->type_name("NAMES");
    CLI::Option* dry = command->add_flag("--dry-run", flags->dry_run);
    dry->description("Only say what would change");
    command->add_flag("--undo", flags->undo)->description("Undo the last one")->excludes(dry);
    command->add_flag("--yes", flags->yes)->description("Change without asking");
    command->add_flag("--json", flags->json)->description("The API's answers as they are");
    command->callback([flags, &exit_code] {
        const Status done = RefineCalls(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error().message.c_str());
    });
}

}  // namespace sightglass::app
