#include "state/erase_user.h"

#include <soci/soci.h>

namespace sightglass::state {
namespace {

/// `condition` has one name, :text.
std::int64_t Remove(soci::session& session, const std::string& condition, const std::string& text) {
    std::int64_t count = 0;
    session << "SELECT count(*) FROM " + condition, soci::into(count), soci::use(text);
    session << "DELETE FROM " + condition, soci::use(text);
    return count;
}

}  // namespace

Result<ErasedFromState> EraseUser(
    Database& database,
    const std::string& user,
    const std::string& quoted,
    const AuditEntry& entry
) {
    ErasedFromState erased;
    SG_TRY(database.Run([&](soci::session& session) {
        soci::transaction transaction(session);
        const std::string subject = "user " + user;
        erased.follow_ups = Remove(session, "follow_up WHERE subject = :text", subject);
        erased.follow_ups += Remove(session, "follow_up WHERE instr(text, :text) > 0", quoted);
        for (const char* condition :
             {"alert_state WHERE instr(text, :text) > 0",
              "alert_event WHERE instr(text, :text) > 0",
              "delivery WHERE instr(notices, :text) > 0"}) {
            erased.alerts += Remove(session, condition, quoted);
        }
        session << "SELECT count(*) FROM gateway_key WHERE owner = :user", soci::into(erased.keys),
            soci::use(user);
        session << "UPDATE gateway_key SET owner = '' WHERE owner = :user", soci::use(user);
        session << "UPDATE audit SET detail = replace(detail, :text, '\"erased\"')",
            soci::use(quoted);
        AuditLog::Write(session, entry);
        transaction.commit();
        // Rows that are gone stay in the file until it is written anew, and in the log until it is cut.
        session << "VACUUM";
        session << "PRAGMA wal_checkpoint(TRUNCATE)";
    }));
    return erased;
}

}  // namespace sightglass::state
