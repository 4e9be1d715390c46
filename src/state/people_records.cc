#include "state/people_records.h"

#include <limits>

#include <soci/soci.h>

namespace sightglass::state {
namespace {

constexpr const char* kColumns =
    "SELECT id, state, subject, rule, opened_us, due_us, closed_us, text FROM follow_up ";

/// Where a statement puts a row.
struct RowTarget {
    FollowUpRow row;
    std::int64_t opened_us = 0;
    std::int64_t due_us = 0;
    std::int64_t closed_us = 0;

    FollowUpRow Get() {
        row.opened_at = TimeFromMicros(opened_us);
        row.due_at = TimeFromMicros(due_us);
        row.closed_at = TimeFromMicros(closed_us);
        return row;
    }
};

}  // namespace

Result<std::string> PeopleRecords::Text(const std::string& name) const {
    std::string text;
    SG_TRY(database_.Run([&](soci::session& session) {
        session << "SELECT text FROM people_text WHERE name = :name", soci::into(text),
            soci::use(name);
        if (!session.got_data()) {
            text.clear();
        }
    }));
    return text;
}

Status
PeopleRecords::PutText(const std::string& name, const std::string& text, const AuditEntry& entry) {
    return database_.Run([&](soci::session& session) {
        soci::transaction transaction(session);
        session << "INSERT OR REPLACE INTO people_text (name, text) VALUES (:name, :text)",
            soci::use(name), soci::use(text);
        AuditLog::Write(session, entry);
        transaction.commit();
    });
}

Status PeopleRecords::Put(const FollowUpRow& row, const std::optional<AuditEntry>& entry) {
    return database_.Run([&](soci::session& session) {
        const std::int64_t opened_us = ToMicros(row.opened_at);
        const std::int64_t due_us = ToMicros(row.due_at);
        const std::int64_t closed_us = ToMicros(row.closed_at);
        soci::transaction transaction(session);
        session << "INSERT OR REPLACE INTO follow_up"
                   " (id, state, subject, rule, opened_us, due_us, closed_us, text)"
                   " VALUES (:id, :state, :subject, :rule, :opened, :due, :closed, :text)",
            soci::use(row.id), soci::use(row.state), soci::use(row.subject), soci::use(row.rule),
            soci::use(opened_us), soci::use(due_us), soci::use(closed_us), soci::use(row.text);
        if (entry) {
            AuditLog::Write(session, *entry);
        }
        transaction.commit();
    });
}

Result<FollowUpRow> PeopleRecords::Find(const std::string& id) const {
    RowTarget target;
    bool found = false;
    SG_TRY(database_.Run([&](soci::session& session) {
        soci::statement rows =
            (session.prepare << std::string(kColumns) + "WHERE id = :id",
             soci::into(target.row.id),
             soci::into(target.row.state),
             soci::into(target.row.subject),
             soci::into(target.row.rule),
             soci::into(target.opened_us),
             soci::into(target.due_us),
             soci::into(target.closed_us),
             soci::into(target.row.text),
             soci::use(id));
        rows.execute();
        found = rows.fetch();
    }));
    if (!found) {
        return Error{ErrorCode::kNotFound, "there is no follow-up of this id"};
    }
    return target.Get();
}

Result<std::vector<FollowUpRow>> PeopleRecords::List(const FollowUpQuestion& question) const {
    constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
    const std::int64_t from_us = question.opened_from ? ToMicros(*question.opened_from) : -kEnd;
    const std::int64_t to_us = question.opened_to ? ToMicros(*question.opened_to) : kEnd;
    const auto most = static_cast<std::int64_t>(question.limit);
    std::vector<FollowUpRow> all;
    SG_TRY(database_.Run([&](soci::session& session) {
        RowTarget target;
        soci::statement rows =
            (session.prepare
                 << std::string(kColumns) +
                        "WHERE opened_us >= :from AND opened_us < :to"
                        " AND (:any_state = '' OR state = :state"
                        "      OR (:unclosed = 'unclosed' AND state <> 'closed'))"
                        " AND (:any_subject = '' OR subject = :subject)"
                        " AND (:any_rule = '' OR rule = :rule)"
                        " AND (:first = '' OR (opened_us, id) <"
                        "      (SELECT opened_us, id FROM follow_up WHERE id = :before))"
                        " ORDER BY opened_us DESC, id DESC LIMIT :limit",
             soci::into(target.row.id),
             soci::into(target.row.state),
             soci::into(target.row.subject),
             soci::into(target.row.rule),
             soci::into(target.opened_us),
             soci::into(target.due_us),
             soci::into(target.closed_us),
             soci::into(target.row.text),
             soci::use(from_us),
             soci::use(to_us),
             soci::use(question.state),
             soci::use(question.state),
             soci::use(question.state),
             soci::use(question.subject),
             soci::use(question.subject),
             soci::use(question.rule),
             soci::use(question.rule),
             soci::use(question.before),
             soci::use(question.before),
             soci::use(most));
        rows.execute();
        while (rows.fetch()) {
            all.push_back(target.Get());
        }
    }));
    return all;
}

Result<std::int64_t> PeopleRecords::RemoveOf(const std::string& subject) {
    std::int64_t count = 0;
    SG_TRY(database_.Run([&](soci::session& session) {
        soci::transaction transaction(session);
        session << "SELECT count(*) FROM follow_up WHERE subject = :subject", soci::into(count),
            soci::use(subject);
        session << "DELETE FROM follow_up WHERE subject = :subject", soci::use(subject);
        transaction.commit();
    }));
    return count;
}

}  // namespace sightglass::state
