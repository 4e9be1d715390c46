#include "capture/gateway/credential.h"

#include <algorithm>

#include "base/text.h"

namespace sightglass::capture {
namespace {

constexpr std::string_view kAuthorization = "authorization";
constexpr std::string_view kXApiKey = "x-api-key";
constexpr std::string_view kApiKey = "api-key";
constexpr std::string_view kXGoogApiKey = "x-goog-api-key";

}  // namespace

std::string_view KeyHeaderName(KeyHeader setting, std::string_view dialect) noexcept {
    switch (setting) {
        case KeyHeader::kBearer:
            return kAuthorization;
        case KeyHeader::kXApiKey:
            return kXApiKey;
        case KeyHeader::kApiKey:
            return kApiKey;
        case KeyHeader::kXGoogApiKey:
            return kXGoogApiKey;
        case KeyHeader::kByDialect:
            break;
    }
    if (dialect == "anthropic") {
        return kXApiKey;
    }
    if (dialect == "azure") {
        return kApiKey;
    }
    return dialect == "gemini" ? kXGoogApiKey : kAuthorization;
}

bool IsCredentialHeader(const net::Header& header) noexcept {
    return header.known == net::HeaderName::kAuthorization ||
           EqualsIgnoreCase(header.name, kXApiKey) || EqualsIgnoreCase(header.name, kApiKey) ||
           EqualsIgnoreCase(header.name, kXGoogApiKey);
}

void WriteCredential(std::string_view header_name, std::string_view key, std::string& out) {
    if (header_name == kAuthorization) {
        out.append("Authorization: Bearer ");
    } else {
        out.append(header_name).append(": ");
    }
    out.append(key).append("\r\n");
}

void WritePathWithoutKey(std::string_view path, std::string& out) {
    const std::size_t query = std::min(path.find('?'), path.size());
    out.append(path.substr(0, query));
    char separator = '?';
    for (std::size_t at = query + 1; at <= path.size();) {
        const std::size_t end = std::min(path.find('&', at), path.size());
        const std::string_view parameter = path.substr(at, end - at);
        if (parameter.substr(0, parameter.find('=')) != "key" && !parameter.empty()) {
            out += separator;
            out += parameter;
            separator = '&';
        }
        at = end + 1;
    }
}

}  // namespace sightglass::capture
