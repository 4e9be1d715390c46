#include "analytics/cursor_time.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <span>

#include "base/text.h"

namespace sightglass::analytics {
namespace {

constexpr std::size_t kDigits = 16;

std::optional<std::string> FromHex(std::string_view text) {
    std::string bytes;
    for (; text.size() >= 2; text.remove_prefix(2)) {
        unsigned value = 0;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + 2, value, 16);
        if (failed != std::errc() || end != text.data() + 2) {
            return std::nullopt;
        }
        bytes += static_cast<char>(value);
    }
    return text.empty() ? std::optional(bytes) : std::nullopt;
}

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

std::string WriteTextCursor(Time time, std::string_view id) {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(id.data());
    return WriteCursorTime(time) + ToHex(std::span(bytes, id.size()));
}

std::optional<TextCursor> ReadTextCursor(std::string_view text) {
    const std::optional<Time> time = TakeCursorTime(text);
    const std::optional<std::string> id = FromHex(text);
    return time && id && !id->empty() ? std::optional(TextCursor{*time, *id}) : std::nullopt;
}

}  // namespace sightglass::analytics
