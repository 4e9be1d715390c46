// Any bytes for what an earlier program wrote: what can be read of them is remembered and written again, without harm.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "pipeline/threads.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    const std::string_view records(reinterpret_cast<const char*>(data), size);
    pipeline::Threads threads({.calls_max = 8});
    static_cast<void>(threads.Recall(records));
    std::string first;
    threads.WriteAll(first);
    pipeline::Threads again({.calls_max = 8});
    if (!again.Recall(first) || again.size() != threads.size()) {
        std::abort();
    }
    return 0;
}
