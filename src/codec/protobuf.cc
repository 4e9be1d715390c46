#include "codec/protobuf.h"

#include <bit>
#include <cstring>

#include <protozero/exception.hpp>
#include <protozero/pbf_writer.hpp>
#include <protozero/varint.hpp>

namespace sightglass::codec {
namespace {

static_assert(
    std::endian::native == std::endian::little,
    "fixed numbers are copied as they lie in memory"
);

constexpr std::uint64_t kFieldMax = (1U << 29U) - 1;

}  // namespace

bool WireReader::Fail() noexcept {
    failed_ = true;
    at_ = end_;
    return false;
}

bool WireReader::ReadLongVarint(std::uint64_t& value) noexcept {
    try {
        value = protozero::decode_varint(&at_, end_);
    } catch (const protozero::exception&) {
        return Fail();
    }
    return true;
}

bool WireReader::ReadFixed(std::size_t size) noexcept {
    if (static_cast<std::size_t>(end_ - at_) < size) {
        return Fail();
    }
    number_ = 0;
    std::memcpy(&number_, at_, size);
    at_ += size;
    return true;
}

bool WireReader::Next() noexcept {
    if (at_ == end_) {
        return false;
    }
    std::uint64_t tag = 0;
    if (!ReadVarint(tag)) {
        return false;
    }
    if (tag >> 3U == 0 || tag >> 3U > kFieldMax) {
        return Fail();
    }
    field_ = static_cast<std::uint32_t>(tag >> 3U);
    type_ = static_cast<WireType>(tag & 7U);
    number_ = 0;
    bytes_ = {};
    switch (type_) {
        case WireType::kVarint:
            return ReadVarint(number_);
        case WireType::kFixed64:
            return ReadFixed(sizeof(std::uint64_t));
        case WireType::kFixed32:
            return ReadFixed(sizeof(std::uint32_t));
        case WireType::kBytes: {
            std::uint64_t size = 0;
            if (!ReadVarint(size)) {
                return false;
            }
            if (size > static_cast<std::uint64_t>(end_ - at_)) {
                return Fail();
            }
            bytes_ = {at_, static_cast<std::size_t>(size)};
            at_ += size;
            return true;
        }
    }
    return Fail();  // Groups, which nobody sends, and what is no wire type.
}

double WireReader::Double() const noexcept {
    return type_ == WireType::kFixed64 ? std::bit_cast<double>(number_) : 0;
}

void AppendWireNumber(std::uint32_t field, std::uint64_t value, std::string& message) {
    protozero::pbf_writer(message).add_uint64(field, value);
}

void AppendWireBytes(std::uint32_t field, std::string_view value, std::string& message) {
    protozero::pbf_writer(message).add_bytes(field, value.data(), value.size());
}

}  // namespace sightglass::codec
