// `sightglass prices update | own | recalculate`: what changes prices, or what was priced by them.
#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/background_order.h"
#include "app/command_prices.h"
#include "app/commands.h"
#include "app/connection.h"
#include "app/fetch_text.h"
#include "app/price_data.h"
#include "app/table_text.h"
#include "base/files.h"
#include "base/money.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::app {
namespace {

constexpr std::size_t kTextBytesMax = std::size_t{16} << 20;
constexpr std::string_view kRecalculation = "/api/v1/prices/recalculation";

struct ChangeFlags {
    std::string data_dir = "sightglass-data";
    std::string file;
    std::string from;
    std::string to;
    bool dry_run = false;
    bool undo = false;
    bool reset = false;
    bool allow_private = false;
    bool json = false;
};

Result<std::string> ReadStandardInput() {
    std::string text;
    std::array<char, 1U << 16> block{};
    for (;;) {
        const std::size_t size = std::fread(block.data(), 1, block.size(), stdin);
        text.append(block.data(), size);
        if (text.size() > kTextBytesMax) {
            return Error{ErrorCode::kTooLarge, "standard input: more than 16 MiB"};
        }
        if (size < block.size()) {
            return text;
        }
    }
}

Result<std::string> ReadText(const ChangeFlags& flags) {
    if (flags.reset) {
        return std::string();
    }
    if (flags.file.starts_with("http://") || flags.file.starts_with("https://")) {
        FetchOptions options;
        options.bytes_max = kTextBytesMax;
        if (flags.allow_private) {
            options.private_addresses = notify::PrivateAddresses::kAllowed;
        }
        return FetchText(flags.file, options);
    }
    return flags.file == "-" ? ReadStandardInput() : ReadFile(flags.file);
}

Status Put(const ChangeFlags& flags, const std::string& target, const std::string& text) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    codec::JsonWriter body;
    body.BeginObject().Key("text").String(text).EndObject();
    Result<std::string> changed = connection.Change("PUT", target, body.Take());
    if (!changed.Ok() && changed.error().code == ErrorCode::kInvalidArgument) {
        // The file's fault, not the command line's.
        return Error{ErrorCode::kCorrupt, std::move(changed).error().message};
    }
    SG_ASSIGN_OR_RETURN(const std::string answer, std::move(changed));
    if (flags.json) {
        std::printf("%s\n", answer.c_str());
    }
    return {};
}

Status Update(const ChangeFlags& flags) {
    SG_ASSIGN_OR_RETURN(std::string text, ReadText(flags));
    std::string left_out;
    if (IsPriceData(text)) {
        SG_ASSIGN_OR_RETURN(text, ConvertPriceData(text, left_out));
    }
    SG_TRY(Put(flags, "/api/v1/prices/list", text));
    if (!left_out.empty()) {
        std::fprintf(
            stderr,
            "sightglass: left out, their rules are not understood: %s\n",
            left_out.c_str()
        );
    }
    std::fputs(
        flags.reset
            ? "The program's own list holds again.\n"
            : "The new list holds for calls that end from now on; sightglass prices recalculate "
              "prices earlier ones.\n",
        stderr
    );
    return {};
}

Status Own(const ChangeFlags& flags) {
    if (!flags.file.empty() || flags.reset) {
        SG_ASSIGN_OR_RETURN(const std::string text, ReadText(flags));
        return Put(flags, "/api/v1/prices/own", text);
    }
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    SG_ASSIGN_OR_RETURN(const std::string answer, connection.Get("/api/v1/prices/own"));
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
    std::printf("%s", std::string(root.Get("text").String().value_or("")).c_str());
    return {};
}

std::string OrderJson(const ChangeFlags& flags) {
    codec::JsonWriter json;
    json.BeginObject();
    if (flags.undo) {
        return json.Key("undo").Bool(true).EndObject().Take();
    }
    json.Key("from").String(flags.from);
    if (!flags.to.empty()) {
        json.Key("to").String(flags.to);
    }
    return json.Key("dry_run").Bool(flags.dry_run).EndObject().Take();
}

std::string Usd(codec::JsonValue nano_usd) {
    return FormatUsd(Money::FromNanoUsd(nano_usd.Int().value_or(0)));
}

