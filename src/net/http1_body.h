// Where an HTTP/1.1 body ends, found in its bytes as they pass, and which of them are payload.
// Chunked framing is followed, not undone: bodies are forwarded as they came.
//
//   BodyFramer framer;
//   framer.Start(head.Body(), head.content_length);
//   std::size_t used = framer.Read(bytes, [&](std::string_view payload) { … });
//   // bytes.substr(used) belongs to the next message, once framer.Done().
//
// Source: RFC 9112, sections 6 and 7.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/http1.h"

namespace sightglass::net {

class BodyFramer {
public:
    /// Chunk extensions of one chunk, and all trailers together, may be this long.
    static constexpr std::size_t kExtensionBytesMax = 4U << 10;
    static constexpr std::size_t kTrailerBytesMax = 16U << 10;

    /// A new body. One of kind kNone, or of length 0, is done at once.
    void Start(BodyKind kind, std::uint64_t length) noexcept;

    /// Takes what belongs to the body from the front of `bytes`, hands each piece of payload to
    /// `payload`, and returns how much it took: less than all only where the body is Done() or
    /// Bad().
    template <typename Payload>
    std::size_t Read(std::string_view bytes, Payload&& payload) {
        std::size_t used = 0;
        while (used < bytes.size() && state_ != State::kDone && state_ != State::kBad) {
            std::string_view piece;
            used += Step(bytes.substr(used), piece);
            if (!piece.empty()) {
                payload(piece);
            }
        }
        return used;
    }

    /// The connection ended: the proper end of a body of kind kUntilClose, and of no other.
    void Close() noexcept;

    bool Done() const noexcept { return state_ == State::kDone; }

    bool Bad() const noexcept { return state_ == State::kBad; }

private:
    enum class State : std::uint8_t {
        kDone,
        kBad,
        kUntilClose,
        kLength,
        kSize,  ///< First digit of a chunk size.
        kSizeDigits,
        kExtension,
        kSizeLf,
        kData,
        kDataCr,
        kDataLf,
        kTrailerStart,  ///< A trailer's first byte, or the empty line that ends all.
        kTrailerName,
        kTrailerValue,
        kTrailerLf,
        kLastLf,
    };

    std::size_t Step(std::string_view bytes, std::string_view& payload) noexcept;
    std::size_t TakePayload(std::string_view bytes, std::string_view& payload) noexcept;
    State Frame(char c) noexcept;
    State SizeByte(char c) noexcept;
    State TrailerByte(char c) noexcept;
    State TrailerNameByte(char c) noexcept;

    State state_ = State::kDone;
    std::uint64_t left_ = 0;        ///< Payload bytes to come: of the body, or of the chunk.
    std::size_t trailer_size_ = 0;  ///< Of the name that is being read.
    bool like_coding_ = false;      ///< So far it is that of Transfer-Encoding.
    bool like_length_ = false;      ///< So far it is that of Content-Length.
    std::size_t overhead_ =
        0;  ///< Bytes of this chunk's size, of its extensions, or of the trailers.
};

}  // namespace sightglass::net
