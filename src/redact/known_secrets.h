// Secrets that are known, such as the key that a call itself shows: taken out of texts exactly, whatever they look like.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace sightglass::redact {

/// What detectors know by its shape, RemoveSecrets finds; this finds the rest.
///
///   KnownSecrets secrets;
///   secrets.Add("local-key");
///   secrets.RemoveFrom(message);   // "no such key: [secret]"
///
/// Owns copies of the secrets, and overwrites them when it goes.
/// Thread-safety: plain value; the const members are safe for concurrent use.
class KnownSecrets {
public:
    /// What is shorter keeps no secret, and would tear holes into every text.
    static constexpr std::size_t kSecretBytesMin = 4;
    /// What is shorter ("ollama", "test") is a word as well: it goes only where it stands by itself.
    static constexpr std::size_t kLongBytesMin = 8;

    /// Adds one, unless it is too short, there already, or the placeholder.
    void Add(std::string_view secret);

    void Clear() noexcept {
        secrets_.clear();
        shortest_ = kNone;
    }

    bool empty() const noexcept { return secrets_.empty(); }

    /// Replaces each by "[secret]". True where it changed something; again changes nothing.
    bool RemoveFrom(std::string& text) const {
        return text.size() >= shortest_ && Remove(text, kSecretBytesMin);
    }

    /// The same without those of less than kLongBytesMin, for names that somebody chose.
    bool RemoveLongFrom(std::string& text) const {
        return text.size() >= shortest_ && Remove(text, kLongBytesMin);
    }

    /// As RemoveFrom, for a text that was cut: the beginning of one that it ends with goes too.
    bool RemoveFromCut(std::string& text) const;

private:
    static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

    bool Remove(std::string& text, std::size_t bytes_min) const;

    std::vector<Secret> secrets_;
    std::size_t shortest_ = kNone;
};

}  // namespace sightglass::redact
