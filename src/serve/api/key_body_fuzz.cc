// Any body: reading it fails with a sentence or leaves a key that says the same when it is read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "serve/api/key_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const Time now = TimeFromMicros(1'763'775'464'000'000);
    access::NewKey key;
    const Status read = serve::ReadKeyMembers(body, now, key);
    if (!read.Ok()) {
        if (read.error().message.empty()) {
            std::abort();
        }
    } else {
        access::NewKey again = key;
        const bool same = serve::ReadKeyMembers(body, now, again).Ok() && again.name == key.name &&
                          again.models == key.models && again.limits == key.limits &&
                          again.expires_at == key.expires_at;
        if (!same) {
            std::abort();
        }
    }
    const auto overlap = serve::ReadOverlap(body);
    if (overlap.Ok() && *overlap < Duration(0)) {
        std::abort();
    }
    return 0;
}
