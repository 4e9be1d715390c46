#include "store/duckdb/erase_user.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/uuid.h"
#include "store/duckdb/content_file.h"
#include "store/duckdb/handle.h"
#include "store/duckdb/rollup_sets.h"
#include "store/duckdb/schema.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

/// What the new file is called until it is whole.
constexpr std::string_view kFreshSuffix = ".erasing";

Path Beside(const Path& file, std::string_view suffix) {
    Path beside = file;
    beside += suffix;
    return beside;
}

/// DuckDB on a file of its own, with all settings as they come.
class OpenFile {
public:
    Status Open(const Path& file, std::size_t group_rows) {
        char* message = nullptr;
        if (duckdb_open_ext(nullptr, database_.Out(), nullptr, &message) == DuckDBError) {
            Error error = ToError(DUCKDB_ERROR_IO, message != nullptr ? message : "");
            duckdb_free(message);
            return error;
        }
        if (duckdb_connect(database_.get(), connection_.Out()) == DuckDBError) {
            return Error{ErrorCode::kInternal, "DuckDB gave no connection"};
        }
        SG_TRY(Do("SET temp_directory = " + QuotedText(Beside(file, ".tmp").string())));
        SG_TRY(AttachCalls(file, "store", group_rows));
        SG_TRY(Do(AttachContentsSql(ContentFileOf(file), "content")));
        SG_TRY(MakeContentTables(connection_.get()));
        return Do("USE store");
    }

    Status AttachCalls(const Path& file, const std::string& name, std::size_t group_rows) {
        return Do(
            "ATTACH " + QuotedText(file.string()) + " AS " + name + " (ROW_GROUP_SIZE " +
            std::to_string(group_rows) + ")"
        );
    }

    Status Do(const std::string& text) { return Execute(connection_.get(), text); }

    /// How many rows it changed.
    Result<std::int64_t> Change(const std::string& text, std::initializer_list<std::string> texts) {
        Sql sql{text, {}};
        for (const std::string& value : texts) {
            sql.values.emplace_back(value);
        }
        SG_ASSIGN_OR_RETURN(Rows rows, Run(connection_.get(), sql, NoDeadline()));
        return static_cast<std::int64_t>(rows.Changed());
    }

    /// The two first columns of the answer, as texts.
    Result<std::vector<std::pair<std::string, std::string>>>
    Ask(const std::string& text, std::initializer_list<std::string> texts) {
        Sql sql{text, {}};
        for (const std::string& value : texts) {
            sql.values.emplace_back(value);
        }
        SG_ASSIGN_OR_RETURN(Rows rows, Run(connection_.get(), sql, NoDeadline()));
        std::vector<std::pair<std::string, std::string>> all;
        for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
            const idx_t size = duckdb_data_chunk_get_size(chunk.get());
            for (idx_t row = 0; row < size; ++row) {
                all.emplace_back(ReadText(chunk.get(), 0, row), ReadText(chunk.get(), 1, row));
            }
        }
        return all;
    }

private:
    DatabaseHandle database_;
    ConnectionHandle connection_;
};

/// Sessions get names that nobody can lead back: the salt is forgotten with this process.
const std::string kNewSession = "'erased_' || md5(session_id || ?)";

using Columns = std::vector<std::pair<std::string, std::string>>;

/// What figures are grouped by before anything else: it stays, whatever a user is called.
constexpr std::string_view kKept[] = {
    "source",
    "provider",
    "operation",
    "model",
    "model_requested",
    "status",
    "error_type",
    "token_source",
    "cost_source",
    "price_id"};

/// A shorter name stands in other texts by chance: there it must be the whole text.
constexpr std::size_t kContainedBytesMin = 6;

/// Sums of the days of the user's calls are made anew, from calls that do not name anybody.
Status ForgetSums(OpenFile& store) {
    SG_TRY(store.Do(
        "CREATE TEMP TABLE erased_days AS SELECT DISTINCT epoch_us(date_trunc('day', started_at)) "
        "AS started_us FROM calls WHERE call_id IN (SELECT call_id FROM erased) AND started_at IS "
        "NOT NULL"
    ));
    for (const std::string& statement : ForgetDaysSql("SELECT started_us FROM erased_days")) {
        SG_TRY(store.Do(statement));
    }
    return store.Do("DROP TABLE temp.erased_days");
}

