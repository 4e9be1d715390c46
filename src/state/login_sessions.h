// Logins that outlive a restart. Tokens are kept as hashes only.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "state/database.h"

namespace sightglass::state {

struct LoginSession {
    std::string token_hash;  ///< SHA-256, hexadecimal.
    std::string how;         ///< "token" or "code".
    Time created_at;
    Time last_used_at;
};

/// Thread-safety: safe for concurrent use.
class LoginSessions {
public:
    /// The database must outlive this.
    explicit LoginSessions(Database& database) : database_(database) {}

    /// Adds the session, or replaces the one of the same hash.
    Status Put(const LoginSession& session);
    Status Remove(const std::string& token_hash);
    Status RemoveUnusedSince(Time time);
    Result<std::vector<LoginSession>> All() const;

private:
    Database& database_;
};

}  // namespace sightglass::state
