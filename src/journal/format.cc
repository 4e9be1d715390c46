#include "journal/format.h"

#include <array>
#include <bit>
#include <cstring>

#include "codec/crc32c.h"

namespace sightglass::journal {
namespace {

static_assert(std::endian::native == std::endian::little, "the journal's files are little-endian");

constexpr std::string_view kSegmentMagic = "SGJRNL01";
constexpr std::string_view kRingMagic = "SGRING01";
constexpr std::size_t kNameOffset = 32;
constexpr std::size_t kChecksumOffset = 60;
constexpr std::uint32_t kLengthMask = (1U << 24) - 1;

template <typename Number>
void Put(char* at, Number number) noexcept {
    std::memcpy(at, &number, sizeof number);
}

template <typename Number>
Number Get(const char* at) noexcept {
    Number number{};
    std::memcpy(&number, at, sizeof number);
    return number;
}

std::string Encode(std::string_view magic, const FileHeader& header) {
    std::string bytes(kFileHeaderBytes, '\0');
    std::memcpy(bytes.data(), magic.data(), magic.size());
    Put(bytes.data() + 8, header.stream);
    Put(bytes.data() + 16, header.number);
    Put(bytes.data() + 24, header.first_position);
    std::memcpy(
        bytes.data() + kNameOffset,
        header.name.data(),
        std::min(header.name.size(), kNameBytesMax)
    );
    const std::string_view checked = std::string_view(bytes).substr(0, kChecksumOffset);
    Put(bytes.data() + kChecksumOffset, codec::Crc32c(checked));
    return bytes;
}

std::optional<FileHeader> Decode(std::string_view magic, std::string_view bytes) {
    if (bytes.size() < kFileHeaderBytes || bytes.substr(0, magic.size()) != magic ||
        Get<std::uint32_t>(bytes.data() + kChecksumOffset) !=
            codec::Crc32c(bytes.substr(0, kChecksumOffset))) {
        return std::nullopt;
    }
    FileHeader header;
    header.stream = Get<std::uint64_t>(bytes.data() + 8);
    header.number = Get<std::uint64_t>(bytes.data() + 16);
    header.first_position = Get<std::uint64_t>(bytes.data() + 24);
    const std::string_view name = bytes.substr(kNameOffset, kNameBytesMax);
    header.name = name.substr(0, name.find('\0'));
    if (!IsWriterName(header.name)) {
        return std::nullopt;
    }
    return header;
}

}  // namespace

std::string EncodeSegmentHeader(const FileHeader& header) {
    return Encode(kSegmentMagic, header);
}

std::string EncodeRingHeader(const FileHeader& header) {
    return Encode(kRingMagic, header);
}

std::optional<FileHeader> DecodeSegmentHeader(std::string_view bytes) {
    return Decode(kSegmentMagic, bytes);
}

std::optional<FileHeader> DecodeRingHeader(std::string_view bytes) {
    return Decode(kRingMagic, bytes);
}

bool IsWriterName(std::string_view name) noexcept {
    constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
    return !name.empty() && name.size() <= kNameBytesMax &&
           name.find_first_not_of(kAllowed) == std::string_view::npos;
}

RecordCodec::RecordCodec(std::uint64_t stream) noexcept
    : seed_(codec::Crc32c({reinterpret_cast<const char*>(&stream), sizeof stream})) {}

std::uint32_t RecordCodec::Checksum(
    std::uint64_t position,
    std::uint32_t word,
    std::string_view payload
) const noexcept {
    std::array<char, sizeof position + sizeof word> place;
    Put(place.data(), position);
    Put(place.data() + sizeof position, word);
    return codec::Crc32c(payload, codec::Crc32c({place.data(), place.size()}, seed_));
}

void RecordCodec::Seal(
    char* record,
    std::uint64_t position,
    std::uint8_t type,
    std::size_t payload_bytes
) const noexcept {
    const std::string_view payload(record + kRecordHeaderBytes, payload_bytes);
    const std::size_t end = kRecordHeaderBytes + payload_bytes;
    std::memset(record + end, 0, AlignRecord(end) - end);
    const auto word = static_cast<std::uint32_t>(payload_bytes) | static_cast<std::uint32_t>(type)
                                                                      << 24U;
    Put(record, Checksum(position, word, payload));
    Put(record + sizeof word, word);
}

RecordCodec::Verdict
RecordCodec::Parse(std::string_view bytes, std::uint64_t position, Parsed& parsed) const noexcept {
    if (bytes.empty()) {
        return Verdict::kEnd;
    }
    if (bytes.size() < kRecordHeaderBytes) {
        return Verdict::kPartial;
    }
    const auto checksum = Get<std::uint32_t>(bytes.data());
    const auto word = Get<std::uint32_t>(bytes.data() + sizeof checksum);
    if (checksum == 0 && word == 0) {
        return Verdict::kEnd;
    }
    parsed.type = static_cast<std::uint8_t>(word >> 24U);
    if (parsed.type == 0) {
        return Verdict::kDamaged;
    }
    const std::size_t payload_bytes = word & kLengthMask;
    parsed.record_bytes = RecordBytes(payload_bytes);
    if (bytes.size() < parsed.record_bytes) {
        return Verdict::kPartial;
    }
    parsed.payload = bytes.substr(kRecordHeaderBytes, payload_bytes);
    return Checksum(position, word, parsed.payload) == checksum ? Verdict::kRecord
                                                                : Verdict::kDamaged;
}

std::size_t SealedRecordBytes(const char* record) noexcept {
    return RecordBytes(Get<std::uint32_t>(record + sizeof(std::uint32_t)) & kLengthMask);
}

}  // namespace sightglass::journal
