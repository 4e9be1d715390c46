#include "dialect/reset_time.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "base/text.h"

namespace sightglass::dialect {
namespace {

/// Ten years: what is longer is no reset but a mistake, or seconds since 1970.
constexpr double kResetUsMax = 10.0 * 365 * 86400 * 1e6;

constexpr std::array<std::pair<std::string_view, double>, 8> kUnitsUs = {{
    {"ms", 1e3},
    {"us", 1.0},
    {"\xC2\xB5s", 1.0},  // U+00B5
    {"\xCE\xBCs", 1.0},  // U+03BC
    {"ns", 1e-3},
    {"h", 3600e6},
    {"m", 60e6},
    {"s", 1e6},
}};

OptionalInt FromUs(double us) {
    if (!(us >= 0) || us > kResetUsMax) {
        return std::nullopt;
    }
    return std::llround(us);
}

/// From now, or since 1970, in seconds or in milliseconds.
OptionalInt FromSeconds(double seconds, OptionalTime now) {
    constexpr double kSince1970 = 1e9;
    constexpr double kMillisecondsSince1970 = 1e12;
    if (seconds < kSince1970) {
        return FromUs(seconds * 1e6);
    }
    if (!now.has_value()) {
        return std::nullopt;
    }
    const double at_us = seconds >= kMillisecondsSince1970 ? seconds * 1e3 : seconds * 1e6;
    return FromUs(at_us - static_cast<double>(ToMicros(*now)));
}

constexpr bool IsDecimal(char c) noexcept {
    return (c >= '0' && c <= '9') || c == '.';
}

/// One or more `<decimal><unit>`.
OptionalInt ParseGoDuration(std::string_view text) {
    double total_us = 0;
    while (!text.empty()) {
        std::size_t digits = 0;
        while (digits < text.size() && IsDecimal(text[digits])) {
            ++digits;
        }
        if (digits == 0 || digits == text.size()) {
            return std::nullopt;
        }
        const std::optional<double> number = ParseDouble(text.substr(0, digits));
        text.remove_prefix(digits);
        bool known = false;
        for (const auto& [unit, us] : kUnitsUs) {
            if (number.has_value() && text.starts_with(unit)) {
                total_us += *number * us;
                text.remove_prefix(unit.size());
                known = true;
                break;
            }
        }
        if (!known) {
            return std::nullopt;
        }
    }
    return FromUs(total_us);
}

}  // namespace

OptionalInt ParseReset(std::string_view text, OptionalTime now) {
    text = Trim(text);
    if (text.empty() || text.size() > 64) {
        return std::nullopt;
    }
    if (IsDecimal(text.back())) {
        if (const std::optional<double> seconds = ParseDouble(text); seconds.has_value()) {
            return FromSeconds(*seconds, now);
        }
    }
    if (text.find('T') == std::string_view::npos) {
        return ParseGoDuration(text);
    }
    if (!now.has_value()) {
        return std::nullopt;
    }
    const Result<Time> at = ParseTime(text, *now);
    if (!at.Ok()) {
        return std::nullopt;
    }
    return FromUs(static_cast<double>((*at - *now).count()));
}

}  // namespace sightglass::dialect
