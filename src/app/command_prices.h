// The parts of `sightglass prices`.
//
// Thread-safety: before the command line is parsed, on one thread.
#pragma once

namespace CLI {
class App;
}

namespace sightglass::app {

/// update, own, recalculate.
void AddPriceChanges(CLI::App& prices, int& exit_code);

}  // namespace sightglass::app
