// Any path: a name that is known to be one, or none, and the same with any query behind it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "dialect/dialect_of_path.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string path(reinterpret_cast<const char*>(data), size);
    const std::string_view name = sightglass::dialect::DialectOfPath(path);
    const bool query = path.find_first_of("?#") != std::string::npos;
    if (!query && sightglass::dialect::DialectOfPath(path + "?/v1/messages") != name) {
        std::abort();
    }
    return 0;
}
