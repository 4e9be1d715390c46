#include "store/duckdb/trace_reader.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <unordered_map>

#include "base/text.h"
#include "store/duckdb/read_rows.h"
#include "store/duckdb/span_rows.h"
#include "store/duckdb/trace_sql.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

constexpr Duration kFirstListSpan = std::chrono::minutes(15);
constexpr int kListSpanGrowth = 8;

/// Columns of the sums, in the order of TraceCallSumsSql and TraceSpanSumsSql.
enum Place : idx_t {
    kTraceId,
    kParts,
    kFailed,
    kStart,
    kEnd,
    kRootKey,
    kRootName,
    kServices,
    kModels,
    kInputTokens,
    kOutputTokens,
    kCost,
    kRootKind = kModels,
};

/// A summary in the making.
struct Sums {
    TraceSummary summary;
    std::set<std::string> services;
    std::optional<std::int64_t> root_key;
};

using SumsById = std::unordered_map<std::string, Sums>;

struct Row {
    duckdb_data_chunk chunk;
    idx_t row;

    std::int64_t Count(idx_t column) const { return ReadInt(chunk, column, row).value_or(0); }

    OptionalInt Int(idx_t column) const { return ReadInt(chunk, column, row); }

    std::string Text(idx_t column) const { return std::string(ReadText(chunk, column, row)); }

    std::vector<std::string> Names(idx_t column) const {
        std::vector<std::string> names;
        for (const std::string_view name : Split(ReadText(chunk, column, row), kTraceNameEnd)) {
            if (!name.empty()) {
                names.emplace_back(name);
            }
        }
        return names;
    }
};

/// What calls and spans have in common. Whether this part is the root so far.
bool TakeParts(const Row& row, Sums& sums) {
    TraceSummary& summary = sums.summary;
    const Time start = TimeFromMicros(row.Count(kStart));
    const Time end = TimeFromMicros(row.Count(kEnd));
    summary.started_at = sums.root_key ? std::min(summary.started_at, start) : start;
    summary.ended_at = std::max(summary.ended_at.value_or(end), end);
    const std::vector<std::string> services = row.Names(kServices);
    sums.services.insert(services.begin(), services.end());
    const std::int64_t key = row.Count(kRootKey);
    if (sums.root_key && *sums.root_key <= key) {
        return false;
    }
    sums.root_key = key;
    summary.name = row.Text(kRootName);
    return true;
}

void TakeSpans(const Row& row, Sums& sums) {
    sums.summary.spans = row.Count(kParts);
    sums.summary.failed_spans = row.Count(kFailed);
    if (TakeParts(row, sums)) {
        sums.summary.kind = ParseSpanKind(row.Text(kRootKind));
    }
}

void TakeCalls(const Row& row, Sums& sums) {
    TraceSummary& summary = sums.summary;
    summary.calls = row.Count(kParts);
    summary.errors = row.Count(kFailed);
    summary.models = row.Names(kModels);
    summary.input_tokens = row.Int(kInputTokens);
    summary.output_tokens = row.Int(kOutputTokens);
    if (const OptionalInt cost = row.Int(kCost)) {
        summary.cost = Money::FromNanoUsd(*cost);
    }
    if (TakeParts(row, sums)) {
        summary.kind.reset();
    }
}

Status ReadSums(
    const TraceSource& source,
    const Sql& sql,
    void (*take)(const Row& row, Sums& sums),
    SumsById& by_id
) {
    SG_ASSIGN_OR_RETURN(Rows rows, Run(source.connection, sql, source.deadline));
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk.get()); ++i) {
            const Row row{chunk.get(), i};
            take(row, by_id[row.Text(kTraceId)]);
        }
    }
    return {};
}

/// The traces that began in the query's time, newest first, without their sums.
Result<std::vector<TraceSummary>> ReadHeads(const TraceSource& source, const TraceQuery& query) {
    SG_ASSIGN_OR_RETURN(
        Rows rows,
        Run(source.connection, TraceHeadsSql(query, source.sources), source.deadline)
    );
    std::vector<TraceSummary> heads;
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk.get()); ++i) {
            TraceSummary& head = heads.emplace_back();
            head.trace_id = ReadText(chunk.get(), 0, i);
            head.started_at = TimeFromMicros(ReadInt(chunk.get(), 1, i).value_or(0));
        }
    }
    return heads;
}

Result<std::vector<TraceSummary>>
FillSums(const TraceSource& source, std::vector<TraceSummary> heads) {
    if (heads.empty()) {
        return heads;
    }
    TraceSet set;
    set.from = heads.back().started_at;
    set.to = heads.front().started_at + kTraceSpan;
    for (const TraceSummary& head : heads) {
        set.trace_ids.push_back(head.trace_id);
    }
    SumsById by_id;
    SG_TRY(ReadSums(source, TraceSpanSumsSql(set, source.sources), TakeSpans, by_id));
    SG_TRY(ReadSums(source, TraceCallSumsSql(set, source.sources), TakeCalls, by_id));
    for (TraceSummary& head : heads) {
        const auto found = by_id.find(head.trace_id);
        if (found == by_id.end()) {
            continue;
        }
        Sums& sums = found->second;
        sums.summary.trace_id = head.trace_id;
        sums.summary.services.assign(sums.services.begin(), sums.services.end());
        sums.summary.services.resize(std::min(sums.services.size(), kTraceNamesMax));
        head = std::move(sums.summary);
    }
    return heads;
}

}  // namespace

Result<std::vector<TraceSummary>>
ReadTraces(const TraceSource& source, const TraceQuery& query, Time newest) {
    std::vector<TraceSummary> heads;
    TraceQuery part = query;
    part.to = std::min(query.to, newest + Duration(1));
    if (query.before) {
        part.to = std::min(part.to, query.before->started_at + Duration(1));
    }
    // As in a list of calls: the newest first, and further back only as long as some are missing.
    for (Duration span = kFirstListSpan; heads.size() < query.limit && part.to > query.from;
         span *= kListSpanGrowth) {
        part.from = part.to - query.from > span ? part.to - span : query.from;
        part.limit = query.limit - heads.size();
        SG_ASSIGN_OR_RETURN(std::vector<TraceSummary> found, ReadHeads(source, part));
        std::move(found.begin(), found.end(), std::back_inserter(heads));
        part.to = part.from;
    }
    return FillSums(source, std::move(heads));
}

Result<Trace> ReadTrace(
    const TraceSource& source,
    const TraceKey& key,
    const std::vector<const Field*>& columns
) {
    const auto run = [&source](const Sql& sql) {
        return Run(source.connection, sql, source.deadline);
    };
    SG_ASSIGN_OR_RETURN(Rows spans, run(TraceSpansSql(key, source.sources)));
    SG_ASSIGN_OR_RETURN(Rows calls, run(TraceCallsSql(key, columns, source.sources)));
    Trace trace{ReadCalls(calls, columns), ReadSpans(spans), false};
    if (trace.calls.empty() && trace.spans.empty()) {
        return Error{ErrorCode::kNotFound, "no trace has the id " + key.trace_id};
    }
    trace.truncated = std::max(trace.spans.size(), trace.calls.size()) > key.parts_max;
    trace.spans.resize(std::min(trace.spans.size(), key.parts_max));
    trace.calls.resize(std::min(trace.calls.size(), key.parts_max));
    return trace;
}

}  // namespace sightglass::store
