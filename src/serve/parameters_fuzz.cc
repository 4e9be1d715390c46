// Whatever stands after the question mark, reading it is bounded and what is read can be looked up.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "serve/parameters.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view query(reinterpret_cast<const char*>(data), size);
    const auto parameters = sightglass::serve::Parameters::Parse(query);
    if (!parameters.Ok()) {
        return 0;
    }
    const auto limit = parameters->Count("limit", 100, 500);
    if (limit.Ok() && (*limit < 1 || *limit > 500)) {
        std::abort();
    }
    for (const std::string_view value : parameters->All("filter")) {
        if (value.size() > size) {
            std::abort();
        }
    }
    return 0;
}
