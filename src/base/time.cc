#include "base/time.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "base/text.h"

namespace sightglass {
namespace {

class SystemClock final : public Clock {
public:
    Time Now() const noexcept override {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    }
};

struct Unit {
    std::string_view name;
    std::int64_t us;
};

// Longest names first where one starts with another's letters.
constexpr std::array kUnits = {
    Unit{"us", 1},
    Unit{"ms", 1'000},
    Unit{"s", 1'000'000},
    Unit{"m", 60'000'000},
    Unit{"h", 3'600'000'000},
    Unit{"d", 86'400'000'000},
    Unit{"w", 604'800'000'000},
};

const Unit* FindUnit(std::string_view name) {
    for (const Unit& unit : kUnits) {
        if (unit.name == name) {
            return &unit;
        }
    }
    return nullptr;
}

Error NotATime(std::string_view text) {
    return Error{
        ErrorCode::kInvalidArgument,
        "'" + EscapeForDisplay(text) +
            "' is not a time; allowed: RFC 3339 (2026-11-22T10:00:00Z), unix seconds, 'now', or "
            "'-24h' (units s m h d w)"};
}

/// Reads exactly `digits` digits at `position` and moves it on.
std::optional<int> ReadDigits(std::string_view text, std::size_t& position, std::size_t digits) {
    if (position + digits > text.size()) {
        return std::nullopt;
    }
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        const char c = text[position + i];
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = value * 10 + (c - '0');
    }
    position += digits;
    return value;
}

bool ReadOne(std::string_view text, std::size_t& position, std::string_view allowed) {
    if (position >= text.size() || allowed.find(text[position]) == std::string_view::npos) {
        return false;
    }
    ++position;
    return true;
}

/// The fraction after a dot, in µs; digits beyond the sixth are dropped.
std::int64_t ReadFraction(std::string_view text, std::size_t& position) {
    std::int64_t us = 0;
    std::int64_t scale = 100'000;
    while (position < text.size() && text[position] >= '0' && text[position] <= '9') {
        us += (text[position] - '0') * scale;
        scale /= 10;
        ++position;
    }
    return us;
}

/// "Z" or "+01:00" as minutes east of UTC.
std::optional<int> ReadOffset(std::string_view text, std::size_t& position) {
    if (ReadOne(text, position, "Zz")) {
        return 0;
    }
    if (position >= text.size() || (text[position] != '+' && text[position] != '-')) {
        return std::nullopt;
    }
    const int sign = text[position] == '-' ? -1 : 1;
    ++position;
    const auto hours = ReadDigits(text, position, 2);
    ReadOne(text, position, ":");
    const auto minutes = ReadDigits(text, position, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) {
        return std::nullopt;
    }
    return sign * (*hours * 60 + *minutes);
}

std::optional<Time> ParseDate(std::string_view text, std::size_t& position) {
    const auto year = ReadDigits(text, position, 4);
    const bool dash1 = ReadOne(text, position, "-");
    const auto month = ReadDigits(text, position, 2);
    const bool dash2 = ReadOne(text, position, "-");
    const auto day = ReadDigits(text, position, 2);
    if (!year || !month || !day || !dash1 || !dash2) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date(
        std::chrono::year(*year),
        std::chrono::month(static_cast<unsigned>(*month)),
        std::chrono::day(static_cast<unsigned>(*day))
    );
    if (!date.ok()) {
        return std::nullopt;
    }
    return Time(std::chrono::sys_days(date));
}

std::optional<Time> ParseRfc3339(std::string_view text) {
    std::size_t position = 0;
    const auto date = ParseDate(text, position);
    if (!date) {
        return std::nullopt;
    }
    if (position == text.size()) {
        return date;  // A day alone is its midnight.
    }
    const bool separator = ReadOne(text, position, "Tt ");
    const auto hour = ReadDigits(text, position, 2);
    const bool colon1 = ReadOne(text, position, ":");
    const auto minute = ReadDigits(text, position, 2);
    if (!separator || !hour || !minute || !colon1 || *hour > 23 || *minute > 59) {
        return std::nullopt;
    }
    int seconds = 0;
    std::int64_t fraction_us = 0;
    if (ReadOne(text, position, ":")) {
        const auto second = ReadDigits(text, position, 2);
        if (!second || *second > 60) {
            return std::nullopt;
        }
        seconds = *second;
        if (ReadOne(text, position, ".")) {
            fraction_us = ReadFraction(text, position);
        }
    }
    const auto offset =
        position == text.size() ? std::optional<int>(0) : ReadOffset(text, position);
    if (!offset || position != text.size()) {
        return std::nullopt;
    }
    return *date + std::chrono::hours(*hour) + std::chrono::minutes(*minute - *offset) +
           std::chrono::seconds(seconds) + Duration(fraction_us);
}

}  // namespace

const Clock& Clock::System() noexcept {
    static const SystemClock clock;
    return clock;
}

std::string FormatTime(Time time) {
    const auto days = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(days);
    const std::chrono::hh_mm_ss clock(time - days);
    char buffer[48];
    int size = std::snprintf(
        buffer,
        sizeof buffer,
        "%04d-%02u-%02uT%02d:%02d:%02d",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count())
    );
    std::string text(buffer, static_cast<std::size_t>(size));
    if (clock.subseconds().count() != 0) {
        size = std::snprintf(
            buffer,
            sizeof buffer,
            ".%06d",
            static_cast<int>(clock.subseconds().count())
        );
        text.append(buffer, static_cast<std::size_t>(size));
    }
    text += 'Z';
    return text;
}

Result<Time> ParseTime(std::string_view text, Time now) {
    if (text == "now") {
        return now;
    }
    if (const auto time = ParseRfc3339(text)) {
        return *time;
    }
    if (!text.empty() && text.front() == '-') {
        const auto back = ParseDuration(text.substr(1));
        if (back.Ok()) {
            return now - *back;
        }
        return NotATime(text);
    }
    const auto seconds = ParseDouble(text);
    if (seconds && *seconds >= 0 && *seconds < 253'402'300'800.0) {  // Up to the end of year 9999.
        return TimeFromMicros(std::llround(*seconds * 1e6));
    }
    return NotATime(text);
}

Result<Duration> ParseDuration(std::string_view text) {
    const Error bad{
        ErrorCode::kInvalidArgument,
        "'" + EscapeForDisplay(text) +
            "' is not a duration; allowed: a number with a unit (us ms s m h d w), as in 250ms or "
            "1h30m"};
    constexpr double kMaxUs = 3.2e15;  // About 100 years.
    double total_us = 0;
    std::size_t position = 0;
    while (position < text.size()) {
        const std::size_t digits_end = text.find_first_not_of("0123456789.", position);
        if (digits_end == std::string_view::npos || digits_end == position) {
            return bad;
        }
        const std::size_t unit_end =
            std::min(text.find_first_of("0123456789.", digits_end), text.size());
        const auto number = ParseDouble(text.substr(position, digits_end - position));
        const Unit* unit = FindUnit(text.substr(digits_end, unit_end - digits_end));
        if (!number || unit == nullptr) {
            return bad;
        }
        total_us += *number * static_cast<double>(unit->us);
        if (!(total_us <= kMaxUs)) {
            return bad;
        }
        position = unit_end;
    }
    if (text.empty()) {
        return bad;
    }
    return Duration(std::llround(total_us));
}

std::string FormatDuration(Duration duration) {
    const std::int64_t us = duration.count();
    if (us == 0) {
        return "0s";
    }
    // Weeks are left out: "7d" says the same more plainly.
    for (std::size_t i = kUnits.size() - 1; i-- > 0;) {
        if (us % kUnits[i].us == 0) {
            return std::to_string(us / kUnits[i].us) + std::string(kUnits[i].name);
        }
    }
    return std::to_string(us) + "us";
}

}  // namespace sightglass
