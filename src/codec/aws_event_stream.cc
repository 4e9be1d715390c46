#include "codec/aws_event_stream.h"

#include <zlib.h>

#include <algorithm>
#include <optional>

namespace sightglass::codec {
namespace {

constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kHeadersBytesMax = 128U << 10;
constexpr std::size_t kMessageBytesMax = 24U << 20;

std::uint32_t ReadU32(const char* bytes) noexcept {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = value << 8U | static_cast<std::uint8_t>(bytes[i]);
    }
    return value;
}

std::uint32_t Crc32(std::uint32_t seed, std::string_view bytes) noexcept {
    const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
    return static_cast<std::uint32_t>(::crc32_z(seed, data, bytes.size()));
}

/// Takes `size` bytes from the front; nothing where there are fewer.
std::optional<std::string_view> Take(std::string_view& bytes, std::size_t size) noexcept {
    if (bytes.size() < size) {
        return std::nullopt;
    }
    const std::string_view taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
}

constexpr int kTypeBytes = 6;
constexpr int kTypeString = 7;

/// The value of a header of that type; of texts and bytes without their length.
std::optional<std::string_view> TakeValue(std::string_view& headers, int type) noexcept {
    constexpr std::array<std::size_t, 10> kSizes = {0, 0, 1, 2, 4, 8, 0, 0, 8, 16};
    if (type < 0 || type >= static_cast<int>(kSizes.size())) {
        return std::nullopt;
    }
    if (type != kTypeBytes && type != kTypeString) {
        return Take(headers, kSizes[static_cast<std::size_t>(type)]);
    }
    const auto length = Take(headers, 2);
    if (!length.has_value()) {
        return std::nullopt;
    }
    const auto high = static_cast<std::uint8_t>(length->front());
    return Take(headers, std::size_t{high} * 256 + static_cast<std::uint8_t>(length->back()));
}

}  // namespace

bool AwsMessageReader::Next(std::string_view& bytes, AwsMessage& message) {
    if (taken_) {
        message_.Clear();
        taken_ = false;
    }
    while (!broken_ && !bytes.empty()) {
        if (prelude_size_ < kPreludeBytes && !TakePrelude(bytes)) {
            continue;
        }
        const std::string_view part = bytes.substr(0, bytes_left_);
        Sum(part);
        bytes.remove_prefix(part.size());
        if (bytes_left_ > 0) {
            message_.Add(part);
            return false;
        }
        prelude_size_ = 0;
        const bool whole = message_.empty() && part.size() <= message_bytes_max_;
        if (!whole) {
            message_.Add(part);
        }
        taken_ = true;
        broken_ =
            ReadU32(last_.data()) != crc_ || !ReadMessage(whole ? part : message_.View(), message);
        return !broken_;
    }
    bytes = {};
    return false;
}

bool AwsMessageReader::TakePrelude(std::string_view& bytes) {
    const std::string_view part = bytes.substr(0, kPreludeBytes - prelude_size_);
    std::copy(
        part.begin(),
        part.end(),
        prelude_.begin() + static_cast<std::ptrdiff_t>(prelude_size_)
    );
    prelude_size_ += part.size();
    bytes.remove_prefix(part.size());
    if (prelude_size_ < kPreludeBytes) {
        return false;
    }
    broken_ = !ReadPrelude();
    return !broken_ && !bytes.empty();
}

bool AwsMessageReader::ReadPrelude() {
    const std::size_t total = ReadU32(prelude_.data());
    headers_bytes_ = ReadU32(prelude_.data() + 4);
    const std::string_view prelude(prelude_.data(), prelude_.size());
    crc_ = Crc32(0, prelude.substr(0, 8));
    const bool sum_right = ReadU32(prelude_.data() + 8) == crc_;
    crc_ = Crc32(crc_, prelude.substr(8));
    if (!sum_right || total > kMessageBytesMax || headers_bytes_ > kHeadersBytesMax ||
        total < kPreludeBytes + headers_bytes_ + kChecksumBytes) {
        return false;
    }
    bytes_left_ = total - kPreludeBytes;
    return true;
}

/// Adds to the checksum all but the message's last four bytes, which are kept beside.
void AwsMessageReader::Sum(std::string_view part) noexcept {
    const std::size_t summed =
        std::min(part.size(), bytes_left_ - std::min(bytes_left_, kChecksumBytes));
    crc_ = Crc32(crc_, part.substr(0, summed));
    bytes_left_ -= summed;
    for (const char byte : part.substr(summed)) {
        last_[kChecksumBytes - bytes_left_] = byte;
        --bytes_left_;
    }
}

bool AwsMessageReader::ReadMessage(std::string_view rest, AwsMessage& message) {
    message = {};
    message.truncated = message_.Cut();
    const std::size_t headers_kept =
        message.truncated ? message_bytes_max_ - message_bytes_max_ / 4 : rest.size();
    if (headers_bytes_ > headers_kept) {
        return false;
    }
    message.payload = rest.substr(headers_bytes_, rest.size() - headers_bytes_ - kChecksumBytes);
    return ReadHeaders(rest.substr(0, headers_bytes_), message);
}

bool AwsMessageReader::ReadHeaders(std::string_view headers, AwsMessage& message) {
    while (!headers.empty()) {
        const auto length = Take(headers, 1);
        const auto name = Take(headers, static_cast<std::uint8_t>(length->front()));
        const auto type = Take(headers, 1);
        if (!name.has_value() || !type.has_value()) {
            return false;
        }
        const auto value = TakeValue(headers, static_cast<std::uint8_t>(type->front()));
        if (!value.has_value()) {
            return false;
        }
        if (*name == ":message-type") {
            message.message_type = *value;
        } else if (*name == ":event-type" || *name == ":exception-type" || *name == ":error-code") {
            message.name = *value;
        } else if (*name == ":error-message") {
            message.error_message = *value;
        }
    }
    return true;
}

}  // namespace sightglass::codec
