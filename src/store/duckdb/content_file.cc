#include "store/duckdb/content_file.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::int64_t kMsOfDay = 86'400'000;
/// Ids that stand so close are read together, with those in between.
constexpr std::int64_t kReadTogether = 64;
/// In one statement; where there would be more, those that are close are read together.
constexpr std::size_t kRangesMax = 64;

Error NoContent(const Uuid& call_id) {
    return Error{ErrorCode::kNotFound, "no content was kept of call " + ToString(call_id)};
}

std::vector<std::int64_t> ReadIds(duckdb_vector lists) {
    const auto entry = *static_cast<const duckdb_list_entry*>(duckdb_vector_get_data(lists));
    const auto* const ids =
        static_cast<const std::int64_t*>(duckdb_vector_get_data(duckdb_list_vector_get_child(lists))
        ) +
        entry.offset;
    return {ids, ids + entry.length};
}

using Range = std::pair<std::int64_t, std::int64_t>;

/// Ranges that hold the ids, which are in order; in one no two neighbours are further apart than that.
std::vector<Range> RangesOf(const std::vector<std::int64_t>& ids, std::int64_t apart_max) {
    std::vector<Range> ranges;
    for (const std::int64_t id : ids) {
        if (ranges.empty() || id - ranges.back().second > apart_max) {
            ranges.emplace_back(id, id);
        }
        ranges.back().second = id;
    }
    return ranges;
}

/// Range by range: only so are other texts not decompressed.
std::string TextsSql(std::vector<std::int64_t> ids) {
    std::sort(ids.begin(), ids.end());
    std::vector<Range> ranges = RangesOf(ids, kReadTogether);
    for (std::int64_t apart = kReadTogether; ranges.size() > kRangesMax; apart *= 2) {
        ranges = RangesOf(ids, apart);
    }
    std::string sql;
    for (const auto& [first, last] : ranges) {
        sql += (sql.empty() ? "" : " UNION ALL ") +
               std::string("SELECT id, text FROM content.texts WHERE id BETWEEN ") +
               std::to_string(first) + " AND " + std::to_string(last);
    }
    return sql;
}

using Texts = std::unordered_map<std::int64_t, std::string>;

Result<Texts>
ReadTexts(duckdb_connection connection, const std::vector<std::int64_t>& ids, SteadyTime deadline) {
    Texts texts;
    if (ids.empty()) {
        return texts;
    }
    for (const std::int64_t id : ids) {
        texts[id];
    }
    SG_ASSIGN_OR_RETURN(Rows rows, Run(connection, {TextsSql(ids), {}}, deadline));
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            if (const auto found = texts.find(ReadInt(chunk.get(), 0, row).value_or(0));
                found != texts.end()) {
                found->second = ReadText(chunk.get(), 1, row);
            }
        }
    }
    return texts;
}

}  // namespace

Path ContentFileOf(const Path& calls_file) {
    Path file = calls_file;
    return file.replace_extension(".contents.duckdb");
}

std::string AttachContentsSql(const Path& file, const std::string& name) {
    // zstd needs this version of DuckDB's format, or a later one.
    return "ATTACH " + QuotedText(file.string()) + " AS " + name + " (ROW_GROUP_SIZE " +
           std::to_string(kTextGroupRows) + ", STORAGE_VERSION 'v1.2.0')";
}

Status MakeContentTables(duckdb_connection connection) {
    SG_TRY(Execute(
        connection,
        "CREATE TABLE IF NOT EXISTS content.format AS SELECT " + std::to_string(kVersion) +
            "::BIGINT AS version;"
            "CREATE TABLE IF NOT EXISTS content.texts (id BIGINT, day INTEGER, hash UUID, "
            "text VARCHAR USING COMPRESSION zstd);"
            "CREATE TABLE IF NOT EXISTS content.contents (call_id UUID, day INTEGER, "
            "input BIGINT[], output BIGINT[], redacted BOOLEAN, truncated BOOLEAN)"
    ));
    SG_ASSIGN_OR_RETURN(
        Rows rows,
        Run(connection, {"SELECT version FROM content.format", {}}, NoDeadline())
    );
    const ChunkHandle chunk = rows.Next();
    const std::int64_t version =
        chunk.get() != nullptr ? ReadInt(chunk.get(), 0, 0).value_or(0) : 0;
    if (version > kVersion) {
        return Error{
            ErrorCode::kCorrupt,
            "the file of contents has version " + std::to_string(version) +
                " and this program knows up to " + std::to_string(kVersion) +
                ": use the version of Sightglass that wrote it, or a later one"};
    }
    return {};
}

std::int64_t DayOf(const Uuid& call_id) noexcept {
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < 6; ++i) {
        ms = ms << 8 | call_id.bytes[i];
    }
    return ms / kMsOfDay;
}

Result<Content>
ReadContent(duckdb_connection connection, const Uuid& call_id, SteadyTime deadline) {
    SG_ASSIGN_OR_RETURN(
        Rows rows,
        Run(connection,
            {"SELECT input, output, redacted::BIGINT, truncated::BIGINT FROM content.contents "
             "WHERE call_id = $1",
             {call_id}},
            deadline)
    );
    const ChunkHandle chunk = rows.Next();
    if (chunk.get() == nullptr) {
        return NoContent(call_id);
    }
    const auto input = ReadIds(duckdb_data_chunk_get_vector(chunk.get(), 0));
    const auto output = ReadIds(duckdb_data_chunk_get_vector(chunk.get(), 1));
    std::vector<std::int64_t> all = input;
    all.insert(all.end(), output.begin(), output.end());
    SG_ASSIGN_OR_RETURN(const Texts texts, ReadTexts(connection, all, deadline));
    Content content;
    content.call_id = call_id;
    for (const auto& [ids, text] :
         {std::pair{&input, &content.input}, std::pair{&output, &content.output}}) {
        for (const std::int64_t id : *ids) {
            const std::string& piece = texts.at(id);
            if (piece.empty()) {
                return NoContent(call_id);  // It was forgotten a moment ago.
            }
            *text += piece;
        }
    }
    content.redacted = ReadInt(chunk.get(), 2, 0) == 1;
    content.truncated = ReadInt(chunk.get(), 3, 0) == 1;
    return content;
}

}  // namespace sightglass::store
