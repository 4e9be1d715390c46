#include <cstdio>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.h"
#include "app/version.h"

namespace sightglass::app {

void AddVersionCommand(CLI::App& program, int& /*exit_code*/) {
    program.set_version_flag("--version", "sightglass " + std::string(kVersion));
    CLI::App* command = program.add_subcommand("version", "Print the version");
    command->footer("Example:\n  sightglass version");
    auto* json = command->add_flag("--json")->description("As JSON");
    command->callback([json] {
        const int size = static_cast<int>(kVersion.size());
        std::printf(
            json->count() > 0 ? "{\"version\":\"%.*s\"}\n" : "sightglass %.*s\n",
            size,
            kVersion.data()
        );
    });
}

int Fail(const char* message) {
    std::fprintf(stderr, "sightglass: %s\n", message);
    return 1;
}

int Fail(const Error& error) {
    constexpr int kUsage = 2;
    const int failed = Fail(error.message.c_str());
    return error.code == ErrorCode::kInvalidArgument ? kUsage : failed;
}

}  // namespace sightglass::app
