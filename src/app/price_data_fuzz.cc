// Any text as the published data: what becomes of it is a book that can be read, or an error.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/price_data.h"
#include "prices/price_book.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string left_out;
    const std::string_view json(reinterpret_cast<const char*>(data), size);
    const auto text = sightglass::app::ConvertPriceData(json, left_out);
    if (text.Ok()) {
        sightglass::Call call;
        call.provider = "acme";
        call.model = "a-1-2026.x";
        call.usage = json;
        call.fresh_input_tokens = 5;
        if (const auto book = sightglass::prices::PriceBook::Parse(*text); book.Ok()) {
            (*book)->Price(call);
        }
    }
    return 0;
}
