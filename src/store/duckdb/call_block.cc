#include "store/duckdb/call_block.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

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

std::int64_t Bounded(std::int64_t value) noexcept {
    return std::clamp(value, -kStoredIntMax, kStoredIntMax);
}

bool IsKnown(const Uuid&) noexcept {
    return true;
}

bool IsKnown(const std::string& text) noexcept {
    return !text.empty();
}

template <typename T>
bool IsKnown(const std::optional<T>& value) noexcept {
    return value.has_value();
}

}  // namespace

/// Fills a block while it is made.
class CallBlock::Filler {
public:
    Filler(CallBlock& block, std::span<const Call* const> calls) : block_(block), calls_(calls) {}

    template <typename T>
    void Fill(T Call::*member, Column& column) {
        using Stored = decltype(Store(std::declval<const T&>()));
        ForgetPrevious();
        std::size_t known = 0;
        Stored* values = nullptr;
        for (std::size_t row = 0; row < calls_.size(); ++row) {
            const T& value = calls_[row]->*member;
            if (!IsKnown(value)) {
                continue;
            }
            if (values == nullptr) {
                values = NewArray<Stored>(calls_.size());
                column.known = NewArray<std::uint64_t>(WordsFor(calls_.size()));
            }
            values[row] = Store(value);
            SetKnown(column, row);
            ++known;
        }
        Finish(column, values, sizeof(Stored), known);
    }

    void Fill(Tags Call::*member, Column& column) {
        ForgetPrevious();
        const std::size_t elements = LayOut(member, column);
        auto* const names = NewMember<duckdb_string_t>(column, 0, elements);
        auto* const values = NewMember<duckdb_string_t>(column, 1, elements);
        std::size_t at = 0;
        for (const Call* call : calls_) {
            for (const auto& [name, value] : call->*member) {
                names[at] = Store(name);
                values[at++] = Store(value);
            }
        }
    }

    void Fill(std::vector<Attempt> Call::*member, Column& column) {
        ForgetPrevious();
        const std::size_t elements = LayOut(member, column);
        auto* const targets = NewMember<duckdb_string_t>(column, 0, elements);
        auto* const statuses = NewMember<std::int64_t>(column, 1, elements);
        auto* const reasons = NewMember<duckdb_string_t>(column, 2, elements);
        auto* const durations = NewMember<std::int64_t>(column, 3, elements);
        std::size_t at = 0;
        for (const Call* call : calls_) {
            for (const Attempt& attempt : call->*member) {
                targets[at] = Store(attempt.target);
                statuses[at] = Bounded(attempt.http_status);
                reasons[at] = Keep(attempt.why);
                durations[at++] = Bounded(attempt.duration_us);
            }
        }
    }

private:
    // What stands in a column for a value that is known.

    static duckdb_hugeint Store(const Uuid& value) { return ToHugeint(value); }

    static std::int64_t Store(const OptionalInt& value) { return Bounded(*value); }

    static std::int64_t Store(const OptionalMoney& value) { return Bounded(value->nano_usd()); }

    static std::int64_t Store(const OptionalTime& value) { return Bounded(ToMicros(*value)); }

    static bool Store(const std::optional<bool>& value) { return *value; }

    static double Store(const std::optional<double>& value) { return *value; }

    /// Names of a vocabulary live as long as the program.
    template <typename Enum>
    static duckdb_string_t Store(const std::optional<Enum>& value) {
        const std::string_view name = ToString(*value);
        return View(name.data(), name.size());
    }

    duckdb_string_t Store(const std::string& text) {
        if (text == previous_) {
            return previous_stored_;
        }
        previous_ = text;
        previous_stored_ = IsAscii(text) ? Keep(text) : KeepValid(text);
        return previous_stored_;
    }

    duckdb_string_t KeepValid(std::string text) {
        MakeValidUtf8(text);
        return Keep(text);
    }

    duckdb_string_t Keep(std::string_view text) {
        if (text.size() <= sizeof(duckdb_string_t{}.value.inlined.inlined)) {
            return View(text.data(), text.size());
        }
        char* const copy = static_cast<char*>(block_.memory_.allocate(text.size(), 1));
        block_.bytes_ += text.size();
        std::memcpy(copy, text.data(), text.size());
        return View(copy, text.size());
    }

    /// A text in DuckDB's form: a short one is in it, a longer one stays where it is.
    static duckdb_string_t View(const char* text, std::size_t size) {
        duckdb_string_t view{};
        if (size <= sizeof view.value.inlined.inlined) {
            view.value.inlined.length = static_cast<std::uint32_t>(size);
            std::memcpy(view.value.inlined.inlined, text, size);
        } else {
            view.value.pointer.length = static_cast<std::uint32_t>(size);
            std::memcpy(view.value.pointer.prefix, text, sizeof view.value.pointer.prefix);
            view.value.pointer.ptr = const_cast<char*>(text);
        }
        return view;
    }

    template <typename T>
    T* NewArray(std::size_t size) {
        void* const array = block_.memory_.allocate(size * sizeof(T), alignof(T));
        block_.bytes_ += size * sizeof(T);
        std::memset(array, 0, size * sizeof(T));
        return static_cast<T*>(array);
    }

