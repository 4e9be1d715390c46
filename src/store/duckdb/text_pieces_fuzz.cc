// Any bytes: their pieces are not empty, and one after the other they are the bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "store/duckdb/text_pieces.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::string joined;
    const auto pieces = sightglass::store::PiecesOf(text);
    for (const std::string_view piece : pieces) {
        if (piece.empty()) {
            std::abort();
        }
        joined += piece;
    }
    if (joined != text || pieces.size() > sightglass::store::kPiecesMax) {
        std::abort();
    }
    return 0;
}
