#include "store/duckdb/schema.h"

#include <algorithm>
#include <array>

#include "store/duckdb/feedback_rows.h"
#include "store/duckdb/rollup_sets.h"
#include "store/duckdb/span_rows.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

struct Migration {
    std::int64_t version;
    std::string_view name;
    std::string (*make_sql)();
};

struct TypeNamer {
    std::string_view operator()(Uuid Call::*) const { return "UUID"; }

    std::string_view operator()(OptionalInt Call::*) const { return "BIGINT"; }

    std::string_view operator()(OptionalMoney Call::*) const { return "BIGINT"; }

    std::string_view operator()(OptionalTime Call::*) const { return "TIMESTAMP"; }

    std::string_view operator()(std::optional<bool> Call::*) const { return "BOOLEAN"; }

    std::string_view operator()(std::optional<double> Call::*) const { return "DOUBLE"; }

    std::string_view operator()(Tags Call::*) const { return "MAP(VARCHAR, VARCHAR)"; }

    std::string_view operator()(std::vector<Attempt> Call::*) const {
        return "STRUCT(target VARCHAR, http_status BIGINT, why VARCHAR, duration_us BIGINT)[]";
    }

    /// Texts, and vocabularies by their names: the file's compression makes them as small as
    /// numbers.
    template <typename T>
    std::string_view operator()(T Call::*) const {
        return "VARCHAR";
    }
};

struct LogicalTyper {
    static LogicalTypeHandle Plain(duckdb_type id) {
        return LogicalTypeHandle(duckdb_create_logical_type(id));
    }

    LogicalTypeHandle operator()(Uuid Call::*) const { return Plain(DUCKDB_TYPE_UUID); }

    LogicalTypeHandle operator()(OptionalInt Call::*) const { return Plain(DUCKDB_TYPE_BIGINT); }

    LogicalTypeHandle operator()(OptionalMoney Call::*) const { return Plain(DUCKDB_TYPE_BIGINT); }

    LogicalTypeHandle operator()(OptionalTime Call::*) const {
        return Plain(DUCKDB_TYPE_TIMESTAMP);
    }

    LogicalTypeHandle operator()(std::optional<bool> Call::*) const {
        return Plain(DUCKDB_TYPE_BOOLEAN);
    }

    LogicalTypeHandle operator()(std::optional<double> Call::*) const {
        return Plain(DUCKDB_TYPE_DOUBLE);
    }

    LogicalTypeHandle operator()(Tags Call::*) const {
        const LogicalTypeHandle text = Plain(DUCKDB_TYPE_VARCHAR);
        return LogicalTypeHandle(duckdb_create_map_type(text.get(), text.get()));
    }

    LogicalTypeHandle operator()(std::vector<Attempt> Call::*) const {
        const LogicalTypeHandle text = Plain(DUCKDB_TYPE_VARCHAR);
        const LogicalTypeHandle number = Plain(DUCKDB_TYPE_BIGINT);
        std::array<duckdb_logical_type, 4> types = {
            text.get(),
            number.get(),
            text.get(),
            number.get()};
        std::array<const char*, 4> names = {"target", "http_status", "why", "duration_us"};
        const LogicalTypeHandle attempt(
            duckdb_create_struct_type(types.data(), names.data(), types.size())
        );
        return LogicalTypeHandle(duckdb_create_list_type(attempt.get()));
    }

    template <typename T>
    LogicalTypeHandle operator()(T Call::*) const {
        return Plain(DUCKDB_TYPE_VARCHAR);
    }
};

std::string FirstTables() {
    std::string sql = "CREATE TABLE calls (";
    for (const Field& field : Fields()) {
        sql += sql.back() == '(' ? "" : ", ";
        sql += Quoted(field.name) + " " + std::string(SqlType(field));
    }
    sql +=
        ");"
        "CREATE TABLE contents (call_id UUID, input VARCHAR, output VARCHAR, redacted BOOLEAN, "
        "truncated BOOLEAN);"
        "CREATE TABLE journal_positions (segment UBIGINT, position UBIGINT);";
    return sql;
}

std::string CommitCounter() {
    return "CREATE TABLE commits (number UBIGINT); INSERT INTO commits VALUES (0);";
}

std::string TableOf(std::string_view name, std::span<const TableColumn> columns) {
    std::string sql;
    for (const TableColumn& column : columns) {
        sql += (sql.empty() ? "CREATE TABLE " + std::string(name) + " (" : ", ") +
               Quoted(column.name) + " " + std::string(column.sql_type);
    }
    return sql + ");";
}

