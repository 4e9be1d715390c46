#include "store/duckdb/handle.h"

#include <cstring>
#include <string_view>
#include <system_error>
#include <thread>

namespace sightglass::store {
namespace {

constexpr std::string_view kInvalidated = "database has been invalidated";
constexpr auto kIdleWait = std::chrono::microseconds(200);
constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;

ErrorCode CodeOf(duckdb_error_type type, std::string_view message) {
    const auto says = [&](std::string_view part) {
        return message.find(part) != std::string_view::npos;
    };
    if (says("No space left on device") || says("Disk quota exceeded") || says("File too large")) {
        return ErrorCode::kFull;
    }
    if (says("Could not set lock on file")) {
        return ErrorCode::kConflict;
    }
    switch (type) {
        case DUCKDB_ERROR_INTERRUPT:
            return ErrorCode::kTimeout;
        case DUCKDB_ERROR_OUT_OF_MEMORY:
            return ErrorCode::kTooLarge;
        case DUCKDB_ERROR_IO:
            return ErrorCode::kIo;
        case DUCKDB_ERROR_SERIALIZATION:
            return ErrorCode::kCorrupt;
        default:
            return ErrorCode::kInternal;
    }
}

duckdb_value ValueOf(const Uuid& uuid) {
    const duckdb_hugeint bits = ToHugeint(uuid);
    // A UUID value is made from its unsigned bits; only the stored form has the first bit flipped.
    return duckdb_create_uuid({bits.lower, static_cast<std::uint64_t>(bits.upper) ^ kSignBit});
}

duckdb_value ValueOf(const std::string& text) {
    return duckdb_create_varchar_length(text.data(), text.size());
}

duckdb_value ValueOf(std::int64_t number) {
    return duckdb_create_int64(number);
}

template <typename T>
ValueHandle ListOf(const std::vector<T>& items, duckdb_type type_id) {
    std::vector<duckdb_value> values;
    values.reserve(items.size());
    for (const T& item : items) {
        values.push_back(ValueOf(item));
    }
    const LogicalTypeHandle type(duckdb_create_logical_type(type_id));
    ValueHandle list(duckdb_create_list_value(type.get(), values.data(), values.size()));
    for (duckdb_value& value : values) {
        duckdb_destroy_value(&value);
    }
    return list;
}

struct Binder {
    duckdb_prepared_statement statement;
    idx_t index;

    duckdb_state operator()(std::monostate) const { return duckdb_bind_null(statement, index); }

    duckdb_state operator()(bool value) const {
        return duckdb_bind_boolean(statement, index, value);
    }

    duckdb_state operator()(std::int64_t value) const {
        return duckdb_bind_int64(statement, index, value);
    }

    duckdb_state operator()(std::uint64_t value) const {
        return duckdb_bind_uint64(statement, index, value);
    }

    duckdb_state operator()(double value) const {
        return duckdb_bind_double(statement, index, value);
    }

    duckdb_state operator()(const std::string& value) const {
        return duckdb_bind_varchar_length(statement, index, value.data(), value.size());
    }

    duckdb_state operator()(Time value) const {
        return duckdb_bind_timestamp(statement, index, duckdb_timestamp{ToMicros(value)});
    }

    duckdb_state operator()(const Uuid& value) const {
        const duckdb_hugeint bits = ToHugeint(value);
        const ValueHandle uuid(
            duckdb_create_uuid({bits.lower, static_cast<std::uint64_t>(bits.upper) ^ kSignBit})
        );
        return duckdb_bind_value(statement, index, uuid.get());
    }

    duckdb_state operator()(const std::vector<Uuid>& values) const {
        return duckdb_bind_value(statement, index, ListOf(values, DUCKDB_TYPE_UUID).get());
    }

    duckdb_state operator()(const std::vector<std::string>& values) const {
        return duckdb_bind_value(statement, index, ListOf(values, DUCKDB_TYPE_VARCHAR).get());
    }

