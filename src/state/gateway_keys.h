// The keys that callers of the gateway show, as they are kept: a hash, never the key itself.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "state/audit.h"
#include "state/database.h"

namespace sightglass::state {

/// One key. Texts that are not set are empty; times that are not set are the epoch.
/// Thread-safety: plain value.
struct GatewayKey {
    std::string id = {};             ///< A UUID. Stays when the key is rotated.
    std::string hash = {};           ///< Hexadecimal; of the whole key.
    std::string previous_hash = {};  ///< Of the key before the last rotation.
    Time previous_until = {};        ///< How long that one is still taken.
    std::string hint = {};           ///< The key's last characters, for people to tell it by.
    std::string name = {};
    std::string owner = {};
    std::string team = {};
    std::string service = {};
    std::string models = {};  ///< Patterns, comma-separated.
    std::string limits = {};  ///< "requests_per_minute=60 usd_per_day=2.5 mode=shadow"
    Time created_at = {};
    Time rotated_at = {};
    Time expires_at = {};
    Time revoked_at = {};

    friend bool operator==(const GatewayKey&, const GatewayKey&) = default;
};

/// Thread-safety: safe for concurrent use.
class GatewayKeys {
public:
    /// The database must outlive this.
    explicit GatewayKeys(Database& database) : database_(database) {}

    /// Adds the key, or replaces the one of the same id.
    Status Put(const GatewayKey& key);

    /// The same with what the audit log is to say of it: both are kept, or neither.
    Status Put(const GatewayKey& key, const AuditEntry& entry);

    /// Oldest first.
    Result<std::vector<GatewayKey>> All() const;

private:
    Database& database_;
};

}  // namespace sightglass::state
