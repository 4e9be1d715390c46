#include "access/admin_token.h"

#include <string>

#include "access/key_fingerprint.h"
#include "base/text.h"

namespace sightglass::access {

Result<Secret> LoadOrCreateAdminToken(const Path& file, std::string_view from_environment) {
    const std::string_view given = Trim(from_environment);
    if (given.empty()) {
        return LoadOrCreateSecret(file);
    }
    if (given.size() < kAdminTokenCharactersMin) {
        return Error{
            ErrorCode::kInvalidArgument,
            "SIGHTGLASS_ADMIN_TOKEN has " + std::to_string(given.size()) +
                " characters, expected at least " + std::to_string(kAdminTokenCharactersMin) +
                ". One is made by: openssl rand -hex 32"};
    }
    return Secret(std::string(given));
}

}  // namespace sightglass::access
