#include "access/pseudonym.h"

#include <algorithm>
#include <cstddef>

namespace sightglass::access {
namespace {

constexpr std::size_t kDigits = 16;

}  // namespace

std::string PseudonymOf(const Fingerprinter& fingerprinter, std::string_view user) {
    // No key begins so: a name is never mistaken for one.
    const std::string named = "user\n" + std::string(user);
    return std::string(kPseudonymPrefix) + fingerprinter.Of(named).fingerprint.substr(0, kDigits);
}

bool IsPseudonym(std::string_view text) noexcept {
    return text.size() == kPseudonymPrefix.size() + kDigits && text.starts_with(kPseudonymPrefix) &&
           std::all_of(text.begin() + kPseudonymPrefix.size(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

}  // namespace sightglass::access
