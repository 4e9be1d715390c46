#include "store/duckdb/content_writer.h"

#include <optional>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "store/duckdb/content_file.h"
#include "store/duckdb/text_pieces.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

constexpr std::size_t kPortionBytes = std::size_t{4} << 20;
constexpr std::uint64_t kCheckpointBytes = std::uint64_t{32}
                                           << 20;  ///< A third of a second's work.
constexpr int kCheckpointCommits = 64;
constexpr std::int64_t kMoveRows = 1'000;

Result<std::int64_t> SelectOne(duckdb_connection connection, const std::string& text) {
    SG_ASSIGN_OR_RETURN(Rows rows, Run(connection, {text, {}}, NoDeadline()));
    const ChunkHandle chunk = rows.Next();
    return chunk.get() != nullptr ? ReadInt(chunk.get(), 0, 0).value_or(0) : 0;
}

Result<std::uint64_t> Change(duckdb_connection connection, const Sql& sql) {
    SG_ASSIGN_OR_RETURN(Rows done, Run(connection, sql, NoDeadline()));
    return done.Changed();
}

}  // namespace

/// Rows of both tables, column by column.
struct ContentWriter::Portion {
    std::vector<std::int64_t> text_ids;
    std::vector<std::int64_t> text_days;
    std::vector<Uuid> hashes;
    std::vector<std::string> texts;
    std::vector<Uuid> call_ids;
    std::vector<std::int64_t> days;
    std::vector<std::string> inputs;  ///< "[1,2,3]"
    std::vector<std::string> outputs;
    std::vector<std::int64_t> redacted;
    std::vector<std::int64_t> truncated;
    std::size_t bytes = 0;
};

Result<ContentWriter>
ContentWriter::Make(duckdb_connection connection, const Path& file, ScanThreads* scanners) {
    Path log = file;
    log += ".wal";
    ContentWriter writer(connection, std::move(log), scanners);
    SG_ASSIGN_OR_RETURN(
        const std::int64_t newest,
        SelectOne(connection, "SELECT coalesce(max(id), 0) FROM content.texts")
    );
    writer.next_id_ = newest + 1;
    return writer;
}

Status ContentWriter::Write(const std::vector<std::shared_ptr<const Content>>& contents) {
    if (contents.empty()) {
        return {};
    }
    SG_TRY(Execute(connection_, "BEGIN"));
    SG_TRY(Finish(WriteAll(contents)));
    if (++commits_since_checkpoint_ >= kCheckpointCommits || FileBytes(log_) >= kCheckpointBytes) {
        Checkpoint();
    }
    return {};
}

Status ContentWriter::Finish(Status status) {
    if (status.Ok()) {
        const Result<Rows> done = Run(connection_, {"COMMIT", {}}, NoDeadline());
        status = done.Ok() ? Status() : done.error();
    }
    if (!status.Ok()) {
        index_.Clear();  // It knows texts that are not there.
        static_cast<void>(Execute(connection_, "ROLLBACK"));
    }
    return status;
}

Status ContentWriter::WriteAll(const std::vector<std::shared_ptr<const Content>>& contents) {
    std::vector<Uuid> ids;
    ids.reserve(contents.size());
    for (const auto& content : contents) {
        ids.push_back(content->call_id);
    }
    SG_TRY(Change(
        connection_,
        {"DELETE FROM content.contents WHERE call_id IN (SELECT unnest($1))", {std::move(ids)}}
    ));
    Portion portion;
    for (const auto& content : contents) {
        const std::int64_t day = DayOf(content->call_id);
        SG_ASSIGN_OR_RETURN(std::string input, KeepText(content->input, day, portion));
        SG_ASSIGN_OR_RETURN(std::string output, KeepText(content->output, day, portion));
        portion.call_ids.push_back(content->call_id);
        portion.days.push_back(day);
        portion.inputs.push_back(std::move(input));
        portion.outputs.push_back(std::move(output));
        portion.redacted.push_back(content->redacted ? 1 : 0);
        portion.truncated.push_back(content->truncated ? 1 : 0);
        if (portion.bytes >= kPortionBytes) {
            SG_TRY(Insert(portion));
        }
    }
    return Insert(portion);
}

/// Returns the ids of its pieces, as a list of SQL; those that the day does not have yet come into the portion.
Result<std::string> ContentWriter::KeepText(std::string text, std::int64_t day, Portion& portion) {
    MakeValidUtf8(text);
    SG_ASSIGN_OR_RETURN(TextIndex::Day * known, index_.Of(connection_, day));
    std::string ids = "[";
    for (const std::string_view piece : PiecesOf(text)) {
        const Uuid hash = HashOf(piece);
        const auto [found, is_new] = known->try_emplace(hash, next_id_);
        if (is_new) {
            portion.text_ids.push_back(next_id_++);
            portion.text_days.push_back(day);
            portion.hashes.push_back(hash);
            portion.texts.emplace_back(piece);
            portion.bytes += piece.size();
        }
        ids += (ids.size() > 1 ? "," : "") + std::to_string(found->second);
    }
    portion.bytes += ids.size();
    return ids + "]";
}

