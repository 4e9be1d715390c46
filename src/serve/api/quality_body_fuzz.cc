// Any text as what an importer says that it could not take.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "serve/api/quality_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto found =
        sightglass::serve::ReadRejected(body, sightglass::TimeFromMicros(1'763'775'464'000'000));
    if (found.Ok() && found->empty()) {
        __builtin_trap();  // A count of one or more is some finding.
    }
    return 0;
}
