// The audit log: who did what and when. Entries are added and never changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "state/database.h"

namespace soci {
class session;
}

namespace sightglass::state {

struct AuditEntry {
    Time at = {};
    std::string actor = {};  ///< "admin", "anonymous", "system".
    std::string action =
        {};  ///< "login", "login_failed", "logout", "server_start", "config_change".
    std::string object = {};  ///< What it was done to; empty where nothing.
    std::string detail = {};  ///< JSON object, or empty. Never a secret.
};

struct AuditPage {
    std::vector<AuditEntry> items;     ///< Newest first.
    std::optional<std::int64_t> next;  ///< Cursor of the page after; nothing on the last.
};

/// Thread-safety: safe for concurrent use.
class AuditLog {
public:
    /// The database must outlive the log.
    explicit AuditLog(Database& database) : database_(database) {}

    Status Append(const AuditEntry& entry);

    /// The same within what somebody else does to the database, so that both are done, or neither. For this room's files.
    static void Write(soci::session& session, const AuditEntry& entry);

    /// At most `limit` entries older than the cursor, or the newest ones.
    Result<AuditPage> List(std::size_t limit, std::optional<std::int64_t> before) const;

private:
    Database& database_;
};

}  // namespace sightglass::state
