#include <cstdio>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "access/limit_rule.h"
#include "app/commands.h"
#include "app/connection.h"
#include "app/table_text.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::app {
namespace {

constexpr std::string_view kNoLimit = "none";
constexpr std::string_view kNever = "never";

struct KeysFlags {
    std::string data_dir = "sightglass-data";
    bool json = false;
    std::string id;
    std::string name;
    std::string owner;
    std::string team;
    std::string service;
    std::vector<std::string> models;
    std::vector<std::string> limits;
    bool shadow = false;
    bool enforce = false;
    std::string expires;
    std::string overlap;
};

void PrintLine(std::string_view line) {
    std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
}

void WriteText(codec::JsonWriter& json, std::string_view name, const std::string& text) {
    if (!text.empty()) {
        json.Key(name).String(text);
    }
}

/// "requests_per_minute=60" as a member of the API's `limits`.
Status WriteLimit(codec::JsonWriter& json, const std::string& limit) {
    const std::size_t equals = limit.find('=');
    const std::string name = limit.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : limit.substr(equals + 1);
    access::LimitValues checked;
    if (value == kNoLimit) {
        SG_TRY(access::ClearLimitValue(checked, name));
        json.Key(name).Null();
    } else {
        SG_TRY(access::SetLimitValue(checked, name, value));
        json.Key(name).Raw(value);
    }
    return {};
}

Status WriteLimits(codec::JsonWriter& json, const KeysFlags& flags) {
    json.Key("limits").BeginObject();
    for (const std::string& limit : flags.limits) {
        SG_TRY(WriteLimit(json, limit));
    }
    if (flags.shadow || flags.enforce) {
        json.Key("mode").String(flags.shadow ? "shadow" : "enforce");
    }
    json.EndObject();
    return {};
}

/// What the flags say about a key, and nothing about what they do not mention.
Result<std::string> KeyJson(const KeysFlags& flags) {
    codec::JsonWriter json;
    json.BeginObject();
    WriteText(json, "name", flags.name);
    WriteText(json, "owner", flags.owner);
    WriteText(json, "team", flags.team);
    WriteText(json, "service", flags.service);
    if (!flags.models.empty()) {
        json.Key("models").BeginArray();
        for (const std::string& pattern : flags.models) {
            json.String(pattern);
        }
        json.EndArray();
    }
    SG_TRY(WriteLimits(json, flags));
    if (flags.expires == kNever) {
        json.Key("expires_at").Null();
    } else {
        WriteText(json, "expires_at", flags.expires);
    }
    json.EndObject();
    return json.Take();
}

std::string CellOf(codec::JsonValue value) {
    if (value.IsArray()) {
        std::string text;
        value.ForEach([&text](std::string_view, codec::JsonValue element) {
            text.append(text.empty() ? "" : ",").append(element.String().value_or(""));
            return true;
        });
        return text.empty() ? "*" : text;
    }
    return std::string(value.String().value_or("-"));
}

Status List(const KeysFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    constexpr std::string_view kColumns[] =
        {"id", "name", "hint", "state", "owner", "team", "service", "models", "expires_at"};
    std::vector<TextColumn> columns;
    for (const std::string_view name : kColumns) {
        columns.push_back({std::string(name), false});
    }
    std::vector<std::vector<std::string>> rows;
    std::string cursor;
    do {
        TargetBuilder target("/api/v1/keys");
        target.Add("limit", "1000").Add("cursor", cursor);
        SG_ASSIGN_OR_RETURN(const std::string answer, connection.Get(target.target()));
        codec::JsonParser parser;
        SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
        root.Get("items").ForEach([&](std::string_view, codec::JsonValue key) {
            if (flags.json) {
                PrintLine(key.Text());
                return true;
            }
            auto& row = rows.emplace_back();
            for (const std::string_view name : kColumns) {
                row.push_back(CellOf(key.Get(name)));
            }
            return true;
        });
        cursor = root.Get("next").String().value_or("");
    } while (!cursor.empty());
    if (!flags.json) {
        std::fputs(FormatTable(columns, rows).c_str(), stdout);
    }
    return {};
}

/// Prints the answer to a change; a new key alone on its line, so that a script can take it.
Status Show(const KeysFlags& flags, const std::string& answer) {
    if (flags.json) {
        PrintLine(answer);
        return {};
    }
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue key, parser.Parse(answer));
    const auto text = key.Get("key").String();
    if (text) {
        std::fprintf(
            stderr,
            "Key %s. It is shown this once; keep it where secrets are kept:\n",
            std::string(key.Get("id").String().value_or("")).c_str()
        );
        PrintLine(*text);
    } else {
        PrintLine(CellOf(key.Get("id")) + " is " + CellOf(key.Get("state")));
    }
    return {};
}

