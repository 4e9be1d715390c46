// `sightglass sessions`.
#pragma once

namespace CLI {
class App;
}

namespace sightglass::app {

void AddSessionsCommand(CLI::App& program, int& exit_code);

}  // namespace sightglass::app
