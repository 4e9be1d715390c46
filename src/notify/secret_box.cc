#include "notify/secret_box.h"

#include <sodium.h>

#include <algorithm>

#include "base/thread.h"
#include "codec/base64.h"

namespace sightglass::notify {
namespace {

constexpr std::string_view kPurpose = "sightglass channel secrets 1";
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* BytesOf(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* BytesOf(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

SecretBox::SecretBox(const Secret& secret) {
    static_assert(kKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
    const std::string_view base = secret.Reveal();  // To derive a key from.
    crypto_generichash(
        key_.data(),
        key_.size(),
        BytesOf(kPurpose),
        kPurpose.size(),
        BytesOf(base),
        std::min<std::size_t>(base.size(), crypto_generichash_KEYBYTES_MAX)
    );
}

SecretBox::~SecretBox() {
    sodium_memzero(key_.data(), key_.size());
}

std::string SecretBox::Seal(std::string_view text, std::string_view owner) const {
    std::string sealed(kNonceBytes + text.size() + kTagBytes, '\0');
    FillRandom({BytesOf(sealed), kNonceBytes});
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        BytesOf(sealed) + kNonceBytes,
        nullptr,
        BytesOf(text),
        text.size(),
        BytesOf(owner),
        owner.size(),
        nullptr,
        BytesOf(sealed),
        key_.data()
    );
    return codec::EncodeBase64(sealed);
}

Result<std::string> SecretBox::Open(std::string_view sealed, std::string_view owner) const {
    std::string bytes;
    if (!codec::DecodeBase64(sealed, bytes) || bytes.size() < kNonceBytes + kTagBytes) {
        return Error{ErrorCode::kCorrupt, "a sealed secret is broken"};
    }
    std::string text(bytes.size() - kNonceBytes - kTagBytes, '\0');
    const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
        BytesOf(text),
        nullptr,
        nullptr,
        BytesOf(bytes) + kNonceBytes,
        bytes.size() - kNonceBytes,
        BytesOf(owner),
        owner.size(),
        BytesOf(bytes),
        key_.data()
    );
    if (opened != 0) {
        return Error{
            ErrorCode::kCorrupt,
            "the secrets were sealed under another DIR/secret; enter them again"};
    }
    return text;
}

}  // namespace sightglass::notify