Status ContentWriter::Insert(Portion& portion) {
    if (!portion.texts.empty()) {
        SG_TRY(Change(
            connection_,
            {"INSERT INTO content.texts SELECT unnest($1), unnest($2), unnest($3), unnest($4)",
             {std::move(portion.text_ids),
              std::move(portion.text_days),
              std::move(portion.hashes),
              std::move(portion.texts)}}
        ));
    }
    if (!portion.call_ids.empty()) {
        SG_TRY(Change(
            connection_,
            {"INSERT INTO content.contents SELECT unnest($1), unnest($2), "
             "CAST(unnest($3) AS BIGINT[]), CAST(unnest($4) AS BIGINT[]), "
             "CAST(unnest($5) AS BOOLEAN), CAST(unnest($6) AS BOOLEAN)",
             {std::move(portion.call_ids),
              std::move(portion.days),
              std::move(portion.inputs),
              std::move(portion.outputs),
              std::move(portion.redacted),
              std::move(portion.truncated)}}
        ));
    }
    portion = {};
    return {};
}

Result<std::uint64_t>
ContentWriter::Delete(std::string_view table, std::int64_t day, std::size_t rows_max) {
    const std::string name = "content." + std::string(table);
    return Change(
        connection_,
        {"DELETE FROM " + name + " WHERE rowid IN (SELECT rowid FROM " + name +
             " WHERE day < $1 LIMIT " + std::to_string(rows_max) + ")",
         {day}}
    );
}

Result<bool> ContentWriter::ForgetBefore(std::int64_t day, std::size_t rows_max) {
    SG_TRY(Execute(connection_, "BEGIN"));
    Result<std::uint64_t> contents = Delete("contents", day, rows_max);
    Result<std::uint64_t> texts = std::uint64_t{0};
    if (contents.Ok() && *contents < rows_max) {
        texts = Delete("texts", day, rows_max);
    }
    SG_TRY(Finish(!contents.Ok() ? contents.error() : !texts.Ok() ? texts.error() : Status()));
    if (*contents + *texts > 0) {
        index_.Clear();  // It may know texts that went.
        forgot_ = true;
    }
    const bool more = *contents == rows_max || *texts == rows_max;
    if (forgot_ && !more) {
        Checkpoint();
    }
    return more;
}

void ContentWriter::Checkpoint() {
    std::optional<ScanThreads::Pause> pause;
    if (scanners_ != nullptr) {
        pause.emplace(*scanners_);
    }
    const Result<std::uint64_t> done = Change(connection_, {"CHECKPOINT content", {}});
    if (done.Ok()) {
        commits_since_checkpoint_ = 0;
        forgot_ = false;
    }  // Else somebody reads what was there before; the next commit tries again.
}

Status MoveOldContents(duckdb_connection connection, ContentWriter& writer) {
    SG_ASSIGN_OR_RETURN(
        const std::int64_t tables,
        SelectOne(
            connection,
            "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'store' AND "
            "table_name = 'contents'"
        )
    );
    if (tables == 0) {
        return {};
    }
    SG_ASSIGN_OR_RETURN(
        const std::int64_t last,
        SelectOne(connection, "SELECT coalesce(max(rowid), -1) FROM contents")
    );
    if (last >= kMoveRows) {
        Log(LogLevel::kInfo, "store", "moving contents to a file of their own");
    }
    for (std::int64_t first = 0; first <= last; first += kMoveRows) {
        SG_ASSIGN_OR_RETURN(
            Rows rows,
            Run(connection,
                {"SELECT call_id, input, output, redacted::BIGINT, truncated::BIGINT FROM contents "
                 "WHERE rowid >= $1 AND rowid < $2",
                 {first, first + kMoveRows}},
                NoDeadline())
        );
        std::vector<std::shared_ptr<const Content>> contents;
        for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
            const auto* const ids = static_cast<const duckdb_hugeint*>(
                duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk.get(), 0))
            );
            for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
                contents.push_back(std::make_shared<const Content>(Content{
                    ToUuid(ids[row]),
                    std::string(ReadText(chunk.get(), 1, row)),
                    std::string(ReadText(chunk.get(), 2, row)),
                    ReadInt(chunk.get(), 3, row) == 1,
                    ReadInt(chunk.get(), 4, row) == 1}));
            }
        }
        SG_TRY(writer.Write(contents));
    }
    return {};
}

}  // namespace sightglass::store
