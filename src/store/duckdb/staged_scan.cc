// The table functions staged_calls(rows), staged_contents(rows) …: their argument is the address
// of a StagedRows, which only this folder's statements know.
#include <algorithm>
#include <span>

#include "store/duckdb/feedback_rows.h"
#include "store/duckdb/schema.h"
#include "store/duckdb/span_rows.h"
#include "store/duckdb/staged.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

using TableFunctionHandle = Handle<duckdb_table_function, duckdb_destroy_table_function>;

constexpr const char* kCallsFunction = "staged_calls";
constexpr const char* kContentsFunction = "staged_contents";
constexpr const char* kSpansFunction = "staged_spans";
constexpr const char* kFeedbackFunction = "staged_feedback";
constexpr const char* kWithdrawnCallsFunction = "withdrawn_calls";

/// How far one execution of a statement has come.
struct Cursor {
    std::vector<idx_t> columns;  ///< Of the function, in the order of the answer's.
    std::size_t block = 0;
    std::size_t row = 0;
};

template <typename T>
void Delete(void* pointer) {
    delete static_cast<T*>(pointer);
}

/// Takes the function's argument.
void BindRows(duckdb_bind_info info) {
    const ValueHandle address(duckdb_bind_get_parameter(info, 0));
    // NOLINTNEXTLINE(performance-no-int-to-ptr): written by StagedCallsSql, its statement alone.
    auto* const rows = reinterpret_cast<StagedRows*>(duckdb_get_uint64(address.get()));
    duckdb_bind_set_bind_data(info, rows, nullptr);
}

const StagedRows& BoundRows(duckdb_function_info info) {
    return *static_cast<const StagedRows*>(duckdb_function_get_bind_data(info));
}

void Init(duckdb_init_info info) {
    auto* const cursor = new Cursor;
    for (idx_t i = 0; i < duckdb_init_get_column_count(info); ++i) {
        cursor->columns.push_back(duckdb_init_get_column_index(info, i));
    }
    // One thread: what commits the rows is not to wait for another, and so they fill groups.
    duckdb_init_set_max_threads(info, 1);
    duckdb_init_set_init_data(info, cursor, Delete<Cursor>);
}

void BindCalls(duckdb_bind_info info) {
    BindRows(info);
    for (const Field& field : Fields()) {
        const LogicalTypeHandle type = LogicalType(field);
        duckdb_bind_add_result_column(info, std::string(field.name).c_str(), type.get());
    }
}

/// Moves the cursor past rows that were withdrawn. Returns how many follow that were not, at most
/// `count_max`; 0 at the end of the block.
std::size_t NextRun(const StagedBlock& staged, std::size_t& row, std::size_t count_max) {
    const std::size_t rows = staged.block->rows();
    if (staged.withdrawn == nullptr) {
        return std::min(count_max, rows - row);
    }
    const auto begin = staged.withdrawn->begin();
    const auto end = staged.withdrawn->end();
    const auto first = std::find(begin + static_cast<std::ptrdiff_t>(row), end, false);
    row = static_cast<std::size_t>(first - begin);
    return std::min(count_max, static_cast<std::size_t>(std::find(first, end, true) - first));
}

void ScanCalls(duckdb_function_info info, duckdb_data_chunk chunk) {
    const auto& blocks = BoundRows(info).calls;
    auto& cursor = *static_cast<Cursor*>(duckdb_function_get_init_data(info));
    const std::size_t size_max = duckdb_vector_size();
    std::size_t at = 0;
    while (at < size_max && cursor.block < blocks.size()) {
        const StagedBlock& staged = blocks[cursor.block];
        const std::size_t count = NextRun(staged, cursor.row, size_max - at);
        for (idx_t i = 0; count > 0 && i < cursor.columns.size(); ++i) {
            if (cursor.columns[i] < Fields().size()) {  // Others stand for no column at all.
                const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
                staged.block->Read(cursor.columns[i], cursor.row, count, vector, at);
            }
        }
        at += count;
        cursor.row += count;
        if (cursor.row == staged.block->rows()) {
            ++cursor.block;
            cursor.row = 0;
        }
    }
    duckdb_data_chunk_set_size(chunk, at);
}

