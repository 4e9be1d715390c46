#include "store/duckdb/values.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/text.h"

namespace sightglass::store {
namespace {

constexpr std::size_t kInlinedMax = 12;

/// Whether every byte is ASCII; most texts are, and need no closer look.
bool IsAscii(std::string_view text) noexcept {
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    std::uint64_t seen = 0;
    while (text.size() >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), 8);
        seen |= word;
        text.remove_prefix(8);
    }
    for (const char c : text) {
        seen |= static_cast<unsigned char>(c);
    }
    return (seen & kHighBits) == 0;
}

/// One column of a chunk that is being filled.
class ColumnWriter {
public:
    explicit ColumnWriter(duckdb_vector vector)
        : vector_(vector), data_(duckdb_vector_get_data(vector)) {
        duckdb_vector_ensure_validity_writable(vector);
        validity_ = duckdb_vector_get_validity(vector);
    }

    void SetNull(idx_t row) noexcept { validity_[row / 64] &= ~(std::uint64_t{1} << (row % 64)); }

    template <typename T>
    void Set(idx_t row, T value) noexcept {
        static_cast<T*>(data_)[row] = value;
    }

    void SetText(idx_t row, std::string_view text) {
        if (!IsAscii(text)) {
            std::string valid(text);
            MakeValidUtf8(valid);
            duckdb_vector_assign_string_element_len(vector_, row, valid.data(), valid.size());
            return;
        }
        if (text.size() > kInlinedMax) {
            duckdb_vector_assign_string_element_len(vector_, row, text.data(), text.size());
            return;
        }
        duckdb_string_t inlined{};
        inlined.value.inlined.length = static_cast<std::uint32_t>(text.size());
        std::memcpy(inlined.value.inlined.inlined, text.data(), text.size());
        Set(row, inlined);
    }

    void SetTextOrNull(idx_t row, std::string_view text) {
        if (text.empty()) {
            SetNull(row);
        } else {
            SetText(row, text);
        }
    }

private:
    duckdb_vector vector_;
    void* data_;
    std::uint64_t* validity_ = nullptr;
};

std::int64_t Bounded(std::int64_t value) noexcept {
    return std::clamp(value, -kStoredIntMax, kStoredIntMax);
}

void Put(ColumnWriter& column, idx_t row, const Uuid& value) {
    column.Set(row, ToHugeint(value));
}

void Put(ColumnWriter& column, idx_t row, const std::string& value) {
    column.SetTextOrNull(row, value);
}

void Put(ColumnWriter& column, idx_t row, const OptionalInt& value) {
    if (value) {
        column.Set(row, Bounded(*value));
    } else {
        column.SetNull(row);
    }
}

void Put(ColumnWriter& column, idx_t row, const OptionalMoney& value) {
    if (value) {
        column.Set(row, Bounded(value->nano_usd()));
    } else {
        column.SetNull(row);
    }
}

void Put(ColumnWriter& column, idx_t row, const OptionalTime& value) {
    if (value) {
        column.Set(row, Bounded(ToMicros(*value)));
    } else {
        column.SetNull(row);
    }
}

void Put(ColumnWriter& column, idx_t row, const std::optional<bool>& value) {
    if (value) {
        column.Set(row, *value);
    } else {
        column.SetNull(row);
    }
}

void Put(ColumnWriter& column, idx_t row, const std::optional<double>& value) {
    if (value) {
        column.Set(row, *value);
    } else {
        column.SetNull(row);
    }
}

template <typename Enum>
void Put(ColumnWriter& column, idx_t row, const std::optional<Enum>& value) {
    if (value) {
        column.SetText(row, ToString(*value));
    } else {
        column.SetNull(row);
    }
}

/// Lays out where each row's elements are in the list's child, and makes room for them.
template <typename List>
void LayOutList(duckdb_vector vector, List Call::*member, std::span<const Call* const> calls) {
    ColumnWriter column(vector);
    idx_t elements = 0;
    for (idx_t row = 0; row < calls.size(); ++row) {
        const List& list = calls[row]->*member;
        column.Set(row, duckdb_list_entry{elements, list.size()});
        if (list.empty()) {
            column.SetNull(row);
        }
        elements += list.size();
    }
    duckdb_list_vector_reserve(vector, elements);
    duckdb_list_vector_set_size(vector, elements);
}

ColumnWriter MemberOf(duckdb_vector list, idx_t index) {
    return ColumnWriter(duckdb_struct_vector_get_child(duckdb_list_vector_get_child(list), index));
}

/// Writes one field of all Calls.
struct FieldWriter {
    duckdb_vector vector;
    std::span<const Call* const> calls;

    template <typename T>
    void operator()(T Call::*member) const {
        ColumnWriter column(vector);
        for (idx_t row = 0; row < calls.size(); ++row) {
            Put(column, row, calls[row]->*member);
        }
    }

    void operator()(Tags Call::*member) const {
        LayOutList(vector, member, calls);
        ColumnWriter names = MemberOf(vector, 0);
        ColumnWriter values = MemberOf(vector, 1);
        idx_t at = 0;
        for (const Call* call : calls) {
            for (const auto& [name, value] : call->*member) {
                names.SetText(at, name);
                values.SetText(at, value);
                ++at;
            }
        }
    }

    void operator()(std::vector<Attempt> Call::*member) const {
        LayOutList(vector, member, calls);
        ColumnWriter targets = MemberOf(vector, 0);
        ColumnWriter statuses = MemberOf(vector, 1);
        ColumnWriter reasons = MemberOf(vector, 2);
        ColumnWriter durations = MemberOf(vector, 3);
        idx_t at = 0;
        for (const Call* call : calls) {
            for (const Attempt& attempt : call->*member) {
                targets.SetText(at, attempt.target);
                statuses.Set(at, Bounded(attempt.http_status));
                reasons.SetText(at, attempt.why);
                durations.Set(at, Bounded(attempt.duration_us));
                ++at;
            }
        }
    }
};

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

void WriteColumn(duckdb_vector vector, const Field* field, std::span<const Call* const> calls) {
    if (field != nullptr) {
        std::visit(FieldWriter{vector, calls}, field->member);
        return;
    }
    ColumnWriter column(vector);
    for (idx_t row = 0; row < calls.size(); ++row) {
        column.SetNull(row);
    }
}

void WriteContents(duckdb_data_chunk chunk, std::span<const Content* const> contents) {
    const auto column = [&](idx_t index) {
        return ColumnWriter(duckdb_data_chunk_get_vector(chunk, index));
    };
    ColumnWriter ids = column(0);
    ColumnWriter inputs = column(1);
    ColumnWriter outputs = column(2);
    ColumnWriter redacted = column(3);
    ColumnWriter truncated = column(4);
    for (idx_t row = 0; row < contents.size(); ++row) {
        ids.Set(row, ToHugeint(contents[row]->call_id));
        inputs.SetText(row, contents[row]->input);
        outputs.SetText(row, contents[row]->output);
        redacted.Set(row, contents[row]->redacted);
        truncated.Set(row, contents[row]->truncated);
    }
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