    template <typename T>
    T* NewMember(Column& column, std::size_t index, std::size_t elements) {
        if (elements == 0) {
            return nullptr;
        }
        T* const array = NewArray<T>(elements);
        column.members[index] = array;
        column.member_bytes[index] = sizeof(T);
        return array;
    }

    /// Says where each row's elements are. Returns how many there are.
    template <typename List>
    std::size_t LayOut(List Call::*member, Column& column) {
        std::size_t elements = 0;
        std::size_t known = 0;
        for (const Call* call : calls_) {
            elements += (call->*member).size();
        }
        if (elements == 0) {
            return 0;
        }
        auto* const entries = NewArray<duckdb_list_entry>(calls_.size());
        column.known = NewArray<std::uint64_t>(WordsFor(calls_.size()));
        std::size_t at = 0;
        for (std::size_t row = 0; row < calls_.size(); ++row) {
            const std::size_t size = (calls_[row]->*member).size();
            entries[row] = {at, size};
            if (size > 0) {
                SetKnown(column, row);
                ++known;
            }
            at += size;
        }
        Finish(column, entries, sizeof(duckdb_list_entry), known);
        return elements;
    }

    static std::size_t WordsFor(std::size_t rows) { return (rows + 63) / 64; }

    static void SetKnown(Column& column, std::size_t row) {
        column.known[row / 64] |= std::uint64_t{1} << (row % 64);
    }

    void Finish(Column& column, void* values, std::size_t value_bytes, std::size_t known) const {
        column.values = values;
        column.value_bytes = value_bytes;
        if (known == calls_.size()) {
            column.known = nullptr;
        }
    }

    void ForgetPrevious() {
        previous_ = {};
        previous_stored_ = {};
    }

    CallBlock& block_;
    std::span<const Call* const> calls_;
    std::string_view previous_;  ///< Of the same field: a text of one of the Calls.
    duckdb_string_t previous_stored_{};
};

CallBlock::CallBlock(std::span<const Call* const> calls, std::size_t bytes_per_call)
    : rows_(calls.size()), memory_(calls.size() * bytes_per_call), columns_(Fields().size()) {
    Filler filler(*this, calls);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::visit([&](auto member) { filler.Fill(member, columns_[i]); }, Fields()[i].member);
    }
}

Uuid CallBlock::CallId(std::size_t row) const noexcept {
    static_assert(sizeof(duckdb_hugeint) == sizeof(Uuid));
    return ToUuid(static_cast<const duckdb_hugeint*>(columns_.front().values)[row]);
}

void CallBlock::Read(
    std::size_t field,
    std::size_t from,
    std::size_t count,
    duckdb_vector vector,
    idx_t at
) const {
    const Column& column = columns_[field];
    if (column.values == nullptr || column.known != nullptr) {
        duckdb_vector_ensure_validity_writable(vector);
        std::uint64_t* const validity = duckdb_vector_get_validity(vector);
        for (std::size_t row = from; row < from + count; ++row) {
            const bool known =
                column.values != nullptr && ((column.known[row / 64] >> (row % 64)) & 1) != 0;
            if (!known) {
                const idx_t to = at + row - from;
                validity[to / 64] &= ~(std::uint64_t{1} << (to % 64));
            }
        }
    }
    if (column.values == nullptr) {
        return;
    }
    if (column.members.front() != nullptr) {
        ReadElements(column, from, count, vector, at);
        return;
    }
    std::memcpy(
        static_cast<char*>(duckdb_vector_get_data(vector)) + at * column.value_bytes,
        static_cast<const char*>(column.values) + from * column.value_bytes,
        count * column.value_bytes
    );
}

void CallBlock::ReadElements(
    const Column& column,
    std::size_t from,
    std::size_t count,
    duckdb_vector vector,
    idx_t at
) const {
    const auto* const entries = static_cast<const duckdb_list_entry*>(column.values) + from;
    const std::size_t first = entries[0].offset;
    const std::size_t elements = entries[count - 1].offset + entries[count - 1].length - first;
    const idx_t base = duckdb_list_vector_get_size(vector);
    duckdb_list_vector_reserve(vector, base + elements);
    duckdb_list_vector_set_size(vector, base + elements);
    auto* const out = static_cast<duckdb_list_entry*>(duckdb_vector_get_data(vector)) + at;
    for (std::size_t row = 0; row < count; ++row) {
        out[row] = {base + entries[row].offset - first, entries[row].length};
    }
    const duckdb_vector list = duckdb_list_vector_get_child(vector);
    for (std::size_t i = 0; i < kMembersMax && column.members[i] != nullptr; ++i) {
        const std::size_t bytes = column.member_bytes[i];
        char* const values =
            static_cast<char*>(duckdb_vector_get_data(duckdb_struct_vector_get_child(list, i)));
        std::memcpy(
            values + base * bytes,
            static_cast<const char*>(column.members[i]) + first * bytes,
            elements * bytes
        );
    }
}

}  // namespace sightglass::store
