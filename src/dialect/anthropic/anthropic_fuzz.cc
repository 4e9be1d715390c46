// Any request and answer; see fuzz_dialect.h.
#include "dialect/anthropic/anthropic.h"
#include "dialect/fuzz_dialect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return sightglass::dialect::FuzzDialect(
        sightglass::dialect::anthropic::Anthropic(),
        "/v1/messages",
        data,
        size
    );
}
