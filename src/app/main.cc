// Sightglass: the window in the pipe through which an organisation sees its use of language models.
#include <sys/stat.h>

#include <cstdio>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.h"

namespace app = sightglass::app;

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
    app::AddCallsCommand(program, exit_code);
    app::AddKeysCommand(program, exit_code);
    app::AddCheckConfigCommand(program, exit_code);
    app::AddVersionCommand(program, exit_code);

    try {
        program.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return program.exit(help);
    } catch (const CLI::Error& usage) {
        program.exit(usage);
        return 2;
    }
    return exit_code;
}