Status Issue(const KeysFlags& flags) {
    SG_ASSIGN_OR_RETURN(const std::string json, KeyJson(flags));
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    SG_ASSIGN_OR_RETURN(const std::string answer, connection.Change("POST", "/api/v1/keys", json));
    return Show(flags, answer);
}

Status Change(const KeysFlags& flags) {
    SG_ASSIGN_OR_RETURN(const std::string json, KeyJson(flags));
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    SG_ASSIGN_OR_RETURN(
        const std::string answer,
        connection.Change("PATCH", "/api/v1/keys/" + flags.id, json)
    );
    return Show(flags, answer);
}

Status Rotate(const KeysFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    codec::JsonWriter json;
    json.BeginObject();
    WriteText(json, "overlap", flags.overlap);
    json.EndObject();
    SG_ASSIGN_OR_RETURN(
        const std::string answer,
        connection.Change("POST", "/api/v1/keys/" + flags.id + "/rotate", json.Take())
    );
    return Show(flags, answer);
}

Status Revoke(const KeysFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    SG_ASSIGN_OR_RETURN(
        const std::string answer,
        connection.Change("DELETE", "/api/v1/keys/" + flags.id, "")
    );
    return Show(flags, answer);
}

using Action = Status (*)(const KeysFlags& flags);

/// What a key says.
void AddMembers(CLI::App& command, KeysFlags& flags) {
    command.add_option("--name", flags.name, "What people call it");
    command.add_option("--owner", flags.owner, "The user whose calls these are");
    command.add_option("--team", flags.team, "Their team");
    command.add_option("--service", flags.service, "The service that calls");
    command.add_option("--model", flags.models, "A model that it may use: gpt-4o*; repeatable")
        ->type_name("PATTERN");
    command
        .add_option(
            "--limit",
            flags.limits,
            "requests_per_minute=60, tokens_per_minute, concurrent, usd_per_day, usd_per_month; "
            "=none for no limit; repeatable"
        )
        ->type_name("NAME=N");
    CLI::Option* const shadow = command.add_flag("--shadow", flags.shadow);
    shadow->description("Note what its limits would refuse, and let it pass");
    command.add_flag("--enforce", flags.enforce)
        ->description("Refuse what is beyond its limits: the default")
        ->excludes(shadow);
    command.add_option("--expires", flags.expires, "When it ends: 2027-01-01T00:00:00Z, or never")
        ->type_name("TIME");
}

CLI::App*
AddAction(CLI::App& keys, const char* name, const char* what, Action action, int& exit_code) {
    CLI::App* command = keys.add_subcommand(name, what);
    auto flags = std::make_shared<KeysFlags>();
    command->add_option("--data-dir", flags->data_dir, "Where Sightglass keeps everything")
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
    command->add_flag("--json", flags->json)->description("The API's answer as it is");
    if (action == Rotate || action == Revoke || action == Change) {
        command->add_option("id", flags->id, "The key's id")->required()->type_name("ID");
    }
    if (action == Rotate) {
        command
            ->add_option("--overlap", flags->overlap, "How long the old text is still taken: 24h")
            ->type_name("TIME");
    }
    if (action == Issue || action == Change) {
        AddMembers(*command, *flags);
    }
    command->callback([flags, action, &exit_code] {
        const Status done = action(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error());
    });
    return command;
}

}  // namespace

void AddKeysCommand(CLI::App& program, int& exit_code) {
    CLI::App* keys = program.add_subcommand("keys", "Sightglass keys: who may call, and how much");
    keys->require_subcommand(1);
    keys->footer(
        "Example:\n  sightglass keys issue --name ci --team search --model 'gpt-4o*' "
        "--limit requests_per_minute=60"
    );
    AddAction(*keys, "list", "All keys, newest first", List, exit_code)
        ->footer("Example:\n  sightglass keys list --json");
    AddAction(*keys, "issue", "Make a key; its text is shown this once", Issue, exit_code)
        ->footer("Example:\n  sightglass keys issue --name ci --limit usd_per_day=5");
    AddAction(*keys, "change", "Change what a key says; its text stays", Change, exit_code)
        ->footer("Example:\n  sightglass keys change ID --limit requests_per_minute=120");
    AddAction(*keys, "rotate", "Give a key a new text", Rotate, exit_code)
        ->footer("Example:\n  sightglass keys rotate ID --overlap 24h");
    AddAction(*keys, "revoke", "End a key for good", Revoke, exit_code)
        ->footer("Example:\n  sightglass keys revoke ID");
}

}  // namespace sightglass::app