void BindIds(duckdb_bind_info info) {
    BindRows(info);
    const LogicalTypeHandle type(duckdb_create_logical_type(DUCKDB_TYPE_UUID));
    duckdb_bind_add_result_column(info, "call_id", type.get());
}

void ScanIds(duckdb_function_info info, duckdb_data_chunk chunk) {
    const StagedIds& lists = BoundRows(info).withdrawn_calls;
    auto& cursor = *static_cast<Cursor*>(duckdb_function_get_init_data(info));
    const bool is_wanted = !cursor.columns.empty() && cursor.columns.front() == 0;
    auto* const ids = is_wanted ? static_cast<duckdb_hugeint*>(
                                      duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0))
                                  )
                                : nullptr;
    std::size_t at = 0;
    for (; at < duckdb_vector_size() && cursor.block < lists.size(); ++at) {
        const std::vector<Uuid>& list = *lists[cursor.block];
        if (ids != nullptr) {
            ids[at] = ToHugeint(list[cursor.row]);
        }
        if (++cursor.row == list.size()) {
            ++cursor.block;
            cursor.row = 0;
        }
    }
    duckdb_data_chunk_set_size(chunk, at);
}

void BindContents(duckdb_bind_info info) {
    BindRows(info);
    const auto add = [&](const char* name, duckdb_type id) {
        const LogicalTypeHandle type(duckdb_create_logical_type(id));
        duckdb_bind_add_result_column(info, name, type.get());
    };
    add("call_id", DUCKDB_TYPE_UUID);
    add("input", DUCKDB_TYPE_VARCHAR);
    add("output", DUCKDB_TYPE_VARCHAR);
    add("redacted", DUCKDB_TYPE_BOOLEAN);
    add("truncated", DUCKDB_TYPE_BOOLEAN);
}

void WriteContentColumn(duckdb_vector vector, idx_t column, idx_t row, const Content& content) {
    void* const data = duckdb_vector_get_data(vector);
    switch (column) {
        case 0:
            static_cast<duckdb_hugeint*>(data)[row] = ToHugeint(content.call_id);
            return;
        case 1:
            WriteText(vector, row, content.input);
            return;
        case 2:
            WriteText(vector, row, content.output);
            return;
        case 3:
            static_cast<bool*>(data)[row] = content.redacted;
            return;
        case 4:
            static_cast<bool*>(data)[row] = content.truncated;
            return;
        default:
            return;  // No column at all.
    }
}

void ScanContents(duckdb_function_info info, duckdb_data_chunk chunk) {
    const auto& contents = BoundRows(info).contents;
    auto& cursor = *static_cast<Cursor*>(duckdb_function_get_init_data(info));
    const std::size_t count =
        std::min<std::size_t>(duckdb_vector_size(), contents.size() - cursor.row);
    for (idx_t i = 0; i < cursor.columns.size(); ++i) {
        const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
        for (std::size_t row = 0; row < count; ++row) {
            WriteContentColumn(vector, cursor.columns[i], row, *contents[cursor.row + row]);
        }
    }
    cursor.row += count;
    duckdb_data_chunk_set_size(chunk, count);
}

void BindColumns(duckdb_bind_info info, std::span<const TableColumn> columns) {
    BindRows(info);
    for (const TableColumn& column : columns) {
        const LogicalTypeHandle type(duckdb_create_logical_type(column.type));
        duckdb_bind_add_result_column(info, std::string(column.name).c_str(), type.get());
    }
}

void BindSpans(duckdb_bind_info info) {
    BindColumns(info, SpanColumns());
}

