#include "call/encoding.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>
#include <variant>

#include "call/encoded_input.h"
#include "call/field_table.h"

namespace sightglass {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kLengthBytes = 4;
constexpr std::uint8_t kContentRedacted = 1;
constexpr std::uint8_t kContentTruncated = 2;

enum class Wire : std::uint8_t { kInt = 0, kBytes = 1, kSmall = 2, kUuid = 3 };

static_assert(
    std::endian::native == std::endian::little,
    "the encoding copies integers as they lie in memory"
);

/// Counts what the real Output would write.
class Measure {
public:
    void Put(const void*, std::size_t size) noexcept { size_ += size; }

    std::size_t size() const noexcept { return size_; }

private:
    std::size_t size_ = 0;
};

class Output {
public:
    explicit Output(char* out) noexcept : out_(out) {}

    void Put(const void* bytes, std::size_t size) noexcept {
        std::memcpy(out_, bytes, size);
        out_ += size;
    }

    std::size_t WrittenSince(const char* begin) const noexcept {
        return static_cast<std::size_t>(out_ - begin);
    }

private:
    char* out_;
};

template <typename Sink, typename Number>
void PutNumber(Sink& sink, Number number) noexcept {
    sink.Put(&number, sizeof number);
}

template <typename Sink>
void PutTag(Sink& sink, std::uint16_t number, Wire wire) noexcept {
    PutNumber(
        sink,
        static_cast<std::uint16_t>((unsigned{number} << 3) | static_cast<unsigned>(wire))
    );
}

template <typename Sink>
void PutText(Sink& sink, std::string_view text) noexcept {
    PutNumber(sink, static_cast<std::uint32_t>(text.size()));
    if (!text.empty()) {
        sink.Put(text.data(), text.size());
    }
}

template <typename Sink>
void PutInt(Sink& sink, std::uint16_t number, std::int64_t value) noexcept {
    PutTag(sink, number, Wire::kInt);
    PutNumber(sink, value);
}

template <typename Sink>
void PutValue(Sink& sink, std::uint16_t number, const Uuid& value) noexcept {
    PutTag(sink, number, Wire::kUuid);
    sink.Put(value.bytes.data(), value.bytes.size());
}

template <typename Sink>
void PutValue(Sink& sink, std::uint16_t number, const std::string& value) noexcept {
    if (!value.empty()) {
        PutTag(sink, number, Wire::kBytes);
        PutText(sink, value);
    }
}

template <typename Sink>
void PutValue(Sink& sink, std::uint16_t number, const OptionalInt& value) noexcept {
    if (value) {
        PutInt(sink, number, *value);
    }
}

template <typename Sink>
void PutValue(Sink& sink, std::uint16_t number, const OptionalTime& value) noexcept {
    if (value) {
        PutInt(sink, number, ToMicros(*value));
    }
}

template <typename Sink>
void PutValue(Sink& sink, std::uint16_t number, const OptionalMoney& value) noexcept {
    if (value) {
        PutInt(sink, number, value->nano_usd());
    }
}

template <typename Sink>
void PutValue(Sink& sink, std::uint16_t number, const std::optional<double>& value) noexcept {
    if (value) {
        PutInt(sink, number, std::bit_cast<std::int64_t>(*value));
    }
}

/// bool and every vocabulary.
template <typename Sink, typename Small>
void PutValue(Sink& sink, std::uint16_t number, const std::optional<Small>& value) noexcept {
    if (value) {
        PutTag(sink, number, Wire::kSmall);
        PutNumber(sink, static_cast<std::uint8_t>(*value));
    }
}

template <typename Sink>
void PutValue(Sink& sink, std::uint16_t number, const Tags& tags) noexcept {
    if (tags.empty()) {
        return;
    }
    std::size_t size = 0;
    for (const auto& [name, value] : tags) {
        size += 2 * kLengthBytes + name.size() + value.size();
    }
    PutTag(sink, number, Wire::kBytes);
    PutNumber(sink, static_cast<std::uint32_t>(size));
    for (const auto& [name, value] : tags) {
        PutText(sink, name);
        PutText(sink, value);
    }
}

template <typename Sink>
void PutValue(Sink& sink, std::uint16_t number, const std::vector<Attempt>& attempts) noexcept {
    if (attempts.empty()) {
        return;
    }
    std::size_t size = 0;
    for (const Attempt& attempt : attempts) {
        size += 2 * kLengthBytes + attempt.target.size() + attempt.why.size() +
                2 * sizeof(std::int64_t);
    }
    PutTag(sink, number, Wire::kBytes);
    PutNumber(sink, static_cast<std::uint32_t>(size));
    for (const Attempt& attempt : attempts) {
        PutText(sink, attempt.target);
        PutNumber(sink, attempt.http_status);
        PutText(sink, attempt.why);
        PutNumber(sink, attempt.duration_us);
    }
}

/// The fields of one type, a place in FieldMember: a short loop writes them all. A line of code for each field of its own
/// would not fit into the processor's first cache beside the rest of what a call takes.
template <std::size_t kType>
constexpr auto kFieldsOfType = [] {
    using Member = std::variant_alternative_t<kType, FieldMember>;
    constexpr auto kCount = static_cast<std::size_t>(std::count_if(
        kFieldTable.begin(),
        kFieldTable.end(),
        [](const Field& field) { return field.member.index() == kType; }
    ));
    std::array<std::pair<std::uint16_t, Member>, kCount> fields{};
    std::size_t count = 0;
    for (const Field& field : kFieldTable) {
        if (const auto* const member = std::get_if<kType>(&field.member)) {
            fields[count++] = {field.number, *member};
        }
    }
    return fields;
}();

template <std::size_t kType, typename Sink>
void PutFieldsOfType(Sink& sink, const Call& call) noexcept {
    for (const auto& [number, member] : kFieldsOfType<kType>) {
        PutValue(sink, number, call.*member);
    }
}

template <typename Value>
constexpr std::size_t kTypeOf = FieldMember(static_cast<Value Call::*>(nullptr)).index();

using Types = std::make_index_sequence<std::variant_size_v<FieldMember>>;

template <typename Sink>
void PutCall(Sink& sink, const Call& call) noexcept {
    PutNumber(sink, kVersion);
    [&]<std::size_t... kTypes>(std::index_sequence<kTypes...>) {
        (PutFieldsOfType<kTypes>(sink, call), ...);
    }
    (Types{});
}

// Each ReadValue takes one value of a field whose wire type was checked by WireOf.

void ReadValue(EncodedInput& input, Uuid& value) {
    value = input.TakeUuid();
}

void ReadValue(EncodedInput& input, std::string& value) {
    value = input.TakeText();
}

void ReadValue(EncodedInput& input, OptionalInt& value) {
    value = input.TakeNumber<std::int64_t>();
}

void ReadValue(EncodedInput& input, OptionalTime& value) {
    value = TimeFromMicros(input.TakeNumber<std::int64_t>());
}

void ReadValue(EncodedInput& input, OptionalMoney& value) {
    value = Money::FromNanoUsd(input.TakeNumber<std::int64_t>());
}

void ReadValue(EncodedInput& input, std::optional<double>& value) {
    value = std::bit_cast<double>(input.TakeNumber<std::int64_t>());
}

void ReadValue(EncodedInput& input, std::optional<bool>& value) {
    value = input.TakeNumber<std::uint8_t>() != 0;
}

template <typename Enum>
void ReadValue(EncodedInput& input, std::optional<Enum>& value) {
    value = input.TakeEnum<Enum>();
}

void ReadValue(EncodedInput& input, Tags& tags) {
    EncodedInput list(input.TakeText());
    while (!list.AtEnd()) {
        std::string name(list.TakeText());
        std::string value(list.TakeText());
        tags.emplace_back(std::move(name), std::move(value));
    }
    if (list.Damaged()) {
        input.Take(~std::size_t{0});
    }
}

void ReadValue(EncodedInput& input, std::vector<Attempt>& attempts) {
    EncodedInput list(input.TakeText());
    while (!list.AtEnd()) {
        Attempt attempt;
        attempt.target = list.TakeText();
        attempt.http_status = list.TakeNumber<std::int64_t>();
        attempt.why = list.TakeText();
        attempt.duration_us = list.TakeNumber<std::int64_t>();
        attempts.push_back(std::move(attempt));
    }
    if (list.Damaged()) {
        input.Take(~std::size_t{0});
    }
}

constexpr Wire WireOf(Uuid Call::*) {
    return Wire::kUuid;
}

constexpr Wire WireOf(std::string Call::*) {
    return Wire::kBytes;
}

constexpr Wire WireOf(Tags Call::*) {
    return Wire::kBytes;
}

constexpr Wire WireOf(std::vector<Attempt> Call::*) {
    return Wire::kBytes;
}

constexpr Wire WireOf(OptionalInt Call::*) {
    return Wire::kInt;
}

constexpr Wire WireOf(OptionalTime Call::*) {
    return Wire::kInt;
}

constexpr Wire WireOf(OptionalMoney Call::*) {
    return Wire::kInt;
}

constexpr Wire WireOf(std::optional<double> Call::*) {
    return Wire::kInt;
}

template <typename Small>
constexpr Wire WireOf(std::optional<Small> Call::*) {
    return Wire::kSmall;
}

void Skip(EncodedInput& input, Wire wire) {
    switch (wire) {
        case Wire::kInt:
            input.Take(sizeof(std::int64_t));
            return;
        case Wire::kBytes:
            input.TakeText();
            return;
        case Wire::kSmall:
            input.Take(1);
            return;
        case Wire::kUuid:
            input.Take(sizeof(Uuid));
            return;
    }
    input.Take(~std::size_t{0});  // A wire type of the future: its size is unknown.
}

/// How one field is read.
struct FieldReader {
    const Field* field = nullptr;
    Wire wire = Wire::kInt;
    void (*read)(EncodedInput& input, Call& call) = nullptr;
};

/// By the fields' numbers.
constexpr std::array<FieldReader, 256> kReaders = [] {
    std::array<FieldReader, 256> readers{};
    ForEachField([&readers](auto place, auto member) {
        constexpr std::size_t kPlace = place;
        readers[kFieldTable[kPlace].number] = {
            &kFieldTable[kPlace],
            WireOf(member),
            [](EncodedInput& input, Call& call) {
                constexpr const FieldMember& kMember = kFieldTable[kPlace].member;
                ReadValue(input, call.*std::get<kMember.index()>(kMember));
            }};
    });
    return readers;
}();

const FieldReader* ReaderOf(std::size_t number) noexcept {
    const bool known = number < kReaders.size() && kReaders[number].field != nullptr;
    return known ? &kReaders[number] : nullptr;
}

}  // namespace

