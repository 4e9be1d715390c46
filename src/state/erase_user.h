// Takes a user out of the state database, and writes its file anew, so that no byte of it is left.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "state/audit.h"
#include "state/database.h"

namespace sightglass::state {

struct ErasedFromState {
    std::int64_t follow_ups = 0;
    std::int64_t alerts = 0;  ///< States and events of alerts, and notices, that name the user.
    std::int64_t keys = 0;    ///< Whose owner it was: they have none now.
};

/// `quoted`: the name as a JSON string. The entry says in the audit log what was done.
/// Thread-safety: safe for concurrent use.
Result<ErasedFromState> EraseUser(
    Database& database,
    const std::string& user,
    const std::string& quoted,
    const AuditEntry& entry
);

}  // namespace sightglass::state
