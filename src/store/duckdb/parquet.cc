#include "store/duckdb/parquet.h"

#include <array>
#include <utility>

#include "call/field_table.h"
#include "store/duckdb/handle.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

/// A group of rows is held as a whole before it is written: 16 bytes a cell, known or not, and its texts.
constexpr int kGroupRowsWritten = 8'192;

/// A database in memory that fetches nothing.
/// Thread-safety: belongs to one thread.
class Workbench {
public:
    static Result<Workbench> Open() {
        constexpr auto kSettings = std::to_array<std::pair<const char*, const char*>>({
            {"memory_limit", "192MiB"},
            {"threads", "1"},
            {"preserve_insertion_order", "true"},
            {"autoinstall_known_extensions", "false"},
            {"autoload_known_extensions", "false"},
            {"allow_community_extensions", "false"},
        });
        ConfigHandle config;
        bool good = duckdb_create_config(config.Out()) != DuckDBError;
        for (const auto& [name, value] : kSettings) {
            good = good && duckdb_set_config(config.get(), name, value) != DuckDBError;
        }
        Workbench bench;
        good = good && duckdb_open_ext(nullptr, bench.database_.Out(), config.get(), nullptr) !=
                           DuckDBError;
        good =
            good && duckdb_connect(bench.database_.get(), bench.connection_.Out()) != DuckDBError;
        if (!good) {
            return Error{ErrorCode::kInternal, "DuckDB does not open a database in memory"};
        }
        return bench;
    }

    duckdb_connection get() const noexcept { return connection_.get(); }

private:
    DatabaseHandle database_;
    ConnectionHandle connection_;
};

std::string Quoted(std::string_view name, char quote) {
    std::string text(1, quote);
    for (const char c : name) {
        text.append(c == quote ? 2 : 1, c);
    }
    return text + quote;
}

bool IsNested(std::string_view type) {
    return type.find('(') != std::string_view::npos && !type.starts_with("DECIMAL")
               ? true
               : type.find('[') != std::string_view::npos;
}

class ParquetRows final : public TextRows {
public:
    explicit ParquetRows(Workbench bench) : bench_(std::move(bench)) {}

    ParquetRows(const ParquetRows&) = delete;
    ParquetRows& operator=(const ParquetRows&) = delete;

    ~ParquetRows() override { duckdb_destroy_result(&result_); }

    Status Start(const Path& file) {
        const std::string source = "read_parquet(" + Quoted(file.string(), '\'') + ")";
        std::string columns;
        Result<Rows> described =
            Run(bench_.get(), {"DESCRIBE SELECT * FROM " + source, {}}, NoDeadline());
        if (!described.Ok()) {
            return Error{
                ErrorCode::kCorrupt,
                "it begins as a Parquet file does and cannot be read as one: it is cut off or "
                "damaged"};
        }
        for (ChunkHandle chunk = described->Next(); chunk.get() != nullptr;
             chunk = described->Next()) {
            for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
                const std::string name(ReadText(chunk.get(), 0, row));
                const std::string column = Quoted(name, '"');
                const bool nested = IsNested(ReadText(chunk.get(), 1, row));
                columns += columns.empty() ? "" : ", ";
                columns += "CAST(" + (nested ? "to_json(" + column + ")" : column) + " AS VARCHAR)";
                columns_.push_back(name);
            }
        }
        StatementHandle statement;
        const std::string sql = "SELECT " + columns + " FROM " + source;
        if (duckdb_prepare(bench_.get(), sql.c_str(), statement.Out()) == DuckDBError) {
            return ToError(DUCKDB_ERROR_INVALID, duckdb_prepare_error(statement.get()));
        }
        if (duckdb_execute_prepared_streaming(statement.get(), &result_) == DuckDBError) {
            return ToError(duckdb_result_error_type(&result_), duckdb_result_error(&result_));
        }
        return {};
    }

    const std::vector<std::string>& Columns() const noexcept override { return columns_; }

    Result<bool> Next(std::vector<std::optional<std::string_view>>& values) override {
        while (chunk_.get() == nullptr || row_ == duckdb_data_chunk_get_size(chunk_.get())) {
            chunk_ = ChunkHandle(duckdb_fetch_chunk(result_));
            row_ = 0;
            if (chunk_.get() == nullptr) {
                const char* const error = duckdb_result_error(&result_);
                return error == nullptr || *error == '\0'
                           ? Result<bool>(false)
                           : ToError(duckdb_result_error_type(&result_), error);
            }
        }
        values.resize(columns_.size());
        for (idx_t column = 0; column < columns_.size(); ++column) {
            const bool null = IsNull(duckdb_data_chunk_get_vector(chunk_.get(), column), row_);
            values[column] =
                null ? std::nullopt : std::optional(ReadText(chunk_.get(), column, row_));
        }
        ++row_;
        return true;
    }

private:
    Workbench bench_;
    std::vector<std::string> columns_;
    duckdb_result result_{};
    ChunkHandle chunk_;
    idx_t row_ = 0;
};

/// The type of a field's column.
struct ColumnType {
    const char* operator()(OptionalInt Call::*) const { return "BIGINT"; }

    const char* operator()(OptionalMoney Call::*) const { return "BIGINT"; }

    const char* operator()(OptionalTime Call::*) const { return "TIMESTAMP WITH TIME ZONE"; }

    const char* operator()(std::optional<bool> Call::*) const { return "BOOLEAN"; }

    const char* operator()(std::optional<double> Call::*) const { return "DOUBLE"; }

    template <typename T>
    const char* operator()(T Call::*) const {
        return "VARCHAR";
    }
};

}  // namespace

Result<std::unique_ptr<TextRows>> OpenParquet(const Path& file) {
    SG_ASSIGN_OR_RETURN(Workbench bench, Workbench::Open());
    auto rows = std::make_unique<ParquetRows>(std::move(bench));
    SG_TRY(rows->Start(file));
    return std::unique_ptr<TextRows>(std::move(rows));
}

Status WriteParquet(const Path& csv, const Path& file) {
    SG_ASSIGN_OR_RETURN(const Workbench bench, Workbench::Open());
    std::string columns;
    for (const Field& field : kFieldTable) {
        const std::string name = Quoted(field.name, '"');
        columns.append(columns.empty() ? "" : ", ").append("CAST(").append(name).append(" AS ");
        columns.append(std::visit(ColumnType{}, field.member)).append(") AS ").append(name);
    }
    return Execute(
        bench.get(),
        "COPY (SELECT " + columns + " FROM read_csv(" + Quoted(csv.string(), '\'') +
            ", header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', "
            "nullstr = '', max_line_size = 4000000)) TO " +
            Quoted(file.string(), '\'') + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE " +
            std::to_string(kGroupRowsWritten) + ")"
    );
}

}  // namespace sightglass::store
