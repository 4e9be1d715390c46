// The journal's bytes: headers of files and records. Pure functions; see docs/formats/journal.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightglass::journal {

inline constexpr std::size_t kRecordHeaderBytes = 8;
inline constexpr std::size_t kFileHeaderBytes = 64;
inline constexpr std::size_t kRingDataOffset = 64U << 10;  ///< A multiple of every page size.
inline constexpr std::size_t kPayloadBytesMax = (1U << 24) - 1;
inline constexpr std::size_t kNameBytesMax = 23;

constexpr std::size_t AlignRecord(std::size_t bytes) noexcept {
    return (bytes + 7) & ~std::size_t{7};
}

/// Bytes that a record takes, header and padding included.
constexpr std::size_t RecordBytes(std::size_t payload_bytes) noexcept {
    return AlignRecord(kRecordHeaderBytes + payload_bytes);
}

/// What a ring and a segment say about themselves.
struct FileHeader {
    std::uint64_t stream = 0;
    std::uint64_t number = 0;          ///< Segment: its number. Ring: bytes of data.
    std::uint64_t first_position = 0;  ///< Ring: what stands before it is in segments.
    std::string name;
};

std::string EncodeSegmentHeader(const FileHeader& header);
std::string EncodeRingHeader(const FileHeader& header);

/// Nothing where the bytes are not such a header.
std::optional<FileHeader> DecodeSegmentHeader(std::string_view bytes);
std::optional<FileHeader> DecodeRingHeader(std::string_view bytes);

/// 1 to 23 characters of a-z, 0-9 and hyphen.
bool IsWriterName(std::string_view name) noexcept;

/// Checksums of one stream's records.
/// Thread-safety: immutable.
class RecordCodec {
public:
    explicit RecordCodec(std::uint64_t stream) noexcept;

    /// Writes header and padding around a payload that already stands at `record` + 8.
    void Seal(char* record, std::uint64_t position, std::uint8_t type, std::size_t payload_bytes)
        const noexcept;

    struct Parsed {
        std::uint8_t type = 0;
        std::string_view payload;
        std::size_t record_bytes = 0;
    };

    enum class Verdict : std::uint8_t {
        kRecord,
        kEnd,      ///< Zeros: nothing was written here, or no bytes are left.
        kPartial,  ///< The bytes end before the record does.
        kDamaged,  ///< Its checksum is wrong, or it has no type.
    };

    /// Reads the record at the front of `bytes`, which stands at `position` of the stream.
    Verdict Parse(std::string_view bytes, std::uint64_t position, Parsed& parsed) const noexcept;

private:
    std::uint32_t Checksum(std::uint64_t position, std::uint32_t word, std::string_view payload)
        const noexcept;

    std::uint32_t seed_;
};

/// Length of a sealed record, from its header alone. For records known to be whole.
std::size_t SealedRecordBytes(const char* record) noexcept;

}  // namespace sightglass::journal
