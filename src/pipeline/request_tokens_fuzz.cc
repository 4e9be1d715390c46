// Any body: a request's counter reads it without harm, and the same again gives the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "pipeline/request_tokens.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    static auto* const counter = new pipeline::RequestCounter();
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto first = counter->Count(body, "");
    const auto second = counter->Count(body, "");
    if (first.Ok() != second.Ok() || (first.Ok() && first->tokens != second->tokens) ||
        (first.Ok() && first->tokens < 0)) {
        std::abort();
    }
    return 0;
}
