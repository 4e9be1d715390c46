#include "state/deliveries.h"

#include <limits>

#include <soci/soci.h>

namespace sightglass::state {
namespace {

/// The log is written through to the disk while this lives; elsewhere a power cut may take the last
/// moments of it, and a crash of the process nothing.
class WrittenThrough {
public:
    explicit WrittenThrough(soci::session& session) : session_(session) {
        session_ << "PRAGMA synchronous = FULL";
    }

    ~WrittenThrough() {
        try {
            session_ << "PRAGMA synchronous = NORMAL";
        } catch (const soci::soci_error&) {
            return;  // It stays written through, which is only slower.
        }
    }

    WrittenThrough(const WrittenThrough&) = delete;
    WrittenThrough& operator=(const WrittenThrough&) = delete;

private:
    soci::session& session_;
};

}  // namespace

Result<std::optional<std::int64_t>> Deliveries::Add(const Delivery& delivery) {
    std::optional<std::int64_t> added;
    SG_TRY(database_.Run([&](soci::session& session) {
        const WrittenThrough written(session);
        const std::int64_t created_us = ToMicros(delivery.created_at);
        const std::int64_t next_us = ToMicros(delivery.next_at);
        int known = 0;
        session << "SELECT count(*) FROM delivery WHERE channel_id = :c AND idempotency_key = :k",
            soci::use(delivery.channel_id), soci::use(delivery.idempotency_key), soci::into(known);
        if (known > 0) {
            return;
        }
        session << "INSERT INTO delivery (channel_id, idempotency_key, state, attempts, created_us,"
                   " next_us, ended_us, status, error, notices)"
                   " VALUES (:channel, :key, 'pending', 0, :created, :next, 0, 0, '', :notices)",
            soci::use(delivery.channel_id), soci::use(delivery.idempotency_key),
            soci::use(created_us), soci::use(next_us), soci::use(delivery.notices);
        std::int64_t id = 0;
        session << "SELECT last_insert_rowid()", soci::into(id);
        added = id;
    }));
    return added;
}

Status Deliveries::Update(const Delivery& delivery) {
    return database_.Run([&delivery](soci::session& session) {
        const std::int64_t next_us = ToMicros(delivery.next_at);
        const std::int64_t ended_us = ToMicros(delivery.ended_at);
        session << "UPDATE delivery SET state = :state, attempts = :attempts, next_us = :next,"
                   " ended_us = :ended, status = :status, error = :error WHERE id = :id",
            soci::use(delivery.state), soci::use(delivery.attempts), soci::use(next_us),
            soci::use(ended_us), soci::use(delivery.status), soci::use(delivery.error),
            soci::use(delivery.id);
    });
}

Result<std::vector<std::int64_t>>
Deliveries::Revive(const std::string& channel_id, std::optional<std::int64_t> id, Time now) {
    std::vector<std::int64_t> revived;
    SG_TRY(database_.Run([&](soci::session& session) {
        const std::int64_t one = id.value_or(0);
        const std::int64_t now_us = ToMicros(now);
        const soci::rowset<long long> found =
            (session.prepare << "SELECT id FROM delivery WHERE state = 'dead' AND channel_id = :c"
                                " AND (:one = 0 OR id = :same) ORDER BY id",
             soci::use(channel_id),
             soci::use(one),
             soci::use(one));
        revived.assign(found.begin(), found.end());
        for (const std::int64_t each : revived) {
            session << "UPDATE delivery SET state = 'pending', attempts = 0, next_us = :now,"
                       " ended_us = 0 WHERE id = :id",
                soci::use(now_us), soci::use(each);
        }
    }));
    return revived;
}

Result<std::vector<Delivery>>
Deliveries::Read(const std::string& where, const DeliveryQuestion& question) const {
    std::vector<Delivery> found;
    SG_TRY(database_.Run([&](soci::session& session) {
        Delivery row;
        std::int64_t created_us = 0;
        std::int64_t next_us = 0;
        std::int64_t ended_us = 0;
        const std::int64_t before =
            question.before.value_or(std::numeric_limits<std::int64_t>::max());
        const auto limit = static_cast<std::int64_t>(question.limit);
        soci::statement rows =
            (session.prepare << "SELECT id, channel_id, idempotency_key, state, attempts,"
                                " created_us, next_us, ended_us, status, error, notices"
                                " FROM delivery WHERE id < :before AND " +
                                    where + " LIMIT :limit",
             soci::use(before),
             soci::use(question.channel_id),
             soci::use(question.state),
             soci::use(limit),
             soci::into(row.id),
             soci::into(row.channel_id),
             soci::into(row.idempotency_key),
             soci::into(row.state),
             soci::into(row.attempts),
             soci::into(created_us),
             soci::into(next_us),
             soci::into(ended_us),
             soci::into(row.status),
             soci::into(row.error),
             soci::into(row.notices));
        rows.execute();
        while (rows.fetch()) {
            row.created_at = TimeFromMicros(created_us);
            row.next_at = TimeFromMicros(next_us);
            row.ended_at = TimeFromMicros(ended_us);
            found.push_back(row);
        }
    }));
    return found;
}

Result<std::vector<Delivery>> Deliveries::Pending() const {
    return Read(
        "(:channel = '' OR 1) AND state = :state ORDER BY id",
        {.state = "pending", .limit = std::numeric_limits<std::int32_t>::max()}
    );
}

Result<std::vector<Delivery>> Deliveries::List(const DeliveryQuestion& question) const {
    const std::string by_state = question.state.empty() ? ":state = ''" : "state = :state";
    return Read("channel_id = :channel AND " + by_state + " ORDER BY id DESC", question);
}

Result<std::optional<Delivery>> Deliveries::Find(std::int64_t id) const {
    SG_ASSIGN_OR_RETURN(
        std::vector<Delivery> found,
        Read(
            "(:channel = '' OR 1) AND (:state = '' OR 1) ORDER BY id DESC",
            {.limit = 1, .before = id + 1}
        )
    );
    std::optional<Delivery> one;
    if (!found.empty() && found.front().id == id) {
        one = std::move(found.front());
    }
    return one;
}

Result<DeliveryCounts> Deliveries::Count() const {
    DeliveryCounts counts;
    SG_TRY(database_.Run([&counts](soci::session& session) {
        std::string channel_id;
        std::string state;
        std::int64_t count = 0;
        soci::statement rows =
            (session.prepare << "SELECT channel_id, state, count(*) FROM delivery"
                                " GROUP BY channel_id, state",
             soci::into(channel_id),
             soci::into(state),
             soci::into(count));
        rows.execute();
        while (rows.fetch()) {
            counts[channel_id][state] = count;
        }
    }));
    return counts;
}

Status
Deliveries::Prune(const std::string& channel_id, const std::string& state, std::int64_t kept) {
    return database_.Run([&](soci::session& session) {
        session << "DELETE FROM delivery WHERE channel_id = :channel AND state = :state AND id <="
                   " (SELECT id FROM delivery WHERE channel_id = :same AND state = :too"
                   " ORDER BY id DESC LIMIT 1 OFFSET :kept)",
            soci::use(channel_id), soci::use(state), soci::use(channel_id), soci::use(state),
            soci::use(kept);
    });
}

Status Deliveries::RemoveOf(const std::string& channel_id) {
    return database_.Run([&channel_id](soci::session& session) {
        session << "DELETE FROM delivery WHERE channel_id = :id", soci::use(channel_id);
    });
}

}  // namespace sightglass::state
