#include "state/scenario_rows.h"

#include <cstdint>

#include <soci/soci.h>

namespace sightglass::state {

Status ScenarioRows::Put(const ScenarioRow& row) {
    return database_.Run([&row](soci::session& session) {
        const std::int64_t created_us = ToMicros(row.created_at);
        const std::int64_t changed_us = ToMicros(row.changed_at);
        session << "INSERT OR REPLACE INTO scenario (id, text, created_us, changed_us)"
                   " VALUES (:id, :text, :created, :changed)",
            soci::use(row.id), soci::use(row.text), soci::use(created_us), soci::use(changed_us);
    });
}

Status ScenarioRows::Remove(const std::string& id) {
    return database_.Run([&id](soci::session& session) {
        session << "DELETE FROM scenario WHERE id = :id", soci::use(id);
    });
}

Result<std::vector<ScenarioRow>> ScenarioRows::All() const {
    std::vector<ScenarioRow> all;
    SG_TRY(database_.Run([&all](soci::session& session) {
        ScenarioRow row;
        std::int64_t created_us = 0;
        std::int64_t changed_us = 0;
        soci::statement rows =
            (session.prepare << "SELECT id, text, created_us, changed_us"
                                " FROM scenario ORDER BY created_us, id",
             soci::into(row.id),
             soci::into(row.text),
             soci::into(created_us),
             soci::into(changed_us));
        rows.execute();
        while (rows.fetch()) {
            row.created_at = TimeFromMicros(created_us);
            row.changed_at = TimeFromMicros(changed_us);
            all.push_back(row);
        }
    }));
    return all;
}

}  // namespace sightglass::state
