#include "capture/gateway/attribution.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "codec/json.h"
#include "dialect/call_fields.h"
#include "dialect/paths.h"

namespace sightglass::capture {
namespace {

using net::Header;

constexpr std::size_t kNameBytesMax = 64;
constexpr std::size_t kValueBytesMax = 512;
constexpr std::size_t kMetadataBytesMax = 16U << 10;

/// A header (or a name in a metadata object) and the field that it fills.
struct Mapping {
    std::string_view name;
    std::string Call::*field;
};

constexpr std::array<Mapping, 6> kOwn{{
    {"service", &Call::service},
    {"environment", &Call::environment},
    {"team", &Call::team},
    {"user", &Call::user},
    {"session", &Call::session_id},
    {"project", &Call::project},
}};

constexpr std::array<Mapping, 9> kForeign{{
    {"helicone-user-id", &Call::user},
    {"helicone-session-id", &Call::session_id},
    {"x-litellm-end-user-id", &Call::user},
    {"x-litellm-customer-id", &Call::user},
    {"x-litellm-session-id", &Call::session_id},
    {"x-litellm-trace-id", &Call::session_id},
    {"x-litellm-team-id", &Call::team},
    {"openai-organization", &Call::organization},
    {"openai-project", &Call::project},
}};

/// Portkey's own names inside its metadata object.
constexpr std::array<Mapping, 5> kPortkey{{
    {"_user", &Call::user},
    {"_environment", &Call::environment},
    {"_organisation", &Call::team},
    {"_session", &Call::session_id},
    {"_service", &Call::service},
}};

void Fill(std::string& field, std::string_view value) {
    if (field.empty()) {
        field = value.substr(0, kValueBytesMax);
    }
}

template <std::size_t N>
bool FillMapped(
    const std::array<Mapping, N>& mappings,
    std::string_view name,
    std::string_view value,
    Call& call
) {
    for (const Mapping& mapping : mappings) {
        if (EqualsIgnoreCase(mapping.name, name)) {
            Fill(call.*mapping.field, value);
            return true;
        }
    }
    return false;
}

/// The rest of `text` after a prefix, or nothing.
std::string_view After(std::string_view text, std::string_view prefix) noexcept {
    return StartsWithIgnoreCase(text, prefix) ? text.substr(prefix.size()) : std::string_view();
}

void ReadOwnHeader(std::string_view name, std::string_view value, Call& call) {
    if (const std::string_view tag = After(name, "tag-"); !tag.empty()) {
        dialect::AddTag(call, tag, value);
    } else {
        FillMapped(kOwn, name, value, call);
    }
}

void ReadPortkeyMetadata(std::string_view json, Call& call) {
    if (json.size() > kMetadataBytesMax) {
        return;
    }
    codec::JsonParser parser;
    const auto document = parser.Parse(json);
    if (!document.Ok()) {
        return;
    }
    document->ForEach([&](std::string_view name, codec::JsonValue value) {
        const std::string text = value.String() ? std::string(*value.String()) : value.Text();
        if (!FillMapped(kPortkey, name, text, call)) {
            dialect::AddTag(call, name, text);
        }
        return true;
    });
}

/// "a,b,c": each a tag of its own, as LiteLLM has them.
void ReadLiteLlmTags(std::string_view list, Call& call) {
    net::ForEachListElement(list, [&](std::string_view element) {
        dialect::AddTag(call, element, "true");
    });
}

void ReadForeignHeader(const Header& header, Call& call) {
    if (const std::string_view property = After(header.name, "helicone-property-");
        !property.empty()) {
        dialect::AddTag(call, property, header.value);
    } else if (EqualsIgnoreCase(header.name, "x-portkey-metadata")) {
        ReadPortkeyMetadata(header.value, call);
    } else if (EqualsIgnoreCase(header.name, "x-litellm-tags")) {
        ReadLiteLlmTags(header.value, call);
    } else {
        FillMapped(kForeign, header.name, header.value, call);
    }
}

/// "00-<32 hex>-<16 hex>-<2 hex>". Source: W3C Trace Context, section 3.2.
void ReadTraceParent(std::string_view value, Call& call) {
    constexpr std::size_t kSize = 55;
    if (value.size() < kSize || value[2] != '-' || value[35] != '-' || value[52] != '-') {
        return;
    }
    const auto is_hex = [](std::string_view text) {
        return std::all_of(text.begin(), text.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        });
    };
    const std::string_view trace = value.substr(3, 32);
    const std::string_view span = value.substr(36, 16);
    const bool known = trace.find_first_not_of('0') != std::string_view::npos &&
                       span.find_first_not_of('0') != std::string_view::npos;
    if (known && is_hex(trace) && is_hex(span)) {
        call.trace_id = trace;
        call.span_id = span;
    }
}

/// "OpenAI/JS 7.57.0" and "AsyncOpenAI/Python 1.2" are "openai"; generated clients of others say so
/// the same way.
std::string ClientFamily(std::string_view user_agent) {
    std::string_view product = user_agent.substr(0, user_agent.find('/'));
    if (StartsWithIgnoreCase(product, "async")) {
        product.remove_prefix(5);
    }
    std::string family(product.substr(0, kNameBytesMax));
    std::transform(family.begin(), family.end(), family.begin(), ToLower);
    return family.empty() ? "openai" : family;
}

void SetKey(std::string_view key, const access::Fingerprinter& fingerprinter, Call& call) {
    if (!key.empty()) {
        access::KeyFingerprint fingerprint = fingerprinter.Of(key);
        call.api_key = std::move(fingerprint.fingerprint);
        call.api_key_label = std::move(fingerprint.label);
    }
}

}  // namespace

