// Reading protobuf's wire format, field by field, without copying, generated code or exceptions.
//
//   WireReader message(bytes);
//   while (message.Next()) {
//       if (message.Field() == 1) { name = message.Bytes(); }
//   }
//   if (message.Failed()) { … }
//
// Nothing is read deeper than the caller descends. A value is read as what it is on the wire, and a
// field of another wire type than was asked for answers zero or nothing, as protobuf's rules for
// unknown fields have it. Source: protobuf.dev/programming-guides/encoding.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sightglass::codec {

enum class WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

class WireReader {
public:
    /// The bytes must outlive the reader and every view it hands out.
    explicit WireReader(std::string_view bytes) noexcept
        : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    /// Goes to the next field; false at the end, and where the bytes do not follow the format.
    bool Next() noexcept;

    /// The message broke off, or was no protobuf. What was read before may be used.
    bool Failed() const noexcept { return failed_; }

    std::uint32_t Field() const noexcept { return field_; }

    WireType Type() const noexcept { return type_; }

    /// A varint's or a fixed number's bits.
    std::uint64_t Number() const noexcept { return number_; }

    double Double() const noexcept;

    /// Text, bytes, a message within, packed numbers.
    std::string_view Bytes() const noexcept { return bytes_; }

private:
    /// Most tags, lengths and counts are of one byte.
    bool ReadVarint(std::uint64_t& value) noexcept {
        if (at_ != end_ && (static_cast<unsigned char>(*at_) & 0x80U) == 0) {
            value = static_cast<unsigned char>(*at_++);
            return true;
        }
        return ReadLongVarint(value);
    }

    bool ReadLongVarint(std::uint64_t& value) noexcept;
    bool ReadFixed(std::size_t size) noexcept;
    bool Fail() noexcept;

    const char* at_;
    const char* end_;
    std::uint32_t field_ = 0;
    WireType type_ = WireType::kVarint;
    bool failed_ = false;
    std::uint64_t number_ = 0;
    std::string_view bytes_;
};

/// Appends one field to a message.
/// Thread-safety: pure functions.
void AppendWireNumber(std::uint32_t field, std::uint64_t value, std::string& message);
void AppendWireBytes(std::uint32_t field, std::string_view value, std::string& message);

}  // namespace sightglass::codec
