#include "base/money.h"

namespace sightglass {

std::string FormatUsd(Money money) {
    const std::int64_t nano = money.nano_usd();
    const bool negative = nano < 0;
    // Unsigned, because the smallest int64 has no positive counterpart.
    const std::uint64_t magnitude = negative ? std::uint64_t{0} - static_cast<std::uint64_t>(nano)
                                             : static_cast<std::uint64_t>(nano);
    std::string fraction = std::to_string(magnitude % 1'000'000'000);
    fraction.insert(0, 9 - fraction.size(), '0');
    fraction.erase(fraction.find_last_not_of('0') + 1);
    std::string text = negative ? "-" : "";
    text += std::to_string(magnitude / 1'000'000'000);
    if (!fraction.empty()) {
        text += '.';
        text += fraction;
    }
    return text;
}

}  // namespace sightglass
