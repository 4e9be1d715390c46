// Any request and answer; see fuzz_dialect.h.
#include "dialect/fuzz_dialect.h"
#include "dialect/gemini/gemini.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return sightglass::dialect::FuzzDialect(
        sightglass::dialect::gemini::Gemini(),
        "/v1beta/models/gemini-pro:streamGenerateContent",
        data,
        size
    );
}
