// What encrypts the secrets of channels at rest: XChaCha20-Poly1305 (libsodium), under a key that is
// derived from the installation's secret.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace sightglass::notify {

/// Thread-safety: safe for concurrent use.
class SecretBox {
public:
    explicit SecretBox(const Secret& secret);
    ~SecretBox();
    SecretBox(const SecretBox&) = delete;
    SecretBox& operator=(const SecretBox&) = delete;

    /// Base64. `owner` is bound to it: what is sealed for one channel opens for no other.
    std::string Seal(std::string_view text, std::string_view owner) const;

    /// kCorrupt where it was sealed under another secret, for another owner, or was changed.
    Result<std::string> Open(std::string_view sealed, std::string_view owner) const;

private:
    static constexpr std::size_t kKeyBytes = 32;

    std::array<std::uint8_t, kKeyBytes> key_{};
};

}  // namespace sightglass::notify
