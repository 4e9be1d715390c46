// Any request and answer; see fuzz_dialect.h.
#include "dialect/fuzz_dialect.h"
#include "dialect/ollama/ollama.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return sightglass::dialect::FuzzDialect(
        sightglass::dialect::ollama::Ollama(),
        "/api/chat",
        data,
        size
    );
}
