// What stands for a provider key everywhere but on the wire: HMAC-SHA256 under this installation's
// secret, and a label whose start and last four characters can be matched with what a provider's
// console shows.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/result.h"
#include "base/secret.h"

namespace sightglass::access {

struct KeyFingerprint {
    std::string fingerprint;  ///< First 16 bytes of the HMAC, 32 hexadecimal characters.
    std::string label;        ///< "sk-proj-…abcd"
};

/// Thread-safety: safe for concurrent use.
class Fingerprinter {
public:
    explicit Fingerprinter(const Secret& secret);

    /// `key` without the "Bearer " before it. About 1 µs.
    KeyFingerprint Of(std::string_view key) const;

private:
    struct Keyed;

    std::shared_ptr<const Keyed> keyed_;
};

/// Reads DIR/secret, or makes it (32 random bytes in hexadecimal, mode 0600). Refuses one that
/// others can read.
Result<Secret> LoadOrCreateSecret(const Path& file);

}  // namespace sightglass::access
