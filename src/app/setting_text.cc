#include "app/setting_text.h"

#include <algorithm>
#include <array>

namespace sightglass::app {

Status ReadDuration(std::string_view text, Duration& out) {
    const auto duration = ParseDuration(text);
    if (!duration.Ok() || duration->count() <= 0) {
        return NotAllowed();
    }
    out = *duration;
    return {};
}

Status ReadSize(std::string_view text, std::size_t& out) {
    struct Unit {
        std::string_view name;
        unsigned shift;
    };

    constexpr std::array kUnits =
        {Unit{"KiB", 10}, Unit{"MiB", 20}, Unit{"GiB", 30}, Unit{"B", 0}, Unit{"", 0}};
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = ParseInt(text.substr(0, digits));
    for (const Unit& unit : kUnits) {
        if (number && *number > 0 && *number < (std::int64_t{1} << 30) &&
            Trim(text.substr(digits)) == unit.name) {
            out = static_cast<std::size_t>(*number) << unit.shift;
            return {};
        }
    }
    return NotAllowed();
}

Status ReadList(std::string_view text, std::vector<std::string>& out) {
    out.clear();
    for (const std::string_view part : Split(text, ',')) {
        const std::string_view name = Trim(part);
        if (!name.empty()) {
            out.emplace_back(name);
        }
    }
    return {};
}

Status ReadPercent(std::string_view text, int& out) {
    if (!text.ends_with('%')) {
        return NotAllowed();
    }
    return ReadCount(Trim(text.substr(0, text.size() - 1)), 0, 100, out);
}

Status ReadBool(std::string_view text, bool& out) {
    if (text != "true" && text != "false") {
        return NotAllowed();
    }
    out = text == "true";
    return {};
}

}  // namespace sightglass::app
