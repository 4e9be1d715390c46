// Messages of the media type application/vnd.amazon.eventstream out of a stream of bytes, split anywhere: what AWS Bedrock streams
// its answers in. Integers are big-endian:
//
//   u32 length of the whole message | u32 length of the headers | u32 CRC-32 of these eight bytes
//   headers: u8 length of the name, name, u8 type, value | payload | u32 CRC-32 of all bytes before
//
// Both checksums are checked; after a message that is not well formed nothing more is read (Broken). Linear time; a message beyond
// the bound keeps its headers and the first and last part of its payload.
//
// Source: Smithy 2.0, "Amazon Event Stream Specification".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "codec/bounded_text.h"

namespace sightglass::codec {

/// Views, valid until the reader's next call.
/// Thread-safety: plain value.
struct AwsMessage {
    std::string_view message_type;   ///< "event", "exception" or "error".
    std::string_view name;           ///< Event type, exception type or error code.
    std::string_view error_message;  ///< Of an "error".
    std::string_view payload;
    bool truncated = false;  ///< The payload's middle is missing.
};

/// Thread-safety: one thread at a time.
class AwsMessageReader {
public:
    explicit AwsMessageReader(std::size_t message_bytes_max) noexcept
        : message_bytes_max_(message_bytes_max), message_(message_bytes_max) {}

    /// Takes bytes from the front until a message ends in them (true) or they are used up (false).
    bool Next(std::string_view& bytes, AwsMessage& message);

    /// A message was malformed or its checksum wrong.
    bool Broken() const noexcept { return broken_; }

    /// A message was begun and has not ended.
    bool Open() const noexcept { return prelude_size_ > 0; }

    static constexpr std::size_t kPreludeBytes = 12;

private:
    /// True once the prelude is complete and right.
    bool TakePrelude(std::string_view& bytes);
    bool ReadPrelude();
    void Sum(std::string_view part) noexcept;
    bool ReadMessage(std::string_view rest, AwsMessage& message);
    bool ReadHeaders(std::string_view headers, AwsMessage& message);

    std::size_t message_bytes_max_;
    std::array<char, kPreludeBytes> prelude_{};
    std::size_t prelude_size_ = 0;   // How much of it has come.
    std::size_t headers_bytes_ = 0;  // Of the message that is open.
    std::size_t bytes_left_ = 0;     // Behind its prelude.
    std::uint32_t crc_ = 0;
    std::array<char, 4>
        last_{};           // The last bytes that came: in the end, the message's own checksum.
    BoundedText message_;  // What stands behind the prelude, as far as it has come.
    bool taken_ = false;   // message_ was handed out.
    bool broken_ = false;
};

}  // namespace sightglass::codec
