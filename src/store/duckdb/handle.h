// DuckDB's C handles with owners, its errors as ours, and one way to run a statement: values bound,
// never written into the text; a deadline on everything.
//
// Included by this folder's .cc files only.
#pragma once

#include <duckdb.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"

namespace sightglass::store {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Owns one of DuckDB's pointers.
/// Thread-safety: belongs to one owner.
template <typename T, auto kDestroy>
class Handle {
public:
    Handle() = default;

    explicit Handle(T handle) noexcept : handle_(handle) {}

    Handle(Handle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

    Handle& operator=(Handle&& other) noexcept {
        if (this != &other) {
            Reset();
            handle_ = std::exchange(other.handle_, nullptr);
        }
        return *this;
    }

    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    ~Handle() { Reset(); }

    T get() const noexcept { return handle_; }

    T* Out() noexcept { return &handle_; }

    void Reset() noexcept {
        if (handle_ != nullptr) {
            kDestroy(&handle_);
            handle_ = nullptr;
        }
    }

private:
    T handle_ = nullptr;
};

using DatabaseHandle = Handle<duckdb_database, duckdb_close>;
using ConnectionHandle = Handle<duckdb_connection, duckdb_disconnect>;
using ConfigHandle = Handle<duckdb_config, duckdb_destroy_config>;
using StatementHandle = Handle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using PendingHandle = Handle<duckdb_pending_result, duckdb_destroy_pending>;
using ChunkHandle = Handle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using AppenderHandle = Handle<duckdb_appender, duckdb_appender_destroy>;
using LogicalTypeHandle = Handle<duckdb_logical_type, duckdb_destroy_logical_type>;
using ValueHandle = Handle<duckdb_value, duckdb_destroy_value>;

/// A value for a `?`.
using Bound = std::variant<
    std::monostate,
    bool,
    std::int64_t,
    std::uint64_t,
    double,
    std::string,
    Time,
    Uuid,
    std::vector<Uuid>,
    std::vector<std::string>,
    std::vector<std::int64_t>>;

/// A statement and the values of its `?`, in order. The text is made of constants and names of the
/// catalogue only.
struct Sql {
    std::string text;
    std::vector<Bound> values;
};

/// The rows of an answer, held in memory.
/// Thread-safety: belongs to one thread.
class Rows {
public:
    explicit Rows(duckdb_result result) noexcept : result_(result) {}

    Rows(Rows&& other) noexcept : result_(std::exchange(other.result_, duckdb_result{})) {}

    Rows& operator=(Rows&&) = delete;
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    ~Rows() { duckdb_destroy_result(&result_); }

    /// The next rows, or an empty handle at the end.
    ChunkHandle Next() { return ChunkHandle(duckdb_fetch_chunk(result_)); }

    std::uint64_t Changed() { return duckdb_rows_changed(&result_); }

    duckdb_type TypeOf(idx_t column) { return duckdb_column_type(&result_, column); }

private:
    duckdb_result result_;
};

/// DuckDB's 128-bit form of a UUID: its order is the order of the bytes.
duckdb_hugeint ToHugeint(const Uuid& uuid) noexcept;
Uuid ToUuid(const duckdb_hugeint& value) noexcept;

/// Whether DuckDB refuses all further work until the file is opened anew.
bool IsFatal(const Error& error) noexcept;

/// Our error for DuckDB's. kFull for a full disk, kConflict for a locked file, kTimeout for an
/// interrupted query, kTooLarge for one that needs more memory than it may have.
Error ToError(duckdb_error_type type, const char* message);

/// Runs a statement on the calling thread, with DuckDB's own threads helping. kTimeout past the
/// deadline.
Result<Rows> Run(duckdb_connection connection, const Sql& sql, SteadyTime deadline);

/// Runs one that changes or sets something, without a deadline.
Status Execute(duckdb_connection connection, const std::string& text);

/// A text constant of SQL.
std::string QuotedText(std::string_view text);

/// The size of a file; 0 where there is none.
std::uint64_t FileBytes(const Path& file) noexcept;

/// Room for work that is not a user's question: opening, committing.
SteadyTime NoDeadline() noexcept;

}  // namespace sightglass::store
