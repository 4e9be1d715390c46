// Any request and answer; see fuzz_dialect.h.
#include "dialect/fuzz_dialect.h"
#include "dialect/openai/openai.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return sightglass::dialect::FuzzDialect(
        sightglass::dialect::openai::OpenAi(),
        "/v1/chat/completions",
        data,
        size
    );
}
