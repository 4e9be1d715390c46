#include "store/duckdb/span_rows.h"

#include <array>

#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

enum Place : idx_t {
    kId,
    kTraceId,
    kSpanId,
    kParentSpanId,
    kSource,
    kKind,
    kName,
    kSubject,
    kService,
    kStartedAt,
    kEndedAt,
    kStatus,
    kErrorMessage,
    kColumns
};

constexpr std::array<TableColumn, kColumns> kSpanColumns = {{
    {"id", DUCKDB_TYPE_UUID, "UUID"},
    {"trace_id", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"span_id", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"parent_span_id", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"source", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"kind", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"name", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"subject", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"service", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"started_at", DUCKDB_TYPE_TIMESTAMP, "TIMESTAMP"},
    {"ended_at", DUCKDB_TYPE_TIMESTAMP, "TIMESTAMP"},
    {"status", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"error_message", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
}};

/// The member behind a column of plain text; null for others.
std::string Span::*TextOf(idx_t column) noexcept {
    switch (column) {
        case kTraceId:
            return &Span::trace_id;
        case kSpanId:
            return &Span::span_id;
        case kParentSpanId:
            return &Span::parent_span_id;
        case kName:
            return &Span::name;
        case kSubject:
            return &Span::subject;
        case kService:
            return &Span::service;
        case kErrorMessage:
            return &Span::error_message;
        default:
            return nullptr;
    }
}

template <typename Enum>
std::string_view NameOf(const std::optional<Enum>& value) noexcept {
    return value ? ToString(*value) : std::string_view();
}

Span ReadSpan(duckdb_data_chunk chunk, idx_t row) {
    Span span;
    const duckdb_vector ids = duckdb_data_chunk_get_vector(chunk, kId);
    span.id = ToUuid(static_cast<const duckdb_hugeint*>(duckdb_vector_get_data(ids))[row]);
    for (idx_t column = 0; column < kColumns; ++column) {
        if (std::string Span::*const text = TextOf(column); text != nullptr) {
            span.*text = ReadText(chunk, column, row);
        }
    }
    span.source = ParseEnum<Source>(ReadText(chunk, kSource, row));
    span.kind = ParseSpanKind(ReadText(chunk, kKind, row));
    span.status = ParseEnum<CallStatus>(ReadText(chunk, kStatus, row));
    span.started_at = ReadTime(chunk, kStartedAt, row);
    span.ended_at = ReadTime(chunk, kEndedAt, row);
    return span;
}

}  // namespace

std::span<const TableColumn> SpanColumns() noexcept {
    return kSpanColumns;
}

void WriteSpanColumn(duckdb_vector vector, idx_t column, idx_t row, const Span& span) {
    if (std::string Span::*const text = TextOf(column); text != nullptr) {
        WriteKnownText(vector, row, span.*text);
        return;
    }
    switch (column) {
        case kId:
            static_cast<duckdb_hugeint*>(duckdb_vector_get_data(vector))[row] = ToHugeint(span.id);
            return;
        case kSource:
            WriteKnownText(vector, row, NameOf(span.source));
            return;
        case kKind:
            WriteKnownText(vector, row, NameOf(span.kind));
            return;
        case kStatus:
            WriteKnownText(vector, row, NameOf(span.status));
            return;
        case kStartedAt:
            WriteKnownTime(vector, row, span.started_at);
            return;
        case kEndedAt:
            WriteKnownTime(vector, row, span.ended_at);
            return;
        default:
            return;  // No column at all.
    }
}

std::vector<Span> ReadSpans(Rows& rows) {
    std::vector<Span> spans;
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            spans.push_back(ReadSpan(chunk.get(), row));
        }
    }
    return spans;
}

std::string SpanColumnList() {
    std::string list;
    for (const TableColumn& column : kSpanColumns) {
        list += (list.empty() ? "" : ", ") + std::string(column.name);
    }
    return list;
}

}  // namespace sightglass::store
