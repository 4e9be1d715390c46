#include "state/gateway_keys.h"

#include <cstdint>

#include <soci/soci.h>

namespace sightglass::state {
namespace {

void Write(soci::session& session, const GatewayKey& key) {
    const std::int64_t until_us = ToMicros(key.previous_until);
    const std::int64_t created_us = ToMicros(key.created_at);
    const std::int64_t rotated_us = ToMicros(key.rotated_at);
    const std::int64_t expires_us = ToMicros(key.expires_at);
    const std::int64_t revoked_us = ToMicros(key.revoked_at);
    session << "INSERT OR REPLACE INTO gateway_key (id, hash,"
               " previous_hash, previous_until_us, hint, name, owner, team, service,"
               " models, limits, created_us, rotated_us, expires_us, revoked_us)"
               " VALUES (:id, :hash, :previous, :until, :hint, :name, :owner, :team, :service,"
               " :models, :limits, :created, :rotated, :expires, :revoked)",
        soci::use(key.id), soci::use(key.hash), soci::use(key.previous_hash), soci::use(until_us),
        soci::use(key.hint), soci::use(key.name), soci::use(key.owner), soci::use(key.team),
        soci::use(key.service), soci::use(key.models), soci::use(key.limits), soci::use(created_us),
        soci::use(rotated_us), soci::use(expires_us), soci::use(revoked_us);
}

}  // namespace

Status GatewayKeys::Put(const GatewayKey& key) {
    return database_.Run([&key](soci::session& session) { Write(session, key); });
}

Status GatewayKeys::Put(const GatewayKey& key, const AuditEntry& entry) {
    return database_.Run([&](soci::session& session) {
        soci::transaction both(session);
        Write(session, key);
        AuditLog::Write(session, entry);
        both.commit();
    });
}

Result<std::vector<GatewayKey>> GatewayKeys::All() const {
    std::vector<GatewayKey> all;
    SG_TRY(database_.Run([&all](soci::session& session) {
        GatewayKey key;
        std::int64_t until_us = 0;
        std::int64_t created_us = 0;
        std::int64_t rotated_us = 0;
        std::int64_t expires_us = 0;
        std::int64_t revoked_us = 0;
        soci::statement rows =
            (session.prepare
                 << "SELECT id, hash, previous_hash, previous_until_us, hint, name, owner, team, "
                    "service, models, limits, created_us,"
                    " rotated_us, expires_us, revoked_us FROM gateway_key ORDER BY created_us, id",
             soci::into(key.id),
             soci::into(key.hash),
             soci::into(key.previous_hash),
             soci::into(until_us),
             soci::into(key.hint),
             soci::into(key.name),
             soci::into(key.owner),
             soci::into(key.team),
             soci::into(key.service),
             soci::into(key.models),
             soci::into(key.limits),
             soci::into(created_us),
             soci::into(rotated_us),
             soci::into(expires_us),
             soci::into(revoked_us));
        rows.execute();
        while (rows.fetch()) {
            key.previous_until = TimeFromMicros(until_us);
            key.created_at = TimeFromMicros(created_us);
            key.rotated_at = TimeFromMicros(rotated_us);
            key.expires_at = TimeFromMicros(expires_us);
            key.revoked_at = TimeFromMicros(revoked_us);
            all.push_back(key);
        }
    }));
    return all;
}

}  // namespace sightglass::state
