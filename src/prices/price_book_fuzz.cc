// Any text as a price book, and any names to look up in it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "prices/price_book.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    const std::string text(reinterpret_cast<const char*>(data), size);
    Call call;
    call.provider = "openai";
    call.model = text.substr(0, 200);
    call.fresh_input_tokens = static_cast<std::int64_t>(size) << 40U;
    call.output_tokens = 7;
    call.started_at = TimeFromMicros(static_cast<std::int64_t>(size) * 1'000'000'000);
    prices::PriceBook::BuiltIn()->Price(call);
    const auto book = prices::PriceBook::Parse("sightglass-prices 2\n" + text);
    if (book.Ok()) {
        call.model = "gpt-4o";
        (*book)->Price(call);
    }
    return 0;
}
