#include "access/admin_token.h"

#include <string>

#include "access/key_fingerprint.h"
#include "base/log.h"
#include "base/text.h"

namespace sightglass::access {

Result<Secret> LoadOrCreateAdminToken(const Path& file, std::string_view from_environment) {
    const std::string_view given = Trim(from_environment);
    if (given.empty()) {
        return LoadOrCreateSecret(file);
    }
    if (given.size() < kAdminTokenCharactersMin) {
        Log(LogLevel::kWarn,
            "access",
            "SIGHTGLASS_ADMIN_TOKEN has " + std::to_string(given.size()) +
                " characters and may be guessed; a good one is made by: openssl rand -hex 32");
    }
    return Secret(std::string(given));
}

}  // namespace sightglass::access
