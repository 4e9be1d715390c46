#include "app/flags.h"

#include <cstdlib>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace sightglass::app {
namespace {

Status ApplyFlags(Config& config, const ServerFlags& flags) {
    struct Flag {
        std::string_view name;
        std::string_view key;
        const std::string& value;
    };

    const Flag all[] = {
        {"--data-dir", "data_dir", flags.data_dir},
        {"--listen", "listen", flags.listen},
        {"--otlp-http", "otlp_http", flags.otlp_http},
        {"--otlp-grpc", "otlp_grpc", flags.otlp_grpc},
        {"--capture", "capture.content", flags.capture},
        {"--workers", "workers", flags.workers},
        {"--log-level", "log_level", flags.log_level},
    };
    for (const Flag& flag : all) {
        if (flag.value.empty()) {
            continue;
        }
        Status applied = ApplySetting(config, flag.key, flag.value);
        if (!applied.Ok()) {
            return std::move(applied.error()).In(flag.name);
        }
    }
    for (const std::string& upstream : flags.upstreams) {
        SG_TRY(ApplyUpstream(config, upstream));
    }
    return {};
}

}  // namespace

void ServerFlags::AddTo(CLI::App& command) {
    command.add_option("--config", config_file, "Settings file (YAML); see docs/configuration.md")
        ->type_name("FILE");
    command.add_option("--data-dir", data_dir, "Where everything is kept")->type_name("DIR");
    command.add_option("--listen", listen, "Gateway, API and dashboard; port 0 takes a free one")
        ->type_name("HOST:PORT");
    command.add_option("--otlp-http", otlp_http, "OTLP over HTTP; port 0 takes a free one")
        ->type_name("HOST:PORT|off");
    command.add_option("--otlp-grpc", otlp_grpc, "OTLP over gRPC")->type_name("HOST:PORT|off");
    command
        .add_option(
            "--upstream",
            upstreams,
            "Where calls go, as openai=https://api.openai.com; the first is the default"
        )
        ->type_name("NAME=URL");
    command.add_option("--capture", capture, "What is kept of what was said")
        ->type_name("none|redacted|full");
    command.add_option("--workers", workers, "Threads that carry traffic; 0 is one a processor")
        ->type_name("N");
    command.add_option("--log-level", log_level, "debug, info, warn or error")->type_name("LEVEL");
}

Status CheckFlags(const ServerFlags& flags) {
    Config config;
    return ApplyFlags(config, flags);
}

Result<Config>
LoadConfig(const ServerFlags& flags, const char* const* environment, Config defaults) {
    Config config = std::move(defaults);
    std::string file = flags.config_file;
    if (file.empty()) {
        const char* from_environment =
            std::getenv("SIGHTGLASS_CONFIG");  // NOLINT(concurrency-mt-unsafe): before any thread.
        file = from_environment == nullptr ? "" : from_environment;
    }
    if (!file.empty()) {
        SG_TRY(ApplyFile(config, file));
    }
    SG_TRY(ApplyEnvironment(config, environment));
    SG_TRY(ApplyFlags(config, flags));
    SG_TRY(CheckConfig(config));
    return config;
}

}  // namespace sightglass::app
