// Any text as the body of a request about prices.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "serve/api/prices_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto text = sightglass::serve::ReadPriceText(body);
    const auto order = sightglass::serve::ReadRepriceOrder(
        body,
        sightglass::TimeFromMicros(1'763'775'464'000'000)
    );
    if (text.Ok() && order.Ok()) {
        __builtin_trap();  // No body means both.
    }
    return 0;
}
