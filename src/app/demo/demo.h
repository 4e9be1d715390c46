// What `sightglass demo` adds to a server, in the order of its use:
//
//   1. SimulatedProvider::Start: its Port() becomes the upstream "openai", http://127.0.0.1:PORT.
//   2. FillPastWeek, into the opened store, before the pipeline starts.
//   3. ReportPast, once the server listens: runs of agents, and what users said.
//   4. TrafficGenerator::Start, with the gateway's port.
//
// Stop in the reverse order. Applications may call the demo with the key kGuestKey.
//
// Thread-safety: as each part says.
#pragma once

#include "app/demo/cast.h"                // IWYU pragma: export
#include "app/demo/past_week.h"           // IWYU pragma: export
#include "app/demo/random.h"              // IWYU pragma: export
#include "app/demo/reports.h"             // IWYU pragma: export
#include "app/demo/simulated_provider.h"  // IWYU pragma: export
#include "app/demo/traffic.h"             // IWYU pragma: export
