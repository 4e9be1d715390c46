#include "capture/gateway/credential.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "base/text.h"
#include "codec/base64.h"
#include "codec/json_writer.h"
#include "dialect/paths.h"

namespace sightglass::capture {
namespace {

constexpr std::string_view kAuthorization = "authorization";
constexpr std::string_view kXApiKey = "x-api-key";
constexpr std::string_view kApiKey = "api-key";
constexpr std::string_view kXGoogApiKey = "x-goog-api-key";

/// Headers that show a credential and are no provider's key.
constexpr std::array<std::string_view, 3> kOtherCredentials{
    "x-sightglass-key",
    "x-amz-security-token",
    "proxy-authorization"};
constexpr std::array<std::string_view, 6>
    kQueryNames{"key", "api_key", "api-key", "apikey", "access_token", "token"};

/// "Bearer KEY", "Basic BASE64", or the key alone.
void AddAuthorization(std::string_view value, redact::KnownSecrets& secrets) {
    const std::size_t space = value.find(' ');
    if (space == std::string_view::npos) {
        AddCredential(value, secrets);
        return;
    }
    const std::string_view given = Trim(value.substr(space));
    AddCredential(given, secrets);
    std::string name_and_password;
    if (StartsWithIgnoreCase(value, "basic ") && codec::DecodeBase64(given, name_and_password)) {
        AddCredential(name_and_password, secrets);
        const std::size_t password = name_and_password.find(':') + 1;
        AddCredential(std::string_view(name_and_password).substr(password), secrets);
    }
}

/// A WebSocket client in a browser gives its key as a subprotocol.
void AddProtocols(std::string_view protocols, redact::KnownSecrets& secrets) {
    constexpr std::string_view kPrefix = "openai-insecure-api-key.";
    net::ForEachListElement(protocols, [&](std::string_view protocol) {
        if (StartsWithIgnoreCase(protocol, kPrefix)) {
            AddCredential(protocol.substr(kPrefix.size()), secrets);
        }
    });
}

bool IsOneOf(std::string_view name, std::span<const std::string_view> names) noexcept {
    return std::any_of(names.begin(), names.end(), [name](std::string_view other) {
        return EqualsIgnoreCase(name, other);
    });
}

}  // namespace

void AddCredential(std::string_view key, redact::KnownSecrets& secrets) {
    secrets.Add(key);
    secrets.Add(dialect::PercentEncoded(key));
    std::string escaped;
    codec::AppendJsonString(key, escaped);
    std::string with_slashes;  // As some writers escape them.
    for (const char c : escaped) {
        with_slashes.append(c == '/' ? 1 : 0, '\\').append(1, c);
    }
    for (const std::string_view text :
         {std::string_view(escaped), std::string_view(with_slashes)}) {
        secrets.Add(text.substr(1, text.size() - 2));
    }
}

void AddCredentials(const net::RequestHead& head, redact::KnownSecrets& secrets) {
    for (const net::Header& header : head.Headers()) {
        if (header.known == net::HeaderName::kAuthorization) {
            AddAuthorization(header.value, secrets);
        } else if (EqualsIgnoreCase(header.name, "sec-websocket-protocol")) {
            AddProtocols(header.value, secrets);
        } else if (IsCredentialHeader(header)) {
            AddCredential(header.value, secrets);
        } else if (IsOneOf(header.name, kOtherCredentials)) {
            AddAuthorization(header.value, secrets);
        }
    }
}

bool IsCredentialName(std::string_view query_name) noexcept {
    return IsOneOf(query_name, kQueryNames);
}

void AddCredentialsInQuery(std::string_view target, redact::KnownSecrets& secrets) {
    const std::size_t question = target.find('?');
    if (question == std::string_view::npos) {
        return;
    }
    for (const std::string_view pair : Split(target.substr(question + 1), '&')) {
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && IsCredentialName(pair.substr(0, equals))) {
            AddCredential(pair.substr(equals + 1), secrets);
            AddCredential(dialect::PercentDecoded(pair.substr(equals + 1)), secrets);
        }
    }
}

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
        if (!IsCredentialName(parameter.substr(0, parameter.find('='))) && !parameter.empty()) {
            out += separator;
            out += parameter;
            separator = '&';
        }
        at = end + 1;
    }
}

}  // namespace sightglass::capture
