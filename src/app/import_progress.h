// How far a server is with Calls that a command handed over to it.
//
// Thread-safety: the functions are called by the thread that has the connection.
#pragma once

#include <cstdint>

#include "app/connection.h"
#include "base/result.h"

namespace sightglass::app {

/// Thread-safety: plain value.
struct ImportProgress {
    double lag_s = 0;  ///< For how long the oldest record waits that answers do not know.
    std::int64_t known_records = 0;  ///< Said what was known already, since the server started.
};

/// Errors as of Connection::Get.
Result<ImportProgress> GetProgress(Connection& connection);

/// Waits until answers know all that was sent before. kUnavailable where they do not within minutes.
Result<ImportProgress> AwaitCounted(Connection& connection);

}  // namespace sightglass::app
