#include <unistd.h>

#include <cstdio>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.h"
#include "app/flags.h"
#include "app/server.h"

namespace sightglass::app {
namespace {

int Serve(const ServerFlags& flags) {
    TakeSignals();
    if (const Status usable = CheckFlags(flags); !usable.Ok()) {
        return Fail(usable.error());
    }
    const auto config = LoadConfig(flags, environ, Config());
    if (!config.Ok()) {
        return Fail(config.error().message.c_str());
    }
    ServerExtras extras;
    extras.read_settings = [&flags] { return LoadConfig(flags, environ, Config()); };
    auto server = Server::Start(*config, extras);
    if (!server.Ok()) {
        return Fail(server.error().message.c_str());
    }
    if (::isatty(STDERR_FILENO) != 0) {
        std::fprintf(
            stderr,
            "Dashboard (this link logs in once, within ten minutes): %s\nPoint an OpenAI client "
            "here: "
            "OPENAI_BASE_URL=http://%s/v1\n",
            (*server)->LoginLink().c_str(),
            (*server)->HttpAddress().c_str()
        );
    }
    AnnounceAndWait(**server);
    (*server)->Stop();
    return 0;
}

}  // namespace

void AddServeCommand(CLI::App& program, int& exit_code) {
    CLI::App* command =
        program.add_subcommand("serve", "Run the gateway, the API and the dashboard");
    command->footer(
        "Example:\n  sightglass serve --data-dir /var/lib/sightglass --upstream "
        "openai=https://api.openai.com"
    );
    auto flags = std::make_shared<ServerFlags>();
    flags->AddTo(*command);
    command->callback([flags, &exit_code] { exit_code = Serve(*flags); });
}

}  // namespace sightglass::app