std::size_t EncodedSize(const Call& call) noexcept {
    Measure measure;
    PutCall(measure, call);
    return measure.size();
}

std::size_t EncodedSizeMax(const Call& call) noexcept {
    constexpr std::size_t kFixedBytesMax = sizeof(std::uint16_t) + sizeof(Uuid);  // Of a field.
    Measure measure;
    PutFieldsOfType<kTypeOf<std::string>>(measure, call);
    PutFieldsOfType<kTypeOf<Tags>>(measure, call);
    PutFieldsOfType<kTypeOf<std::vector<Attempt>>>(measure, call);
    return measure.size() + sizeof kVersion + kFieldTable.size() * kFixedBytesMax;
}

std::size_t EncodeCall(const Call& call, char* out) noexcept {
    Output output(out);
    PutCall(output, call);
    return output.WrittenSince(out);
}

Result<Call> DecodeCall(std::string_view bytes) {
    Call call;
    SG_TRY(DecodeCall(bytes, call));
    return call;
}

Status DecodeCall(std::string_view bytes, Call& call) {
    call.Clear();
    EncodedInput input(bytes);
    const auto version = input.TakeNumber<std::uint8_t>();
    if (version != kVersion) {
        return Error{
            ErrorCode::kCorrupt,
            "a Call of encoding version " + std::to_string(version) + "; known is 1"};
    }
    while (!input.AtEnd()) {
        const auto tag = input.TakeNumber<std::uint16_t>();
        const auto wire = static_cast<Wire>(tag & 7U);
        const FieldReader* const reader = ReaderOf(tag >> 3U);
        if (reader == nullptr) {
            Skip(input, wire);
            continue;
        }
        if (wire != reader->wire) {
            return Error{
                ErrorCode::kCorrupt,
                "the Call's field " + std::string(reader->field->name) + " has a wrong wire type"};
        }
        reader->read(input, call);
    }
    if (input.Damaged()) {
        return Error{ErrorCode::kCorrupt, "the Call ends within a field"};
    }
    return {};
}

