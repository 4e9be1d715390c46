#include "store/duckdb/values.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/text.h"

namespace sightglass::store {
namespace {

template <typename T>
T At(duckdb_vector vector, idx_t row) noexcept {
    return static_cast<const T*>(duckdb_vector_get_data(vector))[row];
}

std::string_view TextAt(duckdb_vector vector, idx_t row) noexcept {
    if (IsNull(vector, row)) {
        return {};
    }
    duckdb_string_t* const text =
        static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector)) + row;
    return {duckdb_string_t_data(text), duckdb_string_t_length(*text)};
}

void Take(duckdb_vector vector, idx_t row, Uuid& value) {
    value = ToUuid(At<duckdb_hugeint>(vector, row));
}

void Take(duckdb_vector vector, idx_t row, std::string& value) {
    value = TextAt(vector, row);
}

void Take(duckdb_vector vector, idx_t row, OptionalInt& value) {
    value = At<std::int64_t>(vector, row);
}

void Take(duckdb_vector vector, idx_t row, OptionalMoney& value) {
    value = Money::FromNanoUsd(At<std::int64_t>(vector, row));
}

void Take(duckdb_vector vector, idx_t row, OptionalTime& value) {
    value = TimeFromMicros(At<std::int64_t>(vector, row));
}

void Take(duckdb_vector vector, idx_t row, std::optional<bool>& value) {
    value = At<bool>(vector, row);
}

void Take(duckdb_vector vector, idx_t row, std::optional<double>& value) {
    value = At<double>(vector, row);
}

template <typename Enum>
void Take(duckdb_vector vector, idx_t row, std::optional<Enum>& value) {
    value = ParseEnum<Enum>(TextAt(vector, row));
}

void Take(duckdb_vector vector, idx_t row, Tags& value) {
    const auto entry = At<duckdb_list_entry>(vector, row);
    const duckdb_vector pairs = duckdb_list_vector_get_child(vector);
    for (idx_t at = entry.offset; at < entry.offset + entry.length; ++at) {
        value.emplace_back(
            TextAt(duckdb_struct_vector_get_child(pairs, 0), at),
            TextAt(duckdb_struct_vector_get_child(pairs, 1), at)
        );
    }
}

void Take(duckdb_vector vector, idx_t row, std::vector<Attempt>& value) {
    const auto entry = At<duckdb_list_entry>(vector, row);
    const duckdb_vector attempts = duckdb_list_vector_get_child(vector);
    for (idx_t at = entry.offset; at < entry.offset + entry.length; ++at) {
        Attempt& attempt = value.emplace_back();
        attempt.target = TextAt(duckdb_struct_vector_get_child(attempts, 0), at);
        attempt.http_status = At<std::int64_t>(duckdb_struct_vector_get_child(attempts, 1), at);
        attempt.why = TextAt(duckdb_struct_vector_get_child(attempts, 2), at);
        attempt.duration_us = At<std::int64_t>(duckdb_struct_vector_get_child(attempts, 3), at);
    }
}

std::int64_t Narrow(const duckdb_hugeint& value) noexcept {
    const auto low = static_cast<std::int64_t>(value.lower);
    if (value.upper == (low < 0 ? -1 : 0)) {
        return low;
    }
    return value.upper < 0 ? std::numeric_limits<std::int64_t>::min()
                           : std::numeric_limits<std::int64_t>::max();
}

std::optional<std::int64_t> IntAt(duckdb_vector vector, idx_t row, duckdb_type type) noexcept {
    if (IsNull(vector, row)) {
        return std::nullopt;
    }
    switch (type) {
        case DUCKDB_TYPE_INTEGER:
            return At<std::int32_t>(vector, row);
        case DUCKDB_TYPE_HUGEINT:
            return Narrow(At<duckdb_hugeint>(vector, row));
        default:
            return At<std::int64_t>(vector, row);
    }
}

}  // namespace

bool IsNull(duckdb_vector vector, idx_t row) noexcept {
    std::uint64_t* const validity = duckdb_vector_get_validity(vector);
    return validity != nullptr && !duckdb_validity_row_is_valid(validity, row);
}

std::string_view ReadText(duckdb_data_chunk chunk, idx_t column, idx_t row) noexcept {
    return TextAt(duckdb_data_chunk_get_vector(chunk, column), row);
}

std::optional<std::int64_t> ReadInt(duckdb_data_chunk chunk, idx_t column, idx_t row) noexcept {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, column);
    const LogicalTypeHandle type(duckdb_vector_get_column_type(vector));
    return IntAt(vector, row, duckdb_get_type_id(type.get()));
}

Cell ReadCell(duckdb_data_chunk chunk, idx_t column, idx_t row, duckdb_type type) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, column);
    if (IsNull(vector, row)) {
        return Cell();
    }
    switch (type) {
        case DUCKDB_TYPE_INTEGER:
        case DUCKDB_TYPE_BIGINT:
        case DUCKDB_TYPE_HUGEINT:
            return *IntAt(vector, row, type);
        case DUCKDB_TYPE_TIMESTAMP:
            return TimeFromMicros(At<std::int64_t>(vector, row));
        case DUCKDB_TYPE_DOUBLE:
            return At<double>(vector, row);
        default:
            return std::string(TextAt(vector, row));
    }
}

void WriteText(duckdb_vector vector, idx_t row, std::string_view text) {
    std::string valid(text);
    MakeValidUtf8(valid);
    duckdb_vector_assign_string_element_len(vector, row, valid.data(), valid.size());
}

void WriteKnownText(duckdb_vector vector, idx_t row, std::string_view text) {
    if (text.empty()) {
        SetNull(vector, row);
    } else {
        WriteText(vector, row, text);
    }
}

void WriteKnownTime(duckdb_vector vector, idx_t row, const OptionalTime& time) {
    if (time) {
        static_cast<std::int64_t*>(duckdb_vector_get_data(vector))[row] =
            std::clamp(ToMicros(*time), -kStoredIntMax, kStoredIntMax);
    } else {
        SetNull(vector, row);
    }
}

void SetNull(duckdb_vector vector, idx_t row) {
    duckdb_vector_ensure_validity_writable(vector);
    duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

OptionalTime ReadTime(duckdb_data_chunk chunk, idx_t column, idx_t row) {
    const auto us = ReadInt(chunk, column, row);
    return us ? OptionalTime(TimeFromMicros(*us)) : OptionalTime();
}

void ReadColumn(duckdb_vector vector, const Field& field, std::span<Call> calls) {
    std::visit(
        [&](auto member) {
            for (idx_t row = 0; row < calls.size(); ++row) {
                if (!IsNull(vector, row)) {
                    Take(vector, row, calls[row].*member);
                }
            }
        },
        field.member
    );
}

}  // namespace sightglass::store
