#include "net/http1_body.h"

#include <algorithm>

#include "base/text.h"
#include "net/http1_bytes.h"

namespace sightglass::net {
namespace {

/// Chunk sizes stay far from where arithmetic could wrap around.
constexpr std::uint64_t kChunkBytesMax = std::uint64_t{1} << 56;

constexpr std::size_t kSizeDigitsMax = 16;

constexpr std::string_view kTransferEncoding = "transfer-encoding";
constexpr std::string_view kContentLength = "content-length";

int HexDigit(char c) noexcept {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

}  // namespace

void BodyFramer::Start(BodyKind kind, std::uint64_t length) noexcept {
    left_ = 0;
    overhead_ = 0;
    switch (kind) {
        case BodyKind::kNone:
            state_ = State::kDone;
            break;
        case BodyKind::kLength:
            left_ = length;
            state_ = length > 0 ? State::kLength : State::kDone;
            break;
        case BodyKind::kChunked:
            state_ = State::kSize;
            break;
        case BodyKind::kUntilClose:
            state_ = State::kUntilClose;
            break;
    }
}

void BodyFramer::Close() noexcept {
    if (state_ != State::kDone) {
        state_ = state_ == State::kUntilClose ? State::kDone : State::kBad;
    }
}

std::size_t BodyFramer::Step(std::string_view bytes, std::string_view& payload) noexcept {
    switch (state_) {
        case State::kUntilClose:
            payload = bytes;
            return bytes.size();
        case State::kLength:
        case State::kData:
            return TakePayload(bytes, payload);
        default:
            break;
    }
    std::size_t used = 0;
    while (used < bytes.size() && state_ != State::kData && state_ > State::kLength) {
        state_ = Frame(bytes[used]);
        ++used;
    }
    return used;
}

std::size_t BodyFramer::TakePayload(std::string_view bytes, std::string_view& payload) noexcept {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    payload = bytes.substr(0, size);
    left_ -= size;
    if (left_ == 0) {
        state_ = state_ == State::kLength ? State::kDone : State::kDataCr;
    }
    return size;
}

BodyFramer::State BodyFramer::Frame(char c) noexcept {
    switch (state_) {
        case State::kSize:
        case State::kSizeDigits:
        case State::kExtension:
            return SizeByte(c);
        case State::kSizeLf:
            if (c != '\n') {
                return State::kBad;
            }
            overhead_ = 0;
            return left_ > 0 ? State::kData : State::kTrailerStart;
        case State::kDataCr:
            return c == '\r' ? State::kDataLf : State::kBad;
        case State::kDataLf:
            return c == '\n' ? State::kSize : State::kBad;
        case State::kLastLf:
            return c == '\n' ? State::kDone : State::kBad;
        default:
            return TrailerByte(c);
    }
}

BodyFramer::State BodyFramer::SizeByte(char c) noexcept {
    if (state_ == State::kExtension) {
        if (c == '\r') {
            return State::kSizeLf;
        }
        ++overhead_;
        return IsFieldByte(c) && overhead_ <= kExtensionBytesMax ? State::kExtension : State::kBad;
    }
    if (state_ == State::kSizeDigits && c == '\r') {
        return State::kSizeLf;
    }
    if (state_ == State::kSizeDigits && c == ';') {
        overhead_ = 0;
        return State::kExtension;
    }
    const int digit = HexDigit(c);
    if (digit < 0) {
        return State::kBad;
    }
    ++overhead_;
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    return left_ < kChunkBytesMax && overhead_ <= kSizeDigitsMax ? State::kSizeDigits : State::kBad;
}

BodyFramer::State BodyFramer::TrailerByte(char c) noexcept {
    ++overhead_;
    if (overhead_ > kTrailerBytesMax) {
        return State::kBad;
    }
    switch (state_) {
        case State::kTrailerStart:
            if (c == '\r') {
                return State::kLastLf;
            }
            trailer_size_ = 0;
            like_coding_ = true;
            like_length_ = true;
            return TrailerNameByte(c);
        case State::kTrailerName:
            return TrailerNameByte(c);
        case State::kTrailerValue:
            if (c == '\r') {
                return State::kTrailerLf;
            }
            return IsFieldByte(c) ? State::kTrailerValue : State::kBad;
        case State::kTrailerLf:
            return c == '\n' ? State::kTrailerStart : State::kBad;
        default:
            return State::kBad;
    }
}

/// A trailer must not say where the message ends (RFC 9110, section 6.5.1): somebody behind us might believe it.
BodyFramer::State BodyFramer::TrailerNameByte(char c) noexcept {
    if (c == ':' && trailer_size_ > 0) {
        const bool framing = (like_coding_ && trailer_size_ == kTransferEncoding.size()) ||
                             (like_length_ && trailer_size_ == kContentLength.size());
        return framing ? State::kBad : State::kTrailerValue;
    }
    if (!IsTokenByte(c)) {
        return State::kBad;
    }
    const auto goes_on_like = [&](std::string_view name) {
        return trailer_size_ < name.size() && ToLower(c) == name[trailer_size_];
    };
    like_coding_ = like_coding_ && goes_on_like(kTransferEncoding);
    like_length_ = like_length_ && goes_on_like(kContentLength);
    ++trailer_size_;
    return State::kTrailerName;
}

}  // namespace sightglass::net
