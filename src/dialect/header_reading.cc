#include "dialect/header_reading.h"

#include <cmath>
#include <optional>

#include "base/text.h"

namespace sightglass::dialect {

std::string_view
FirstHeader(const HeaderLookup& header, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        const std::string_view value = Trim(header(name));
        if (!value.empty()) {
            return value;
        }
    }
    return {};
}

OptionalInt HeaderCount(std::string_view text) {
    const OptionalInt number = ParseInt(text);
    return number.has_value() && *number >= 0 ? number : std::nullopt;
}

OptionalInt MillisecondsToUs(std::string_view text) {
    constexpr double kMillisecondsMax = 1e9;
    const std::optional<double> ms = ParseDouble(text);
    if (!ms.has_value() || !(*ms >= 0) || *ms > kMillisecondsMax) {
        return std::nullopt;
    }
    return std::llround(*ms * 1000);
}

}  // namespace sightglass::dialect
