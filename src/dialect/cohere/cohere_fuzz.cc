// Any request and answer; see fuzz_dialect.h.
#include "dialect/cohere/cohere.h"
#include "dialect/fuzz_dialect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return sightglass::dialect::FuzzDialect(
        sightglass::dialect::cohere::Cohere(),
        "/v2/chat",
        data,
        size
    );
}
