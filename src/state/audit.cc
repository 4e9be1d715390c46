#include "state/audit.h"

#include <limits>

#include <soci/soci.h>

namespace sightglass::state {

void AuditLog::Write(soci::session& session, const AuditEntry& entry) {
    const std::int64_t at_us = ToMicros(entry.at);
    session << "INSERT INTO audit (at_us, actor, action, object, detail)"
               " VALUES (:at, :actor, :action, :object, :detail)",
        soci::use(at_us), soci::use(entry.actor), soci::use(entry.action), soci::use(entry.object),
        soci::use(entry.detail);
}

Status AuditLog::Append(const AuditEntry& entry) {
    return database_.Run([&entry](soci::session& session) { Write(session, entry); });
}

Result<AuditPage> AuditLog::List(std::size_t limit, std::optional<std::int64_t> before) const {
    AuditPage page;
    const std::int64_t below = before.value_or(std::numeric_limits<std::int64_t>::max());
    const auto one_more = static_cast<std::int64_t>(limit) + 1;
    std::int64_t last_id = 0;
    SG_TRY(database_.Run([&](soci::session& session) {
        std::int64_t id = 0;
        std::int64_t at_us = 0;
        AuditEntry entry;
        soci::statement rows =
            (session.prepare << "SELECT id, at_us, actor, action, object, detail FROM audit"
                                " WHERE id < :below ORDER BY id DESC LIMIT :limit",
             soci::into(id),
             soci::into(at_us),
             soci::into(entry.actor),
             soci::into(entry.action),
             soci::into(entry.object),
             soci::into(entry.detail),
             soci::use(below),
             soci::use(one_more));
        rows.execute();
        while (rows.fetch()) {
            if (page.items.size() == limit) {
                page.next = last_id;
                return;
            }
            entry.at = TimeFromMicros(at_us);
            page.items.push_back(entry);
            last_id = id;
        }
    }));
    return page;
}

}  // namespace sightglass::state
