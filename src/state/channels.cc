#include "state/channels.h"

#include <cstdint>

#include <soci/soci.h>

namespace sightglass::state {

Status ChannelRows::Put(const ChannelRow& row) {
    return database_.Run([&row](soci::session& session) {
        const int enabled = row.enabled ? 1 : 0;
        const std::int64_t created_us = ToMicros(row.created_at);
        const std::int64_t changed_us = ToMicros(row.changed_at);
        session
            << "INSERT OR REPLACE INTO channel (id, name, kind, enabled, rate_per_minute,"
               " settings, secrets, created_us, changed_us) VALUES (:id, :name, :kind, :enabled,"
               " :rate, :settings, :secrets, :created, :changed)",
            soci::use(row.id), soci::use(row.name), soci::use(row.kind), soci::use(enabled),
            soci::use(row.rate_per_minute), soci::use(row.settings), soci::use(row.secrets),
            soci::use(created_us), soci::use(changed_us);
    });
}

Status ChannelRows::Remove(const std::string& id) {
    return database_.Run([&id](soci::session& session) {
        session << "DELETE FROM channel WHERE id = :id", soci::use(id);
    });
}

Result<std::vector<ChannelRow>> ChannelRows::All() const {
    std::vector<ChannelRow> all;
    SG_TRY(database_.Run([&all](soci::session& session) {
        ChannelRow row;
        int enabled = 0;
        std::int64_t created_us = 0;
        std::int64_t changed_us = 0;
        soci::statement rows =
            (session.prepare
                 << "SELECT id, name, kind, enabled, rate_per_minute, settings, secrets,"
                    " created_us, changed_us FROM channel ORDER BY created_us, id",
             soci::into(row.id),
             soci::into(row.name),
             soci::into(row.kind),
             soci::into(enabled),
             soci::into(row.rate_per_minute),
             soci::into(row.settings),
             soci::into(row.secrets),
             soci::into(created_us),
             soci::into(changed_us));
        rows.execute();
        while (rows.fetch()) {
            row.enabled = enabled != 0;
            row.created_at = TimeFromMicros(created_us);
            row.changed_at = TimeFromMicros(changed_us);
            all.push_back(row);
        }
    }));
    return all;
}

}  // namespace sightglass::state
