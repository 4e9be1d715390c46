#include "state/alert_records.h"

#include <limits>

#include <soci/soci.h>

namespace sightglass::state {

Status AlertRecords::Put(const std::string& kind, const NamedRecord& record) {
    return database_.Run([&](soci::session& session) {
        session << "INSERT OR REPLACE INTO alert_record (kind, name, text)"
                   " VALUES (:kind, :name, :text)",
            soci::use(kind), soci::use(record.name), soci::use(record.text);
    });
}

Status AlertRecords::Remove(const std::string& kind, const std::string& name) {
    return database_.Run([&](soci::session& session) {
        session << "DELETE FROM alert_record WHERE kind = :kind AND name = :name", soci::use(kind),
            soci::use(name);
    });
}

Result<std::vector<NamedRecord>> AlertRecords::All(const std::string& kind) const {
    std::vector<NamedRecord> all;
    SG_TRY(database_.Run([&](soci::session& session) {
        NamedRecord record;
        soci::statement rows =
            (session.prepare
                 << "SELECT name, text FROM alert_record WHERE kind = :kind ORDER BY name",
             soci::into(record.name),
             soci::into(record.text),
             soci::use(kind));
        rows.execute();
        while (rows.fetch()) {
            all.push_back(record);
        }
    }));
    return all;
}

Status AlertRecords::Keep(std::span<const NamedRecord> states, std::span<const AlertEvent> events) {
    return database_.Run([&](soci::session& session) {
        soci::transaction transaction(session);
        for (const NamedRecord& state : states) {
            if (state.text.empty()) {
                session << "DELETE FROM alert_state WHERE alert_key = :key", soci::use(state.name);
            } else {
                session
                    << "INSERT OR REPLACE INTO alert_state (alert_key, text) VALUES (:key, :text)",
                    soci::use(state.name), soci::use(state.text);
            }
        }
        for (const AlertEvent& event : events) {
            const std::int64_t at_us = ToMicros(event.at);
            session << "INSERT INTO alert_event (at_us, monitor_id, alert_key, what, text)"
                       " VALUES (:at, :monitor, :key, :what, :text)",
                soci::use(at_us), soci::use(event.monitor_id), soci::use(event.alert_key),
                soci::use(event.what), soci::use(event.text);
        }
        transaction.commit();
    });
}

Result<std::vector<NamedRecord>> AlertRecords::AllStates() const {
    std::vector<NamedRecord> all;
    SG_TRY(database_.Run([&](soci::session& session) {
        NamedRecord record;
        soci::statement rows =
            (session.prepare << "SELECT alert_key, text FROM alert_state ORDER BY alert_key",
             soci::into(record.name),
             soci::into(record.text));
        rows.execute();
        while (rows.fetch()) {
            all.push_back(record);
        }
    }));
    return all;
}

Result<std::vector<AlertEvent>> AlertRecords::ListEvents(const AlertEventQuestion& question) const {
    constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
    std::vector<AlertEvent> all;
    const std::int64_t below = question.before.value_or(kEnd);
    const std::int64_t from_us = question.from ? ToMicros(*question.from) : -kEnd;
    const std::int64_t to_us = question.to ? ToMicros(*question.to) : kEnd;
    const auto most = static_cast<std::int64_t>(question.limit);
    SG_TRY(database_.Run([&](soci::session& session) {
        std::int64_t at_us = 0;
        AlertEvent event;
        soci::statement rows =
            (session.prepare
                 << "SELECT id, at_us, monitor_id, alert_key, what, text FROM alert_event"
                    " WHERE id < :below AND at_us >= :from AND at_us < :to"
                    " AND (:any_monitor = '' OR monitor_id = :monitor)"
                    " AND (:any_key = '' OR alert_key = :key)"
                    " ORDER BY id DESC LIMIT :limit",
             soci::into(event.id),
             soci::into(at_us),
             soci::into(event.monitor_id),
             soci::into(event.alert_key),
             soci::into(event.what),
             soci::into(event.text),
             soci::use(below),
             soci::use(from_us),
             soci::use(to_us),
             soci::use(question.monitor_id),
             soci::use(question.monitor_id),
             soci::use(question.alert_key),
             soci::use(question.alert_key),
             soci::use(most));
        rows.execute();
        while (rows.fetch()) {
            event.at = TimeFromMicros(at_us);
            all.push_back(event);
        }
    }));
    return all;
}

Status AlertRecords::PruneEvents(std::int64_t kept) {
    return database_.Run([&](soci::session& session) {
        session << "DELETE FROM alert_event WHERE id <="
                   " (SELECT id FROM alert_event ORDER BY id DESC LIMIT 1 OFFSET :kept)",
            soci::use(kept);
    });
}

}  // namespace sightglass::state
