// The dashboard's files, packed into one by scripts/pack-assets.mjs and built into the program.
// Format: docs/formats/asset-archive.md.
//
// Thread-safety: immutable once read; safe for concurrent use.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sightglass::serve {

/// One file, in the encodings it was packed in. Views into the archive's bytes.
struct Asset {
    std::string content_type;
    std::string etag;  ///< With its quotes.
    std::string_view identity;
    std::string_view gzip;    ///< Empty where it was not worth it.
    std::string_view brotli;  ///< Empty where it was not worth it.
};

class AssetArchive {
public:
    /// Holds nothing.
    AssetArchive() = default;

    /// `bytes` must outlive the archive. kCorrupt names what does not follow the format.
    static Result<AssetArchive> Read(std::string_view bytes);

    /// By path without a leading slash ("assets/index-4f2a.js"); null where there is none.
    const Asset* Find(std::string_view path) const;

    bool empty() const noexcept { return assets_.empty(); }

private:
    std::map<std::string, Asset, std::less<>> assets_;
};

}  // namespace sightglass::serve