void ScanSpans(duckdb_function_info info, duckdb_data_chunk chunk) {
    const auto& blocks = BoundRows(info).spans;
    auto& cursor = *static_cast<Cursor*>(duckdb_function_get_init_data(info));
    std::size_t at = 0;
    for (; at < duckdb_vector_size() && cursor.block < blocks.size(); ++at) {
        const std::vector<Span>& block = *blocks[cursor.block];
        for (idx_t i = 0; i < cursor.columns.size(); ++i) {
            const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
            WriteSpanColumn(vector, cursor.columns[i], at, block[cursor.row]);
        }
        if (++cursor.row == block.size()) {
            ++cursor.block;
            cursor.row = 0;
        }
    }
    duckdb_data_chunk_set_size(chunk, at);
}

void BindFeedback(duckdb_bind_info info) {
    BindColumns(info, FeedbackColumns());
}

void ScanFeedback(duckdb_function_info info, duckdb_data_chunk chunk) {
    const auto& all = BoundRows(info).feedback;
    auto& cursor = *static_cast<Cursor*>(duckdb_function_get_init_data(info));
    const std::size_t count = std::min<std::size_t>(duckdb_vector_size(), all.size() - cursor.row);
    for (idx_t i = 0; i < cursor.columns.size(); ++i) {
        const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
        for (std::size_t row = 0; row < count; ++row) {
            WriteFeedbackColumn(vector, cursor.columns[i], row, *all[cursor.row + row]);
        }
    }
    cursor.row += count;
    duckdb_data_chunk_set_size(chunk, count);
}

struct TableFunction {
    const char* name;
    duckdb_table_function_bind_t bind;
    duckdb_table_function_t scan;
};

Status Register(duckdb_connection connection, const TableFunction& made) {
    const TableFunctionHandle function(duckdb_create_table_function());
    const LogicalTypeHandle address(duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT));
    duckdb_table_function_set_name(function.get(), made.name);
    duckdb_table_function_add_parameter(function.get(), address.get());
    duckdb_table_function_set_bind(function.get(), made.bind);
    duckdb_table_function_set_init(function.get(), Init);
    duckdb_table_function_set_function(function.get(), made.scan);
    duckdb_table_function_supports_projection_pushdown(function.get(), true);
    if (duckdb_register_table_function(connection, function.get()) == DuckDBError) {
        return Error{ErrorCode::kInternal, std::string("DuckDB refuses the function ") + made.name};
    }
    return {};
}

std::string FromFunction(const char* name, const StagedRows& rows) {
    return std::string(name) + "(" + std::to_string(reinterpret_cast<std::uintptr_t>(&rows)) +
           "::UBIGINT)";
}

}  // namespace

Status RegisterStagedTables(duckdb_connection connection) {
    SG_TRY(Register(connection, {kCallsFunction, BindCalls, ScanCalls}));
    SG_TRY(Register(connection, {kContentsFunction, BindContents, ScanContents}));
    SG_TRY(Register(connection, {kSpansFunction, BindSpans, ScanSpans}));
    SG_TRY(Register(connection, {kFeedbackFunction, BindFeedback, ScanFeedback}));
    return Register(connection, {kWithdrawnCallsFunction, BindIds, ScanIds});
}

std::string StartedSinceSql(std::int64_t from_us) {
    return from_us > std::numeric_limits<std::int64_t>::min()
               ? "started_at >= make_timestamp(" + std::to_string(from_us) + "::BIGINT)"
               : "";
}

std::string StagedCallsSql(const StagedRows& rows) {
    return FromFunction(kCallsFunction, rows);
}

std::string StagedContentsSql(const StagedRows& rows) {
    return FromFunction(kContentsFunction, rows);
}

std::string StagedSpansSql(const StagedRows& rows) {
    return FromFunction(kSpansFunction, rows);
}

std::string StagedFeedbackSql(const StagedRows& rows) {
    return FromFunction(kFeedbackFunction, rows);
}

std::string WithdrawnCallsSql(const StagedRows& rows) {
    return FromFunction(kWithdrawnCallsFunction, rows);
}

}  // namespace sightglass::store
