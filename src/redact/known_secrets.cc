#include "redact/known_secrets.h"

#include <string.h>

#include <algorithm>

namespace sightglass::redact {
namespace {

constexpr std::string_view kPlaceholder = "[secret]";

/// Characters that keys are made of, and words that only contain one.
bool IsWordByte(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
}

bool StandsAlone(std::string_view text, std::size_t at, std::size_t size) noexcept {
    const bool begins = at == 0 || !IsWordByte(text[at - 1]);
    return begins && (at + size == text.size() || !IsWordByte(text[at + size]));
}

/// std::string_view::find stops at every character that is the first of `part`; this does not.
std::size_t FindIn(std::string_view text, std::string_view part, std::size_t from) noexcept {
    const void* const found =
        ::memmem(text.data() + from, text.size() - from, part.data(), part.size());
    return found == nullptr
               ? std::string_view::npos
               : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

bool RemoveOne(std::string_view secret, std::string& text) {
    const bool anywhere = secret.size() >= KnownSecrets::kLongBytesMin;
    bool changed = false;
    std::size_t at = FindIn(text, secret, 0);
    while (at != std::string_view::npos) {
        if (anywhere || StandsAlone(text, at, secret.size())) {
            text.replace(at, secret.size(), kPlaceholder);
            at += kPlaceholder.size();
            changed = true;
        } else {
            ++at;
        }
        at = FindIn(text, secret, at);
    }
    return changed;
}

}  // namespace

void KnownSecrets::Add(std::string_view secret) {
    const bool known = std::any_of(secrets_.begin(), secrets_.end(), [&](const Secret& other) {
        return other.Reveal() == secret;  // To tell the same one.
    });
    if (known || secret.size() < kSecretBytesMin ||
        kPlaceholder.find(secret) != std::string_view::npos) {
        return;
    }
    secrets_.emplace_back(std::string(secret));
    // The longest first, so that no part of it is left by another that it contains.
    std::stable_sort(secrets_.begin(), secrets_.end(), [](const Secret& a, const Secret& b) {
        return a.Reveal().size() > b.Reveal().size();
    });
    shortest_ = std::min(shortest_, secret.size());
}

bool KnownSecrets::Remove(std::string& text, std::size_t bytes_min) const {
    bool changed = false;
    for (const Secret& secret : secrets_) {
        const std::string_view itself = secret.Reveal();  // To be taken out.
        if (itself.size() >= bytes_min && itself.size() <= text.size()) {
            changed = RemoveOne(itself, text) || changed;
        }
    }
    return changed;
}

bool KnownSecrets::RemoveFromCut(std::string& text) const {
    bool changed = RemoveFrom(text);
    for (const Secret& secret : secrets_) {
        const std::string_view itself = secret.Reveal();  // To be taken out.
        for (std::size_t size = itself.size() - 1; size >= kSecretBytesMin; --size) {
            if (std::string_view(text).ends_with(itself.substr(0, size))) {
                text.replace(text.size() - size, size, kPlaceholder);
                changed = true;
                break;
            }
        }
    }
    return changed;
}

}  // namespace sightglass::redact
