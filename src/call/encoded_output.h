// Bytes that EncodedInput reads back: numbers little-endian as the machine has them, texts behind their length.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/uuid.h"

namespace sightglass {

/// What stands for an unknown value of a vocabulary, and for an unknown time.
inline constexpr std::uint8_t kUnknownEnum = 0xff;
inline constexpr std::int64_t kUnknownTime = INT64_MIN;

template <typename Number>
void PutNumber(Number number, std::string& bytes) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

inline void PutText(std::string_view text, std::string& bytes) {
    PutNumber(static_cast<std::uint32_t>(text.size()), bytes);
    bytes += text;
}

inline void PutUuid(const Uuid& uuid, std::string& bytes) {
    bytes.append(reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size());
}

template <typename Enum>
void PutEnum(const std::optional<Enum>& value, std::string& bytes) {
    PutNumber(value ? static_cast<std::uint8_t>(*value) : kUnknownEnum, bytes);
}

inline void PutTime(const std::optional<Time>& time, std::string& bytes) {
    PutNumber(time ? ToMicros(*time) : kUnknownTime, bytes);
}

}  // namespace sightglass
