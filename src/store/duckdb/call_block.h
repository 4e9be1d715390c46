// Calls as columns in memory: what a commit brings into the file, and what questions see before it.
//
// Included by this folder's .cc files only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <vector>

#include "call/fields.h"
#include "store/duckdb/handle.h"

namespace sightglass::store {

/// Copies of some Calls' fields in DuckDB's forms. A field that none of them knows takes no memory,
/// nor does a text that is the one of the Call before it.
/// Thread-safety: immutable.
class CallBlock {
public:
    /// `bytes_per_call`: about what one will take; of the memory asked for, nothing is left over then.
    CallBlock(std::span<const Call* const> calls, std::size_t bytes_per_call);

    CallBlock(const CallBlock&) = delete;
    CallBlock& operator=(const CallBlock&) = delete;

    std::size_t rows() const noexcept { return rows_; }

    /// Memory held, about.
    std::size_t bytes() const noexcept { return bytes_; }

    Uuid CallId(std::size_t row) const noexcept;

    /// Copies the field with index `field` of `count` rows from `from` on into rows `at` and after
    /// of a new vector. Texts stay where they are: the block must outlive the vector.
    void Read(
        std::size_t field,
        std::size_t from,
        std::size_t count,
        duckdb_vector vector,
        idx_t at
    ) const;

private:
    class Filler;

    static constexpr std::size_t kMembersMax = 4;

    /// One field of all rows; of a list, where its elements are.
    struct Column {
        void* values = nullptr;  ///< Null where no row knows the field.
        std::size_t value_bytes = 0;
        std::uint64_t* known = nullptr;  ///< A bit a row; null where every row knows it, or none.
        std::array<void*, kMembersMax> members{};
        std::array<std::size_t, kMembersMax> member_bytes{};
    };

    void ReadElements(
        const Column& column,
        std::size_t from,
        std::size_t count,
        duckdb_vector vector,
        idx_t at
    ) const;

    std::size_t rows_;
    std::size_t bytes_ = 0;
    std::pmr::monotonic_buffer_resource memory_;
    std::vector<Column> columns_;  ///< In the order of Fields().
};

}  // namespace sightglass::store
