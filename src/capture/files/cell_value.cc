#include "capture/files/cell_value.h"

#include <array>
#include <chrono>
#include <limits>

#include "base/text.h"

namespace sightglass::capture::files {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kMicrosPerSecond = 1'000'000;

bool IsDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// A decimal number taken apart: `mantissa` times 10^`exponent`. Digits beyond what fits are left
/// out where they stand behind the point.
struct Decimal {
    Wide mantissa = 0;
    int exponent = 0;
    bool negative = false;
};

/// Reads the digits before and behind the point from the front of `text`; false where there are
/// none, or too many before it.
bool TakeDigits(std::string_view& text, Decimal& decimal) noexcept {
    constexpr Wide kMantissaMax = Wide{1} << 90;
    bool any = false;
    bool fraction = false;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '.' && !fraction) {
            fraction = true;
            continue;
        }
        if (!IsDigit(c)) {
            break;
        }
        any = true;
        if (decimal.mantissa < kMantissaMax) {
            decimal.mantissa = decimal.mantissa * 10 + (c - '0');
            decimal.exponent -= fraction ? 1 : 0;
        } else if (!fraction) {
            return false;
        }
    }
    text.remove_prefix(at);
    return any;
}

std::optional<Decimal> ParseDecimal(std::string_view text) noexcept {
    constexpr std::int64_t kExponentMax = 40;
    Decimal decimal;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        decimal.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (!TakeDigits(text, decimal)) {
        return std::nullopt;
    }
    if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
        text.remove_prefix(1);
        if (text.starts_with('+')) {
            text.remove_prefix(1);
        }
        const auto exponent = ParseInt(text);
        if (!exponent || *exponent > kExponentMax || *exponent < -kExponentMax) {
            return std::nullopt;
        }
        decimal.exponent += static_cast<int>(*exponent);
        text = {};
    }
    return text.empty() ? std::optional(decimal) : std::nullopt;
}

/// Reads `count` digits at `at`; -1 where they are none.
int DigitsAt(std::string_view text, std::size_t at, std::size_t count) noexcept {
    if (at + count > text.size()) {
        return -1;
    }
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (!IsDigit(text[i])) {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

std::optional<Time> DayOf(int year, int month, int day) noexcept {
    if (year < 0 || month < 0 || day < 0) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{
        std::chrono::year(year),
        std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day))};
    return date.ok() ? std::optional(Time(std::chrono::sys_days(date))) : std::nullopt;
}

/// "18:15:46" at the front, and what follows its point, as µs; what is left stays in `text`.
std::optional<Duration> TakeClock(std::string_view& text) noexcept {
    const int hour = DigitsAt(text, 0, 2);
    const int minute = DigitsAt(text, 3, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[2] != ':') {
        return std::nullopt;
    }
    Duration clock = std::chrono::hours(hour) + std::chrono::minutes(minute);
    text.remove_prefix(5);
    if (!text.starts_with(':')) {
        return clock;
    }
    const int second = DigitsAt(text, 1, 2);
    if (second < 0 || second > 60) {
        return std::nullopt;
    }
    clock += std::chrono::seconds(second);
    text.remove_prefix(3);
    if (text.size() > 1 && (text.front() == '.' || text.front() == ',') && IsDigit(text[1])) {
        text.remove_prefix(1);
        std::int64_t unit = kMicrosPerSecond;
        while (!text.empty() && IsDigit(text.front())) {
            unit /= 10;
            clock += Duration((text.front() - '0') * unit);
            text.remove_prefix(1);
        }
    }
    return clock;
}

/// "Z", "+01:00", "+0100", "+01", " UTC" or nothing.
std::optional<Duration> ZoneOf(std::string_view text) noexcept {
    text = Trim(text);
    if (text.empty() || text == "Z" || text == "z" || text == "UTC" || text == "GMT") {
        return Duration(0);
    }
    const int hours = DigitsAt(text, 1, 2);
    const std::size_t minutes_at = text.size() > 3 && text[3] == ':' ? 4 : 3;
    const int minutes = text.size() == 3 ? 0 : DigitsAt(text, minutes_at, 2);
    const bool whole = text.size() == 3 || text.size() == minutes_at + 2;
    if ((text.front() != '+' && text.front() != '-') || hours < 0 || hours > 23 || minutes < 0 ||
        minutes > 59 || !whole) {
        return std::nullopt;
    }
    const Duration offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    return text.front() == '-' ? -offset : offset;
}

