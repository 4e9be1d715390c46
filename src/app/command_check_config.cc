#include <unistd.h>

#include <cstdio>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.h"
#include "app/flags.h"
#include "codec/json_writer.h"

namespace sightglass::app {
namespace {

int CheckConfigFile(const std::string& file, bool json) {
    ServerFlags flags;
    flags.config_file = file;
    const auto config = LoadConfig(flags, environ, Config());
    if (!config.Ok()) {
        if (json) {
            codec::JsonWriter out;
            out.BeginObject()
                .Key("ok")
                .Bool(false)
                .Key("error")
                .String(config.error().message)
                .EndObject();
            std::printf("%s\n", out.text().c_str());
        }
        return Fail(config.error().message.c_str());
    }
    std::printf("%s\n", json ? "{\"ok\":true}" : "ok");
    return 0;
}

}  // namespace

void AddCheckConfigCommand(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand(
        "check-config",
        "Read a settings file and say what is wrong with it"
    );
    command->footer("Example:\n  sightglass check-config sightglass.yaml");
    auto* file = command->add_option("file", "The settings file (YAML)")->required();
    auto* json = command->add_flag("--json")->description("As JSON");
    command->callback([file, json, &exit_code] {
        exit_code = CheckConfigFile(file->as<std::string>(), json->count() > 0);
    });
}

}  // namespace sightglass::app