std::string SpansTable() {
    return TableOf("spans", SpanColumns());
}

std::string CommitOfCalls() {
    return "ALTER TABLE calls ADD COLUMN " + std::string(kCommitColumn) + " UBIGINT DEFAULT 0;";
}

std::string FeedbackTable() {
    return TableOf("feedback", FeedbackColumns());
}

/// Engine has moved them to their own file before.
std::string ContentsElsewhere() {
    return "DROP TABLE contents;";
}

/// A version that knows nothing of rollups would not mark them: it must not write. Which there are
/// is another matter (MakeRollupTables).
std::string Rollups() {
    return "SELECT 1";
}

/// In order. One that was released is never changed; fields that are new since then need none
/// (AddNewFields).
constexpr std::array<Migration, 7> kMigrations = {
    {{1, "first tables", FirstTables},
     {2, "number of commits", CommitCounter},
     {3, "spans", SpansTable},
     {4, "feedback", FeedbackTable},
     {5, "commit of each call", CommitOfCalls},
     {6, "contents in a file of their own", ContentsElsewhere},
     {7, "rollups", Rollups}}};

Result<std::int64_t> VersionOf(duckdb_connection connection) {
    SG_TRY(Execute(
        connection,
        "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT, name VARCHAR, applied_at "
        "TIMESTAMP)"
    ));
    SG_ASSIGN_OR_RETURN(
        Rows rows,
        Run(connection,
            {"SELECT coalesce(max(version), 0) FROM schema_migrations", {}},
            NoDeadline())
    );
    const ChunkHandle chunk = rows.Next();
    return chunk.get() != nullptr ? ReadInt(chunk.get(), 0, 0).value_or(0) : 0;
}

Status Apply(duckdb_connection connection, const Migration& migration) {
    SG_TRY(Execute(connection, migration.make_sql()));
    SG_ASSIGN_OR_RETURN(
        const Rows rows,
        Run(connection,
            {"INSERT INTO schema_migrations VALUES (?, ?, current_timestamp::TIMESTAMP)",
             {migration.version, std::string(migration.name)}},
            NoDeadline())
    );
    return {};
}

Status AddNewFields(duckdb_connection connection) {
    SG_ASSIGN_OR_RETURN(const std::vector<const Field*> columns, CallColumns(connection));
    for (const Field& field : Fields()) {
        if (std::find(columns.begin(), columns.end(), &field) == columns.end()) {
            SG_TRY(Execute(
                connection,
                "ALTER TABLE calls ADD COLUMN " + Quoted(field.name) + " " +
                    std::string(SqlType(field))
            ));
        }
    }
    return {};
}

Status MigrateInTransaction(duckdb_connection connection) {
    SG_ASSIGN_OR_RETURN(const std::int64_t version, VersionOf(connection));
    if (version > kMigrations.back().version) {
        return Error{
            ErrorCode::kCorrupt,
            "the file has schema version " + std::to_string(version) +
                " and this program knows up to " + std::to_string(kMigrations.back().version) +
                ": use the version of Sightglass that wrote it, or a later one"};
    }
    for (const Migration& migration : kMigrations) {
        if (migration.version > version) {
            SG_TRY(Apply(connection, migration));
        }
    }
    SG_TRY(AddNewFields(connection));
    return MakeRollupTables(connection);
}

}  // namespace

std::string Quoted(std::string_view name) {
    return "\"" + std::string(name) + "\"";
}

std::string_view SqlType(const Field& field) noexcept {
    return std::visit(TypeNamer{}, field.member);
}

LogicalTypeHandle LogicalType(const Field& field) {
    return std::visit(LogicalTyper{}, field.member);
}

Status Migrate(duckdb_connection connection) {
    SG_TRY(Execute(connection, "BEGIN"));
    Status status = MigrateInTransaction(connection);
    const Status end = Execute(connection, status.Ok() ? "COMMIT" : "ROLLBACK");
    return status.Ok() ? end : status;
}

Result<std::vector<const Field*>> CallColumns(duckdb_connection connection) {
    SG_ASSIGN_OR_RETURN(
        Rows rows,
        Run(connection,
            {"SELECT column_name FROM duckdb_columns() WHERE table_name = 'calls' AND schema_name "
             "= 'main' AND database_name = current_database() AND column_name <> $1 "
             "ORDER BY column_index",
             {std::string(kCommitColumn)}},
            NoDeadline())
    );
    std::vector<const Field*> columns;
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            columns.push_back(FindField(ReadText(chunk.get(), 0, row)));
        }
    }
    return columns;
}

}  // namespace sightglass::store
