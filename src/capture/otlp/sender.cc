#include "capture/otlp/sender.h"

#include <array>

#include "base/text.h"
#include "codec/base64.h"

namespace sightglass::capture {
namespace {

constexpr std::string_view kMissing =
    "a Sightglass key or the admin token is needed: Authorization: Bearer, Basic, or x-api-key";
constexpr std::string_view kUnknown = "the Sightglass key is not known, expired or revoked";

std::optional<std::string_view>
After(std::string_view authorization, std::string_view scheme) noexcept {
    if (!StartsWithIgnoreCase(authorization, scheme)) {
        return std::nullopt;
    }
    return Trim(authorization.substr(scheme.size()));
}

}  // namespace

/// Nothing where it is no credential of ours.
std::optional<Sender> SenderCheck::Try(std::string_view credential) {
    if (credential.empty()) {
        return std::nullopt;
    }
    if (access::LooksLikeSightglassKey(credential)) {
        access::KeyLookup found = keys_.Current()->Find(credential, parts_.clock.Now());
        const bool valid = found.status == access::KeyStatus::kValid;
        return valid ? Sender{std::move(found.key), {}} : Sender{nullptr, kUnknown};
    }
    return parts_.is_admin_token(credential) ? std::optional(Sender{}) : std::nullopt;
}

Sender SenderCheck::Check(const ShownCredentials& shown, bool need_key) {
    std::string pair;
    std::array<std::string_view, 3> credentials{shown.api_key, {}, {}};
    if (const auto bearer = After(shown.authorization, "bearer ")) {
        credentials[1] = *bearer;
    } else if (const auto basic = After(shown.authorization, "basic ")) {
        static_cast<void>(codec::DecodeBase64(*basic, pair));
        const std::size_t colon = std::min(pair.find(':'), pair.size());
        credentials[1] = std::string_view(pair).substr(std::min(colon + 1, pair.size()));
        credentials[2] = std::string_view(pair).substr(0, colon);
    }
    for (const std::string_view credential : credentials) {
        if (auto sender = Try(credential)) {
            return std::move(*sender);
        }
    }
    return need_key ? Sender{nullptr, kMissing} : Sender{};
}

}  // namespace sightglass::capture