void PrintReport(codec::JsonValue report) {
    std::vector<std::vector<std::string>> rows;
    report.Get("items").ForEach([&rows](std::string_view, codec::JsonValue line) {
        rows.push_back(
            {std::string(line.Get("provider").String().value_or("-")),
             std::string(line.Get("model").String().value_or("-")),
             std::string(line.Get("cause").String().value_or("-")),
             std::to_string(line.Get("calls").Int().value_or(0)),
             Usd(line.Get("before_nano_usd")),
             Usd(line.Get("after_nano_usd"))}
        );
        return true;
    });
    if (!rows.empty()) {
        const std::vector<TextColumn> columns = {
            {"provider", false},
            {"model", false},
            {"cause", false},
            {"calls", true},
            {"usd_before", true},
            {"usd_after", true},
        };
        std::fputs(FormatTable(columns, rows).c_str(), stdout);
    }
    const bool dry_run = report.Get("kind").String() == "dry_run";
    std::printf(
        "%lld calls looked at, %lld %s\n",
        static_cast<long long>(report.Get("calls").Int().value_or(0)),
        static_cast<long long>(report.Get("changed").Int().value_or(0)),
        dry_run ? "would change" : "changed"
    );
    if (const auto skipped = report.Get("skipped").Int().value_or(0); skipped > 0) {
        std::printf(
            "%lld have another price by now, and were left\n",
            static_cast<long long>(skipped)
        );
    }
}

Status Recalculate(const ChangeFlags& flags) {
    if (!flags.undo && flags.from.empty()) {
        return Error{
            ErrorCode::kInvalidArgument,
            "--from says from when on, such as --from 2026-10-01"};
    }
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    SG_ASSIGN_OR_RETURN(
        const std::string answer,
        CarryOut(connection, std::string(kRecalculation), OrderJson(flags))
    );
    if (flags.json) {
        std::printf("%s\n", answer.c_str());
        return {};
    }
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue report, parser.Parse(answer));
    PrintReport(report);
    return {};
}

using Action = Status (*)(const ChangeFlags& flags);

CLI::App*
AddAction(CLI::App& prices, const char* name, const char* what, Action action, int& exit_code) {
    CLI::App* command = prices.add_subcommand(name, what);
    auto flags = std::make_shared<ChangeFlags>();
    command->add_option("--data-dir", flags->data_dir, "Where Sightglass keeps everything")
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
    command->add_flag("--json", flags->json)->description("The API's answer as it is");
    if (action == Recalculate) {
        command->add_option("--from", flags->from, "From when on: 2026-10-01, -30d")
            ->type_name("TIME");
        command->add_option("--to", flags->to, "Up to when; now by default")->type_name("TIME");
        CLI::Option* dry = command->add_flag("--dry-run", flags->dry_run);
        dry->description("Only say what would change");
        command->add_flag("--undo", flags->undo)->description("Undo the last one")->excludes(dry);
    } else {
        CLI::Option* file =
            command->add_option("file", flags->file, "The text, or its URL; - for standard input")
                ->type_name("FILE|URL");
        command->add_flag("--allow-private", flags->allow_private)
            ->description("The URL may be of a private address");
        CLI::Option* reset = command->add_flag("--reset", flags->reset);
        reset
            ->description(
                action == Own ? "Remove them" : "Go back to the list that came with the program"
            )
            ->excludes(file);
    }
    command->callback([flags, action, &exit_code] {
        if (action == Update && flags->file.empty() && !flags->reset) {
            std::fputs("sightglass: which file? Run with --help for an example\n", stderr);
            exit_code = 2;
            return;
        }
        const Status done = action(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error());
    });
    return command;
}

}  // namespace

void AddPriceChanges(CLI::App& prices, int& exit_code) {
    AddAction(prices, "update", "Use a newer price list", Update, exit_code)
        ->footer(
            "Takes a price book, or data.json of genai-prices.\nExamples:\n  sightglass prices "
            "update prices.txt\n  sightglass prices update https://example.com/prices.txt"
        );
    AddAction(prices, "own", "Show or replace prices and discounts of one's own", Own, exit_code)
        ->footer("Example:\n  sightglass prices own discounts.txt");
    AddAction(prices, "recalculate", "Price stored calls again", Recalculate, exit_code)
        ->footer(
            "Example:\n  sightglass prices recalculate --from 2026-10-01 --dry-run\n"
            "  sightglass prices recalculate --undo"
        );
}

}  // namespace sightglass::app