    duckdb_state operator()(const std::vector<std::int64_t>& values) const {
        return duckdb_bind_value(statement, index, ListOf(values, DUCKDB_TYPE_BIGINT).get());
    }
};

Error StatementError(duckdb_prepared_statement statement) {
    return ToError(DUCKDB_ERROR_INVALID, duckdb_prepare_error(statement));
}

/// Works on the query until its answer is there.
Status Drive(duckdb_connection connection, duckdb_pending_result pending, SteadyTime deadline) {
    while (std::chrono::steady_clock::now() < deadline) {
        const duckdb_pending_state state = duckdb_pending_execute_task(pending);
        if (duckdb_pending_execution_is_finished(state)) {
            return {};
        }
        if (state == DUCKDB_PENDING_NO_TASKS_AVAILABLE) {
            std::this_thread::sleep_for(kIdleWait);
        }
    }
    duckdb_interrupt(connection);
    return Error{
        ErrorCode::kTimeout,
        "the query took longer than it may; ask about a shorter time or with fewer groups"};
}

}  // namespace

duckdb_hugeint ToHugeint(const Uuid& uuid) noexcept {
    std::uint64_t upper = 0;
    std::uint64_t lower = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        upper = upper << 8 | uuid.bytes[i];
        lower = lower << 8 | uuid.bytes[i + 8];
    }
    return {lower, static_cast<std::int64_t>(upper ^ kSignBit)};
}

Uuid ToUuid(const duckdb_hugeint& value) noexcept {
    Uuid uuid;
    std::uint64_t upper = static_cast<std::uint64_t>(value.upper) ^ kSignBit;
    std::uint64_t lower = value.lower;
    for (std::size_t i = 8; i-- > 0;) {
        uuid.bytes[i] = static_cast<std::uint8_t>(upper);
        uuid.bytes[i + 8] = static_cast<std::uint8_t>(lower);
        upper >>= 8;
        lower >>= 8;
    }
    return uuid;
}

bool IsFatal(const Error& error) noexcept {
    return error.message.find(kInvalidated) != std::string::npos ||
           error.message.rfind("FATAL", 0) == 0;
}

Error ToError(duckdb_error_type type, const char* message) {
    const std::string text =
        message != nullptr && *message != '\0' ? message : "DuckDB gave no reason";
    return Error{CodeOf(type, text), text};
}

std::string QuotedText(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c == '\'' ? "''" : std::string(1, c);
    }
    return quoted + "'";
}

std::uint64_t FileBytes(const Path& file) noexcept {
    std::error_code failed;
    const auto bytes = std::filesystem::file_size(file, failed);
    return failed ? 0 : bytes;
}

SteadyTime NoDeadline() noexcept {
    return SteadyTime::max();
}

Result<Rows> Run(duckdb_connection connection, const Sql& sql, SteadyTime deadline) {
    StatementHandle statement;
    if (duckdb_prepare(connection, sql.text.c_str(), statement.Out()) == DuckDBError) {
        return StatementError(statement.get());
    }
    for (std::size_t i = 0; i < sql.values.size(); ++i) {
        if (std::visit(Binder{statement.get(), i + 1}, sql.values[i]) == DuckDBError) {
            return StatementError(statement.get());
        }
    }
    PendingHandle pending;
    if (duckdb_pending_prepared(statement.get(), pending.Out()) == DuckDBError) {
        return ToError(DUCKDB_ERROR_INVALID, duckdb_pending_error(pending.get()));
    }
    SG_TRY(Drive(connection, pending.get(), deadline));
    duckdb_result result{};
    if (duckdb_execute_pending(pending.get(), &result) == DuckDBError) {
        Error error = ToError(duckdb_result_error_type(&result), duckdb_result_error(&result));
        duckdb_destroy_result(&result);
        return error;
    }
    return Rows(result);
}

Status Execute(duckdb_connection connection, const std::string& text) {
    duckdb_result result{};
    Status status;
    if (duckdb_query(connection, text.c_str(), &result) == DuckDBError) {
        status = ToError(duckdb_result_error_type(&result), duckdb_result_error(&result));
    }
    duckdb_destroy_result(&result);
    return status;
}

}  // namespace sightglass::store