/// Texts of the user's own calls that hold the name: a user agent's product, a label, a path.
Status EraseFromTexts(OpenFile& store, const Columns& columns, const std::string& user) {
    const bool is_long = user.size() >= kContainedBytesMin;
    for (const auto& [table, column] : columns) {
        const bool is_kept =
            std::find(std::begin(kKept), std::end(kKept), column) != std::end(kKept);
        if (table != "calls" || is_kept) {
            continue;
        }
        const std::string name = Quoted(column);
        SG_TRY(store.Change(
            "UPDATE calls SET " + name +
                " = NULL WHERE call_id IN (SELECT call_id FROM erased) AND " +
                (is_long ? "contains(" + name + ", ?)" : name + " = ?"),
            {user}
        ));
    }
    return {};
}

/// Notes whose calls they are, and deletes what was said in them. A text that somebody else's call refers to as well stays.
Status EraseContents(OpenFile& store, const std::string& user, ErasedFromStore& erased) {
    SG_TRY(store.Change(
        "CREATE TEMP TABLE erased AS SELECT call_id, session_id, trace_id, provider_response_id "
        "FROM calls WHERE \"user\" = ?",
        {user}
    ));
    SG_TRY(store.Change(
        "CREATE TEMP TABLE erased_contents AS SELECT call_id FROM erased UNION SELECT TRY_CAST("
        "unnest(regexp_extract_all(joined, '\"call_id\":\"([0-9a-f-]{36})\"', 1)) AS UUID) "
        "FROM calls WHERE \"user\" = ? AND joined IS NOT NULL",
        {user}
    ));
    SG_TRY(store.Do("BEGIN"));
    SG_ASSIGN_OR_RETURN(
        erased.contents,
        store.Change(
            "DELETE FROM content.contents WHERE call_id IN (SELECT call_id FROM erased_contents)",
            {}
        )
    );
    SG_TRY(store.Do(
        "DELETE FROM content.texts WHERE id NOT IN (SELECT unnest(list_concat(input, output)) FROM "
        "content.contents)"
    ));
    SG_TRY(store.Do("COMMIT"));
    return store.Do("DROP TABLE temp.erased_contents");
}

Status EraseRows(
    OpenFile& store,
    const Columns& columns,
    const std::string& user,
    ErasedFromStore& erased
) {
    const std::string salt =
        ToString(UuidSource().Next(Time{})) + ToString(UuidSource().Next(Time{}));
    SG_TRY(store.Do("BEGIN"));
    SG_ASSIGN_OR_RETURN(
        erased.spans,
        store.Change(
            "UPDATE spans SET subject = NULL, error_message = NULL WHERE trace_id IN "
            "(SELECT trace_id FROM erased)",
            {}
        )
    );
    SG_ASSIGN_OR_RETURN(
        erased.feedback,
        store.Change(
            "UPDATE feedback SET \"user\" = NULL, comment = NULL WHERE \"user\" = ? "
            "OR call_id IN (SELECT call_id FROM erased) "
            "OR session_id IN (SELECT session_id FROM erased) "
            "OR trace_id IN (SELECT trace_id FROM erased) "
            "OR provider_response_id IN (SELECT provider_response_id FROM erased)",
            {user}
        )
    );
    SG_TRY(store.Change(
        "UPDATE feedback SET session_id = " + kNewSession +
            " WHERE session_id IN (SELECT session_id FROM erased)",
        {salt}
    ));
    SG_ASSIGN_OR_RETURN(
        erased.calls,
        store.Change(
            "UPDATE calls SET \"user\" = NULL, tags = NULL, client_ip = NULL, user_agent = NULL, "
            "error_message = NULL, session_id = " +
                kNewSession + " WHERE \"user\" = ?",
            {salt, user}
        )
    );
    SG_TRY(EraseFromTexts(store, columns, user));
    if (std::any_of(columns.begin(), columns.end(), [](const auto& column) {
            return column.first.starts_with("rollup_");
        })) {
        SG_TRY(ForgetSums(store));
    }
    SG_TRY(store.Do("DROP TABLE temp.erased"));
    return store.Do("COMMIT");
}

/// Tables and columns of texts.
Result<Columns> TextColumns(OpenFile& store) {
    return store.Ask(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'store' AND "
        "data_type = 'VARCHAR' AND NOT internal ORDER BY table_name, column_index",
        {}
    );
}

