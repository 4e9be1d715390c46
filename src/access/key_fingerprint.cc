#include "access/key_fingerprint.h"

#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

#include "base/text.h"
#include "base/thread.h"

namespace sightglass::access {

/// HMAC after the secret went in: each key starts from a copy, which saves half of the work.
struct Fingerprinter::Keyed {
    crypto_auth_hmacsha256_state state;

    ~Keyed() { sodium_memzero(&state, sizeof state); }
};

namespace {

constexpr std::size_t kFingerprintBytes = 16;
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kLastCharacters = 4;
constexpr std::size_t kHiddenCharactersMin = 8;
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

const unsigned char* Bytes(std::string_view text) noexcept {
    // libsodium reads unsigned bytes; aliasing through unsigned char is allowed.
    return reinterpret_cast<const unsigned char*>(text.data());
}

bool IsLowerOrDigit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Length of the vendor's part at the start of a key: up to three short lower-case words, each with
/// its separator, as in "sk-", "sk-proj-", "sk-ant-api03-", "gsk_".
std::size_t PrefixLength(std::string_view key) noexcept {
    constexpr std::size_t kWordsMax = 3;
    constexpr std::size_t kWordCharactersMax = 8;
    std::size_t length = 0;
    for (std::size_t word = 0; word < kWordsMax; ++word) {
        std::size_t end = length;
        while (end < key.size() && end - length < kWordCharactersMax && IsLowerOrDigit(key[end])) {
            ++end;
        }
        const bool separated = end < key.size() && (key[end] == '-' || key[end] == '_');
        if (!separated || end == length) {
            break;
        }
        length = end + 1;
    }
    return length;
}

std::string Label(std::string_view key) {
    std::string label;
    if (key.size() >= kHiddenCharactersMin + kLastCharacters) {
        const std::size_t prefix = PrefixLength(key);
        if (prefix + kHiddenCharactersMin + kLastCharacters <= key.size()) {
            label = key.substr(0, prefix);
        }
        label += kEllipsis;
        for (const char c : key.substr(key.size() - kLastCharacters)) {
            label += c > ' ' && c < '\x7f' ? c : '?';
        }
    } else {
        label = kEllipsis;
    }
    return label;
}

}  // namespace

Fingerprinter::Fingerprinter(const Secret& secret) {
    auto keyed = std::make_shared<Keyed>();
    const std::string_view text = secret.Reveal();  // The key of the HMAC.
    crypto_auth_hmacsha256_init(&keyed->state, Bytes(text), text.size());
    keyed_ = std::move(keyed);
}

KeyFingerprint Fingerprinter::Of(std::string_view key) const {
    crypto_auth_hmacsha256_state state = keyed_->state;
    std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> digest{};
    crypto_auth_hmacsha256_update(&state, Bytes(key), key.size());
    crypto_auth_hmacsha256_final(&state, digest.data());
    return KeyFingerprint{ToHex(std::span(digest).first(kFingerprintBytes)), Label(key)};
}

Result<Secret> LoadOrCreateSecret(const Path& file) {
    struct stat info {};

    if (::stat(file.c_str(), &info) == 0) {
        if ((info.st_mode & 077U) != 0) {
            return Error{
                ErrorCode::kDenied,
                file.string() + " can be read by others. Make it private: chmod 600 " +
                    file.string()};
        }
        SG_ASSIGN_OR_RETURN(const std::string content, ReadFile(file));
        const std::string_view secret = Trim(content);
        if (secret.size() < kSecretBytes) {
            return Error{
                ErrorCode::kCorrupt,
                file.string() + " holds " + std::to_string(secret.size()) +
                    " characters, expected at least " + std::to_string(kSecretBytes) +
                    ". Restore it from a backup; a new one makes other fingerprints."};
        }
        return Secret(std::string(secret));
    }
    if (errno != ENOENT) {
        return ErrnoError("look at", file, errno);
    }
    std::array<std::uint8_t, kSecretBytes> bytes{};
    FillRandom(bytes);
    Secret secret(ToHex(bytes));
    // To be kept: a secret that changes would make every key look new.
    SG_TRY(WriteFileAtomically(file, std::string(secret.Reveal()) + "\n", 0600));
    return secret;
}

}  // namespace sightglass::access