/// "2023-11-16", and the time of day behind it.
std::optional<Time> CalendarTime(std::string_view text) noexcept {
    constexpr std::size_t kDateBytes = 10;
    if (text.size() < kDateBytes || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto day = DayOf(DigitsAt(text, 0, 4), DigitsAt(text, 5, 2), DigitsAt(text, 8, 2));
    text.remove_prefix(kDateBytes);
    if (!day || text.empty()) {
        return day;
    }
    if (text.front() != ' ' && text.front() != 'T' && text.front() != 't') {
        return std::nullopt;
    }
    text.remove_prefix(1);
    const auto clock = TakeClock(text);
    const auto zone = ZoneOf(text);
    return clock && zone ? std::optional(*day + *clock - *zone) : std::nullopt;
}

/// "22/Nov/2026:08:18:42 +0000", as web servers log it.
std::optional<Time> LogTime(std::string_view text) noexcept {
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    constexpr std::size_t kDateBytes = 12;
    if (text.size() <= kDateBytes || text[2] != '/' || text[6] != '/' || text[11] != ':') {
        return std::nullopt;
    }
    const std::size_t month = kMonths.find(text.substr(3, 3));
    if (month == std::string_view::npos || month % 3 != 0) {
        return std::nullopt;
    }
    const auto day =
        DayOf(DigitsAt(text, 7, 4), static_cast<int>(month / 3) + 1, DigitsAt(text, 0, 2));
    text.remove_prefix(kDateBytes);
    const auto clock = TakeClock(text);
    const auto zone = ZoneOf(text);
    return day && clock && zone ? std::optional(*day + *clock - *zone) : std::nullopt;
}

/// By the number of its digits before the point: 9 to 11 are seconds, then ms, µs, ns.
std::optional<Time> UnixTime(std::string_view text) noexcept {
    std::size_t digits = 0;
    while (digits < text.size() && IsDigit(text[digits])) {
        ++digits;
    }
    constexpr std::array<std::pair<std::size_t, int>, 4> kScales = {
        std::pair<std::size_t, int>{11, 6},
        {14, 3},
        {17, 0},
        {19, -3},
    };
    if (text.find_first_of("eE") != std::string_view::npos) {
        // 1.7e9: by its value as seconds.
        const auto seconds = ScaledDecimal(text, 0);
        const auto micros = ScaledDecimal(text, 6);
        const bool plausible = seconds && *seconds >= 100'000'000 && *seconds < 100'000'000'000;
        return plausible && micros ? std::optional(TimeFromMicros(*micros)) : std::nullopt;
    }
    if (digits < 9) {
        return std::nullopt;
    }
    for (const auto& [digits_max, scale] : kScales) {
        if (digits <= digits_max) {
            const auto micros = ScaledDecimal(text, scale);
            return micros ? std::optional(TimeFromMicros(*micros)) : std::nullopt;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> ScaledDecimal(std::string_view text, int digits) noexcept {
    const auto decimal = ParseDecimal(Trim(text));
    if (!decimal) {
        return std::nullopt;
    }
    constexpr Wide kMax = std::numeric_limits<std::int64_t>::max();
    Wide value = decimal->mantissa;
    int exponent = decimal->exponent + digits;
    for (; exponent > 0 && value != 0; --exponent) {
        value *= 10;
        if (value > kMax) {
            return std::nullopt;
        }
    }
    Wide rest = 0;
    for (; exponent < 0 && (value != 0 || rest != 0); ++exponent) {
        rest = value % 10;
        value /= 10;
    }
    value += rest >= 5 ? 1 : 0;
    if (value > kMax) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(decimal->negative ? -value : value);
}

std::optional<std::int64_t> IntOf(const Cell& cell) noexcept {
    const std::string_view text = Trim(cell.text);
    if (cell.kind != CellKind::kNumber && cell.kind != CellKind::kText) {
        return std::nullopt;
    }
    if (const auto whole = ParseInt(text)) {
        return whole;
    }
    const auto value = ScaledDecimal(text, 0);
    const auto decimal = ParseDecimal(text);
    if (!value || !decimal) {
        return std::nullopt;
    }
    Wide mantissa = decimal->mantissa;
    for (int exponent = decimal->exponent; exponent < 0; ++exponent) {
        if (mantissa % 10 != 0) {
            return std::nullopt;
        }
        mantissa /= 10;
    }
    return value;
}

std::optional<Money> UsdOf(const Cell& cell) noexcept {
    std::string_view text = Trim(cell.text);
    if (text.starts_with('$')) {
        text.remove_prefix(1);
    }
    constexpr int kNanoDigits = 9;
    const auto nano_usd = ScaledDecimal(text, kNanoDigits);
    return nano_usd ? std::optional(Money::FromNanoUsd(*nano_usd)) : std::nullopt;
}

std::optional<bool> BoolOf(const Cell& cell) noexcept {
    const std::string_view text = Trim(cell.text);
    for (const std::string_view yes : {"true", "1", "yes", "t"}) {
        if (EqualsIgnoreCase(text, yes)) {
            return true;
        }
    }
    for (const std::string_view no : {"false", "0", "no", "f"}) {
        if (EqualsIgnoreCase(text, no)) {
            return false;
        }
    }
    return std::nullopt;
}

std::optional<Time> TimeOf(const Cell& cell) noexcept {
    const std::string_view text = Trim(cell.text);
    if (text.size() < 8 || !IsDigit(text.front())) {
        return std::nullopt;
    }
    if (text[4] == '-') {
        return CalendarTime(text);
    }
    return text[2] == '/' ? LogTime(text) : UnixTime(text);
}

}  // namespace sightglass::capture::files
