#include "store/duckdb/feedback_rows.h"

#include <array>

#include "store/duckdb/schema.h"

namespace sightglass::store {
namespace {

enum Place : idx_t {
    kId,
    kCreatedAt,
    kCallId,
    kProviderResponseId,
    kTraceId,
    kSpanId,
    kSessionId,
    kScore,
    kName,
    kLabel,
    kComment,
    kUser,
    kSource,
    kColumns
};

constexpr std::array<TableColumn, kColumns> kFeedbackColumns = {{
    {"id", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"created_at", DUCKDB_TYPE_TIMESTAMP, "TIMESTAMP"},
    {"call_id", DUCKDB_TYPE_UUID, "UUID"},
    {"provider_response_id", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"trace_id", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"span_id", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"session_id", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"score", DUCKDB_TYPE_DOUBLE, "DOUBLE"},
    {"name", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"label", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"comment", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"user", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {"source", DUCKDB_TYPE_VARCHAR, "VARCHAR"},
}};

/// The member behind a column of plain text; null for others.
std::string Feedback::*TextOf(idx_t column) noexcept {
    constexpr std::array<std::string Feedback::*, kColumns> kTexts = {
        &Feedback::id,
        nullptr,
        nullptr,
        &Feedback::provider_response_id,
        &Feedback::trace_id,
        &Feedback::span_id,
        &Feedback::session_id,
        nullptr,
        &Feedback::name,
        &Feedback::label,
        &Feedback::comment,
        &Feedback::user,
        nullptr};
    return column < kColumns ? kTexts[column] : nullptr;
}

Feedback ReadOne(duckdb_data_chunk chunk, idx_t row) {
    Feedback feedback;
    for (idx_t column = 0; column < kColumns; ++column) {
        if (std::string Feedback::*const text = TextOf(column); text != nullptr) {
            feedback.*text = ReadText(chunk, column, row);
        }
    }
    feedback.created_at = ReadTime(chunk, kCreatedAt, row).value_or(Time());
    const duckdb_vector ids = duckdb_data_chunk_get_vector(chunk, kCallId);
    if (!IsNull(ids, row)) {
        feedback.call_id =
            ToUuid(static_cast<const duckdb_hugeint*>(duckdb_vector_get_data(ids))[row]);
    }
    const duckdb_vector scores = duckdb_data_chunk_get_vector(chunk, kScore);
    if (!IsNull(scores, row)) {
        feedback.score = static_cast<const double*>(duckdb_vector_get_data(scores))[row];
    }
    feedback.source = ParseFeedbackSource(ReadText(chunk, kSource, row));
    return feedback;
}

}  // namespace

std::span<const TableColumn> FeedbackColumns() noexcept {
    return kFeedbackColumns;
}

void WriteFeedbackColumn(duckdb_vector vector, idx_t column, idx_t row, const Feedback& feedback) {
    if (std::string Feedback::*const text = TextOf(column); text != nullptr) {
        WriteKnownText(vector, row, feedback.*text);
        return;
    }
    switch (column) {
        case kCreatedAt:
            WriteKnownTime(vector, row, feedback.created_at);
            return;
        case kCallId:
            if (feedback.call_id.IsNil()) {
                SetNull(vector, row);
            } else {
                static_cast<duckdb_hugeint*>(duckdb_vector_get_data(vector))[row] =
                    ToHugeint(feedback.call_id);
            }
            return;
        case kScore:
            if (feedback.score) {
                static_cast<double*>(duckdb_vector_get_data(vector))[row] = *feedback.score;
            } else {
                SetNull(vector, row);
            }
            return;
        case kSource:
            WriteKnownText(vector, row, feedback.source ? ToString(*feedback.source) : "");
            return;
        default:
            return;  // No column at all.
    }
}

std::vector<Feedback> ReadFeedback(Rows& rows) {
    std::vector<Feedback> all;
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            all.push_back(ReadOne(chunk.get(), row));
        }
    }
    return all;
}

std::string FeedbackColumnList() {
    std::string list;
    for (const TableColumn& column : kFeedbackColumns) {
        list += (list.empty() ? "" : ", ") + Quoted(column.name);
    }
    return list;
}

}  // namespace sightglass::store