std::string EncodeContent(const Content& content) {
    const auto flags = static_cast<std::uint8_t>(
        (content.redacted ? kContentRedacted : 0) | (content.truncated ? kContentTruncated : 0)
    );
    std::string bytes(
        2 + sizeof(Uuid) + 2 * kLengthBytes + content.input.size() + content.output.size(),
        '\0'
    );
    Output output(bytes.data());
    PutNumber(output, kVersion);
    output.Put(content.call_id.bytes.data(), content.call_id.bytes.size());
    PutNumber(output, flags);
    PutText(output, content.input);
    PutText(output, content.output);
    return bytes;
}

Result<Content> DecodeContent(std::string_view bytes) {
    EncodedInput input(bytes);
    const auto version = input.TakeNumber<std::uint8_t>();
    if (version != kVersion) {
        return Error{
            ErrorCode::kCorrupt,
            "a Content of encoding version " + std::to_string(version) + "; known is 1"};
    }
    Content content;
    ReadValue(input, content.call_id);
    const auto flags = input.TakeNumber<std::uint8_t>();
    content.redacted = (flags & kContentRedacted) != 0;
    content.truncated = (flags & kContentTruncated) != 0;
    ReadValue(input, content.input);
    ReadValue(input, content.output);
    if (input.Damaged() || !input.AtEnd()) {
        return Error{ErrorCode::kCorrupt, "the Content does not end where its lengths say"};
    }
    return content;
}

}  // namespace sightglass
