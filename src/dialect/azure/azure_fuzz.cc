// Any request and answer; see fuzz_dialect.h.
#include "dialect/azure/azure.h"
#include "dialect/fuzz_dialect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return sightglass::dialect::FuzzDialect(
        sightglass::dialect::azure::Azure(),
        "/openai/deployments/d/chat/completions",
        data,
        size
    );
}
