#include "state/login_sessions.h"

#include <cstdint>

#include <soci/soci.h>

namespace sightglass::state {

Status LoginSessions::Put(const LoginSession& session) {
    return database_.Run([&session](soci::session& database) {
        const std::int64_t created_us = ToMicros(session.created_at);
        const std::int64_t last_used_us = ToMicros(session.last_used_at);
        database
            << "INSERT OR REPLACE INTO login_session (token_hash, how, created_us, last_used_us)"
               " VALUES (:hash, :how, :created, :used)",
            soci::use(session.token_hash), soci::use(session.how), soci::use(created_us),
            soci::use(last_used_us);
    });
}

Status LoginSessions::Remove(const std::string& token_hash) {
    return database_.Run([&token_hash](soci::session& database) {
        database << "DELETE FROM login_session WHERE token_hash = :hash", soci::use(token_hash);
    });
}

Status LoginSessions::RemoveUnusedSince(Time time) {
    return database_.Run([time](soci::session& database) {
        const std::int64_t since_us = ToMicros(time);
        database << "DELETE FROM login_session WHERE last_used_us < :since", soci::use(since_us);
    });
}

Result<std::vector<LoginSession>> LoginSessions::All() const {
    std::vector<LoginSession> all;
    SG_TRY(database_.Run([&all](soci::session& database) {
        LoginSession session;
        std::int64_t created_us = 0;
        std::int64_t last_used_us = 0;
        soci::statement rows =
            (database.prepare
                 << "SELECT token_hash, how, created_us, last_used_us FROM login_session",
             soci::into(session.token_hash),
             soci::into(session.how),
             soci::into(created_us),
             soci::into(last_used_us));
        rows.execute();
        while (rows.fetch()) {
            session.created_at = TimeFromMicros(created_us);
            session.last_used_at = TimeFromMicros(last_used_us);
            all.push_back(session);
        }
    }));
    return all;
}

}  // namespace sightglass::state
