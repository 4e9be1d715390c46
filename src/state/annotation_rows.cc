#include "state/annotation_rows.h"

#include <cstdint>

#include <soci/soci.h>

namespace sightglass::state {
namespace {

/// Where a statement puts a row.
struct RowTarget {
    AnnotationRow row;
    std::int64_t at_us = 0;
    std::int64_t created_us = 0;
    std::int64_t changed_us = 0;

    AnnotationRow Get() {
        row.at = TimeFromMicros(at_us);
        row.created_at = TimeFromMicros(created_us);
        row.changed_at = TimeFromMicros(changed_us);
        return row;
    }
};

}  // namespace

Status AnnotationRows::Put(const AnnotationRow& row, const AuditEntry& entry) {
    return database_.Run([&](soci::session& session) {
        const std::int64_t at_us = ToMicros(row.at);
        const std::int64_t created_us = ToMicros(row.created_at);
        const std::int64_t changed_us = ToMicros(row.changed_at);
        soci::transaction transaction(session);
        session << "INSERT OR REPLACE INTO annotation (id, at_us, text, created_us, changed_us)"
                   " VALUES (:id, :at, :text, :created, :changed)",
            soci::use(row.id), soci::use(at_us), soci::use(row.text), soci::use(created_us),
            soci::use(changed_us);
        AuditLog::Write(session, entry);
        transaction.commit();
    });
}

Status AnnotationRows::Remove(const std::string& id, const AuditEntry& entry) {
    return database_.Run([&](soci::session& session) {
        soci::transaction transaction(session);
        session << "DELETE FROM annotation WHERE id = :id", soci::use(id);
        AuditLog::Write(session, entry);
        transaction.commit();
    });
}

Result<std::optional<AnnotationRow>> AnnotationRows::Find(const std::string& id) const {
    std::optional<AnnotationRow> found;
    SG_TRY(database_.Run([&](soci::session& session) {
        RowTarget target;
        soci::statement rows =
            (session.prepare << "SELECT id, at_us, text, created_us, changed_us"
                                " FROM annotation WHERE id = :id",
             soci::into(target.row.id),
             soci::into(target.at_us),
             soci::into(target.row.text),
             soci::into(target.created_us),
             soci::into(target.changed_us),
             soci::use(id));
        rows.execute();
        if (rows.fetch()) {
            found = target.Get();
        }
    }));
    return found;
}

Result<std::vector<AnnotationRow>> AnnotationRows::Between(Time from, Time to, std::size_t limit)
    const {
    const std::int64_t from_us = ToMicros(from);
    const std::int64_t to_us = ToMicros(to);
    const auto most = static_cast<std::int64_t>(limit);
    std::vector<AnnotationRow> all;
    SG_TRY(database_.Run([&](soci::session& session) {
        RowTarget target;
        soci::statement rows =
            (session.prepare << "SELECT id, at_us, text, created_us, changed_us"
                                " FROM annotation WHERE at_us >= :from AND at_us < :to"
                                " ORDER BY at_us DESC, id DESC LIMIT :most",
             soci::into(target.row.id),
             soci::into(target.at_us),
             soci::into(target.row.text),
             soci::into(target.created_us),
             soci::into(target.changed_us),
             soci::use(from_us),
             soci::use(to_us),
             soci::use(most));
        rows.execute();
        while (rows.fetch()) {
            all.push_back(target.Get());
        }
    }));
    return all;
}

}  // namespace sightglass::state
