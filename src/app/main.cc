// Sightglass: the window in the pipe through which an organisation sees its use of language models.
#include <sys/stat.h>

#include <cstdio>
#include <string>
#include <string_view>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/command_sessions.h"
#include "app/commands.h"

namespace app = sightglass::app;

namespace {

/// Says which word is no command, and which are; empty where that is not what went wrong.
std::string UnknownCommand(const CLI::App& program, std::string_view word) {
    if (word.empty() || word.front() == '-') {
        return {};
    }
    std::string names;
    for (const CLI::App* command : program.get_subcommands({})) {
        if (command->get_name() == word) {
            return {};
        }
        names.append(names.empty() ? "" : ", ").append(command->get_name());
    }
    return "\"" + std::string(word) + "\" is no command; there are " + names +
           ".\nRun sightglass --help for what each does.\n";
}

}  // namespace

int main(int argc, char** argv) {
    ::umask(077);  // What is kept is for whoever runs this, and nobody else.
    int exit_code = 0;
    CLI::App program(
        "See, and act on, every call to ChatGPT, OpenAI and similar APIs.",
        "sightglass"
    );
    program.require_subcommand(1);
    program.footer("Start here: sightglass demo");

    app::AddServeCommand(program, exit_code);
    app::AddDemoCommand(program, exit_code);
    app::AddQueryCommand(program, exit_code);
    app::AddExplainCommand(program, exit_code);
    app::AddCallsCommand(program, exit_code);
    app::AddSessionsCommand(program, exit_code);
    app::AddTopCommand(program, exit_code);
    app::AddImportCommand(program, exit_code);
    app::AddExportCommand(program, exit_code);
    app::AddKeysCommand(program, exit_code);
    app::AddMonitorsCommand(program, exit_code);
    app::AddUsersCommand(program, exit_code);
    app::AddFollowUpsCommand(program, exit_code);
    app::AddTokensCommand(program, exit_code);
    app::AddPricesCommand(program, exit_code);
    app::AddRefineCommand(program, exit_code);
    app::AddCheckConfigCommand(program, exit_code);
    app::AddVersionCommand(program, exit_code);

    try {
        program.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return program.exit(help);
    } catch (const CLI::Error& usage) {
        const std::string unknown = UnknownCommand(program, argc > 1 ? argv[1] : "");
        if (unknown.empty()) {
            program.exit(usage);
        } else {
            std::fputs(unknown.c_str(), stderr);
        }
        return 2;
    }
    return exit_code;
}