void ReadAttribution(const net::RequestHead& head, Call& call) {
    bool foreign = false;
    for (const Header& header : head.Headers()) {
        switch (ToLower(header.name.front())) {
            case 'x':
                if (const std::string_view own = After(header.name, "x-sightglass-");
                    !own.empty()) {
                    ReadOwnHeader(own, header.value, call);
                    break;
                }
                [[fallthrough]];
            case 'h':
            case 'o':
                foreign = true;
                break;
            case 't':
                if (EqualsIgnoreCase(header.name, "traceparent")) {
                    ReadTraceParent(header.value, call);
                }
                break;
            default:
                break;
        }
    }
    if (foreign) {
        for (const Header& header : head.Headers()) {
            ReadForeignHeader(header, call);
        }
    }
    call.user_agent = head.Find(net::HeaderName::kUserAgent).substr(0, kValueBytesMax);
    call.sdk = SdkOf(head);
}

std::string SdkOf(const net::RequestHead& head) {
    const std::string_view user_agent = head.Find(net::HeaderName::kUserAgent);
    const std::string_view language = head.Find("x-stainless-lang").substr(0, kNameBytesMax);
    if (!language.empty()) {
        std::string sdk = ClientFamily(user_agent);
        sdk.append("-").append(language);
        const std::string_view version = head.Find("x-stainless-package-version");
        if (!version.empty()) {
            sdk.append(" ").append(version.substr(0, kNameBytesMax));
        }
        return sdk;
    }
    const std::string_view product = user_agent.substr(0, user_agent.find(' '));
    std::string sdk(product.substr(0, kNameBytesMax));
    std::replace(sdk.begin(), sdk.end(), '/', ' ');
    return sdk;
}

std::string_view ProviderKeyOf(const net::RequestHead& head) noexcept {
    const std::string_view authorization = head.Find(net::HeaderName::kAuthorization);
    if (!authorization.empty()) {
        const std::string_view token = After(authorization, "bearer ");
        return token.empty() ? authorization : Trim(token);
    }
    for (const std::string_view name : {"api-key", "x-api-key", "x-goog-api-key"}) {
        if (const std::string_view key = head.Find(name); !key.empty()) {
            return key;
        }
    }
    std::string_view found;
    net::ForEachListElement(head.Find("sec-websocket-protocol"), [&](std::string_view protocol) {
        const std::string_view key = After(protocol, "openai-insecure-api-key.");
        found = key.empty() ? found : key;
    });
    return found;
}

void ReadKey(const net::RequestHead& head, const access::Fingerprinter& fingerprinter, Call& call) {
    SetKey(ProviderKeyOf(head), fingerprinter, call);
}

void ReadKeyInQuery(
    std::string_view target,
    const access::Fingerprinter& fingerprinter,
    Call& call
) {
    const std::size_t question = target.find('?');
    if (question == std::string_view::npos) {
        return;
    }
    for (const std::string_view pair : Split(target.substr(question + 1), '&')) {
        if (pair.starts_with("key=")) {
            SetKey(dialect::PercentDecoded(pair.substr(4)), fingerprinter, call);
            return;
        }
    }
}

}  // namespace sightglass::capture
