// The flags that `serve` and `demo` share, and how they become a Config with file and environment.
#pragma once

#include <string>
#include <vector>

#include "app/config.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace sightglass::app {

/// What the command line said; empty where it said nothing. Thread-safety: plain value.
struct ServerFlags {
    std::string config_file;
    std::string data_dir;
    std::string listen;
    std::string otlp_http;
    std::string otlp_grpc;
    std::string capture;
    std::string workers;
    std::string log_level;
    std::vector<std::string> upstreams;

    /// Declares the flags on a subcommand. This object must outlive its parsing.
    void AddTo(CLI::App& command);
};

/// Whether each value can be taken as it stands. A wrong one is a wrong use of the command; one in a file or a variable is not.
Status CheckFlags(const ServerFlags& flags);

/// Defaults, then the file (--config or SIGHTGLASS_CONFIG), then SIGHTGLASS_… variables, then
/// flags; checked.
Result<Config>
LoadConfig(const ServerFlags& flags, const char* const* environment, Config defaults);

}  // namespace sightglass::app
