#include "analytics/cursor_time.h"

#include <array>
#include <charconv>
#include <cstdint>

#include "base/text.h"

namespace sightglass::analytics {
namespace {

constexpr std::size_t kDigits = 16;

}  // namespace

std::string WriteCursorTime(Time time) {
    std::array<std::uint8_t, kDigits / 2> bytes{};
    auto bits = static_cast<std::uint64_t>(ToMicros(time));
    for (std::size_t i = bytes.size(); i-- > 0; bits >>= 8) {
        bytes[i] = static_cast<std::uint8_t>(bits);
    }
    return ToHex(bytes);
}

std::optional<Time> TakeCursorTime(std::string_view& cursor) {
    if (cursor.size() < kDigits) {
        return std::nullopt;
    }
    std::uint64_t bits = 0;
    const char* const digits_end = cursor.data() + kDigits;
    const auto [end, failed] = std::from_chars(cursor.data(), digits_end, bits, 16);
    if (failed != std::errc() || end != digits_end) {
        return std::nullopt;
    }
    cursor.remove_prefix(kDigits);
    return TimeFromMicros(static_cast<std::int64_t>(bits));
}

}  // namespace sightglass::analytics
