#include "net/http_date.h"

#include <array>
#include <chrono>

#include "base/text.h"

namespace sightglass::net {
namespace {

constexpr std::size_t kPartsMax = 5;

/// The parts of a date, whatever stands between them; without the day of the week.
struct Parts {
    std::array<std::string_view, kPartsMax> all;
    std::size_t count = 0;
};

Parts PartsOf(std::string_view text) noexcept {
    Parts parts;
    const std::size_t comma = text.find(',');
    text.remove_prefix(
        comma == std::string_view::npos ? std::min(text.find(' '), text.size()) : comma + 1
    );
    while (!text.empty() && parts.count < kPartsMax) {
        const std::size_t end = std::min(text.find_first_of(" -"), text.size());
        if (end > 0) {
            parts.all[parts.count++] = text.substr(0, end);
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

/// 1 to 12, or 0.
unsigned MonthOf(std::string_view name) noexcept {
    constexpr std::string_view kNames = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const std::size_t at = name.size() == 3 ? kNames.find(name) : std::string_view::npos;
    return at == std::string_view::npos || at % 3 != 0 ? 0 : static_cast<unsigned>(at / 3 + 1);
}

std::optional<std::int64_t> NumberIn(std::string_view text, std::int64_t most) noexcept {
    const auto number = ParseInt(text);
    return number && *number >= 0 && *number <= most ? number : std::nullopt;
}

/// "08:49:37" in seconds of the day; a leap second counts as the last one.
std::optional<std::int64_t> SecondsOf(std::string_view text) noexcept {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':') {
        return std::nullopt;
    }
    const auto hours = NumberIn(text.substr(0, 2), 23);
    const auto minutes = NumberIn(text.substr(3, 2), 59);
    const auto seconds = NumberIn(text.substr(6, 2), 60);
    if (!hours || !minutes || !seconds) {
        return std::nullopt;
    }
    return *hours * 3'600 + *minutes * 60 + *seconds;
}

/// Two digits are a year from 1970 to 2069.
std::int64_t YearOf(std::string_view text, std::int64_t number) noexcept {
    if (text.size() != 2) {
        return number;
    }
    return number < 70 ? 2'000 + number : 1'900 + number;
}

}  // namespace

std::optional<Time> ParseHttpDate(std::string_view text) noexcept {
    const Parts parts = PartsOf(Trim(text));
    const auto& all = parts.all;
    if (parts.count < 4) {
        return std::nullopt;
    }
    // "06 Nov 1994 08:49:37 GMT" or "Nov 6 08:49:37 1994".
    const bool day_first = MonthOf(all[0]) == 0;
    const unsigned month = MonthOf(all[day_first ? 1 : 0]);
    const auto day = NumberIn(all[day_first ? 0 : 1], 31);
    const std::string_view year_text = all[day_first ? 2 : 3];
    const auto year = NumberIn(year_text, 9'999);
    const auto seconds = SecondsOf(all[day_first ? 3 : 2]);
    const bool in_utc = !day_first || (parts.count == 5 && all[4] == "GMT");
    if (month == 0 || !day || !year || !seconds || !in_utc) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date(
        std::chrono::year(static_cast<int>(YearOf(year_text, *year))),
        std::chrono::month(month),
        std::chrono::day(static_cast<unsigned>(*day))
    );
    if (!date.ok()) {
        return std::nullopt;
    }
    return Time(std::chrono::sys_days(date)) + std::chrono::seconds(*seconds);
}

}  // namespace sightglass::net
