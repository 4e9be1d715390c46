// Decoding Content-Encoding, piece by piece, into a bounded amount of memory.
//
// Thread-safety: the functions are pure.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sightglass::codec {

/// Undoes one Content-Encoding.
/// Thread-safety: one thread at a time.
class Decoder {
public:
    virtual ~Decoder() = default;

    /// Appends what `bytes` decode to, and what was decoded before an error. kCorrupt where they do
    /// not follow the encoding; kTooLarge beyond its bounds. After an error every
    /// call returns it again.
    virtual Status Feed(std::string_view bytes, std::string& out) = 0;

    /// Whether the bytes so far are whole: nothing of the encoding is missing.
    virtual bool Complete() const noexcept = 0;
};

/// So much may come out of little, whatever expansion is allowed.
inline constexpr std::size_t kExpansionFreeBytes = 128U << 10;

/// For "gzip", "x-gzip", "deflate" (zlib or raw), "br", "zstd", "identity" and empty; null for
/// another or for a list of several. `expansion_max`: how many times its input the output may be,
/// beyond kExpansionFreeBytes; 0 for any. So one Feed of a small piece takes a short time.
std::unique_ptr<Decoder> NewDecoder(
    std::string_view content_encoding,
    std::size_t output_bytes_max,
    std::size_t expansion_max = 0
);

/// The whole text at once. kCorrupt also where it is cut off; kInvalidArgument for an encoding that
/// NewDecoder does not know.
Result<std::string>
Decode(std::string_view content_encoding, std::string_view bytes, std::size_t output_bytes_max);

/// gzip of the whole text.
std::string CompressGzip(std::string_view text);

}  // namespace sightglass::codec