/// What other tables may hold of users: sums by user lose the name and keep the sums.
Status EraseFromOthers(OpenFile& store, const Columns& columns, const std::string& user) {
    for (const auto& [table, column] : columns) {
        if (column != "user" || table == "calls" || table == "feedback") {
            continue;
        }
        const std::string name = Quoted(table);
        SG_TRY(store.Change("UPDATE " + name + " SET \"user\" = NULL WHERE \"user\" = ?", {user}));
    }
    return {};
}

Result<std::vector<Leftover>>
FindLeftovers(OpenFile& store, const Columns& columns, const std::string& user) {
    std::vector<Leftover> found;
    Columns all = columns;
    all.emplace_back("content.texts", "text");
    for (const auto& [table, column] : all) {
        SG_ASSIGN_OR_RETURN(
            const Columns count,
            store.Ask(
                "SELECT CAST(count(*) AS VARCHAR), '' FROM " + table + " WHERE contains(" +
                    Quoted(column) + ", ?)",
                {user}
            )
        );
        const std::int64_t rows = count.empty() ? 0 : std::stoll(count.front().first);
        if (rows > 0) {
            std::string place = table;
            place.append(".").append(column);
            found.push_back({std::move(place), rows});
        }
    }
    return found;
}

Status SyncFile(const Path& file) {
    const FileDescriptor open(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!open.Valid() || ::fsync(open.get()) != 0) {
        return ErrnoError("cannot write", file, errno);
    }
    return {};
}

void RemoveFresh(const Path& file) {
    for (const Path& fresh :
         {Beside(file, kFreshSuffix), Beside(ContentFileOf(file), kFreshSuffix)}) {
        std::error_code ignored;
        std::filesystem::remove(fresh, ignored);
        std::filesystem::remove(Beside(fresh, ".wal"), ignored);
    }
}

/// A database that is attached as `name`, written to a file that is attached as `fresh`.
Status CopyAll(OpenFile& store, const std::string& name) {
    SG_TRY(store.Do("COPY FROM DATABASE " + name + " TO fresh"));
    SG_TRY(store.Do("CHECKPOINT fresh"));
    return store.Do("DETACH fresh");
}

/// Deleted rows stay in a file until their place is used again: only a new file is without them.
Status WriteAnew(OpenFile& store, const Path& file, std::size_t group_rows) {
    const Path calls = Beside(file, kFreshSuffix);
    const Path contents = Beside(ContentFileOf(file), kFreshSuffix);
    RemoveFresh(file);
    SG_TRY(store.Do(AttachContentsSql(contents, "fresh")));
    SG_TRY(CopyAll(store, "content"));
    SG_TRY(store.AttachCalls(calls, "fresh", group_rows));
    return CopyAll(store, "store");
}

Status PutInPlace(const Path& file) {
    const Path fresh = Beside(file, kFreshSuffix);
    SG_TRY(SyncFile(fresh));
    std::error_code failed;
    std::filesystem::permissions(fresh, std::filesystem::perms(0600), failed);
    if (!failed) {
        std::filesystem::rename(fresh, file, failed);
    }
    if (failed) {
        return Error{ErrorCode::kIo, "cannot replace " + file.string() + ": " + failed.message()};
    }
    std::filesystem::remove(Beside(file, ".wal"), failed);
    std::filesystem::remove_all(Beside(file, ".tmp"), failed);
    return SyncFile(file.parent_path().empty() ? Path(".") : file.parent_path());
}

}  // namespace

Result<ErasedFromStore>
EraseUser(const Path& file, const std::string& user, std::size_t group_rows) {
    if (!std::filesystem::exists(file)) {
        return Error{ErrorCode::kNotFound, "there is no " + file.string()};
    }
    SG_ASSIGN_OR_RETURN(const FileDescriptor lock, LockFile(Beside(file, ".lock")));
    ErasedFromStore erased;
    {
        OpenFile store;
        SG_TRY(store.Open(file, group_rows));
        SG_ASSIGN_OR_RETURN(const Columns columns, TextColumns(store));
        SG_TRY(EraseContents(store, user, erased));
        SG_TRY(EraseRows(store, columns, user, erased));
        SG_TRY(EraseFromOthers(store, columns, user));
        SG_ASSIGN_OR_RETURN(erased.leftovers, FindLeftovers(store, columns, user));
        if (Status written = WriteAnew(store, file, group_rows); !written.Ok()) {
            RemoveFresh(file);
            return std::move(written).error();
        }
    }
    SG_TRY(PutInPlace(ContentFileOf(file)));
    SG_TRY(PutInPlace(file));
    return erased;
}

}  // namespace sightglass::store
