#include "capture/gateway/admission.h"

#include <algorithm>
#include <array>

#include "access/pattern.h"
#include "base/text.h"
#include "capture/gateway/credential.h"
#include "capture/gateway/forwarding.h"
#include "codec/base64.h"
#include "dialect/call_fields.h"

namespace sightglass::capture {
namespace {

using dialect::ModelNaming;

constexpr std::string_view kOwnHeader = "x-sightglass-key";
constexpr std::int64_t kBytesPerToken = 4;
constexpr std::int64_t kTokensMax = 1'000'000'000;

/// The Sightglass keys that a request shows.
struct Shown {
    std::string_view own;            ///< In our header.
    std::string_view as_credential;  ///< Where a provider's key would stand.
    std::string decoded;             ///< Where `as_credential` may lie.
};

/// "Bearer KEY", "Token KEY", or the key alone.
std::string_view WithoutScheme(std::string_view authorization) noexcept {
    const std::size_t space = authorization.find(' ');
    return space == std::string_view::npos ? authorization : Trim(authorization.substr(space));
}

/// "Basic BASE64": a name and a password, one of which may be a key of ours.
std::string_view KeyInBasic(std::string_view authorization, std::string& decoded) {
    std::string text;
    if (!StartsWithIgnoreCase(authorization, "basic ") ||
        !codec::DecodeBase64(WithoutScheme(authorization), text)) {
        return {};
    }
    decoded = std::move(text);
    const std::string_view both = decoded;
    const std::size_t colon = std::min(both.find(':'), both.size());
    const std::string_view name = both.substr(0, colon);
    return access::LooksLikeSightglassKey(name) ? name
                                                : both.substr(std::min(colon + 1, both.size()));
}

/// Whether it begins as our keys do, percent-encoded or not.
bool LooksEncodedLikeOurs(std::string_view text) noexcept {
    constexpr std::array<std::array<std::string_view, 2>, 3> kCharacters{
        {{"s", "%73"}, {"g", "%67"}, {"-", "%2d"}}};
    for (const auto& spellings : kCharacters) {
        const auto* const fits =
            std::find_if(spellings.begin(), spellings.end(), [text](std::string_view spelling) {
                return StartsWithIgnoreCase(text, spelling);
            });
        if (fits == spellings.end()) {
            return false;
        }
        text.remove_prefix(fits->size());
    }
    return true;
}

/// The value of `?key=`, as Google's APIs take it, or of a name like it, where it may be one of ours.
std::string_view KeyInQuery(std::string_view target) noexcept {
    const std::size_t question = target.find('?');
    if (question == std::string_view::npos) {
        return {};
    }
    std::string_view rest = target.substr(question + 1);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (pair.empty()) {
            continue;
        }
        const std::size_t equals = std::min(pair.find('='), pair.size() - 1);
        const std::string_view value = pair.substr(equals + 1);
        if (LooksEncodedLikeOurs(value) && IsCredentialName(pair.substr(0, equals))) {
            return value;
        }
    }
    return {};
}

/// A WebSocket client in a browser has no other place for a key.
std::string_view KeyInProtocols(std::string_view protocols) noexcept {
    constexpr std::string_view kPrefix = "openai-insecure-api-key.";
    std::string_view found;
    net::ForEachListElement(protocols, [&](std::string_view protocol) {
        if (StartsWithIgnoreCase(protocol, kPrefix) &&
            access::LooksLikeSightglassKey(protocol.substr(kPrefix.size()))) {
            found = protocol.substr(kPrefix.size());
        }
    });
    return found;
}

std::string_view CredentialIn(const net::Header& header) noexcept {
    if (header.known == net::HeaderName::kAuthorization) {
        return WithoutScheme(header.value);
    }
    for (const std::string_view name : {"api-key", "x-api-key", "x-goog-api-key"}) {
        if (EqualsIgnoreCase(header.name, name)) {
            return header.value;
        }
    }
    return EqualsIgnoreCase(header.name, "sec-websocket-protocol") ? KeyInProtocols(header.value)
                                                                   : std::string_view();
}

void ReadShown(const net::RequestHead& head, Shown& shown) {
    for (const net::Header& header : head.Headers()) {
        if (EqualsIgnoreCase(header.name, kOwnHeader)) {
            shown.own = WithoutScheme(header.value);
        } else if (const std::string_view key = CredentialIn(header);
                   access::LooksLikeSightglassKey(key)) {
            shown.as_credential = key;
        } else if (header.known == net::HeaderName::kAuthorization) {
            if (const std::string_view basic = KeyInBasic(header.value, shown.decoded);
                access::LooksLikeSightglassKey(basic)) {
                shown.as_credential = basic;
            }
        }
    }
    if (const std::string_view key = KeyInQuery(head.target); !key.empty()) {
        shown.as_credential = key;
    }
}

Failure Denied(int http_status, std::string_view code, std::string message) {
    return {http_status, ErrorType::kPolicyDenied, code, "Sightglass: " + std::move(message)};
}

Failure DeniedFor(access::KeyStatus status) {
    switch (status) {
        case access::KeyStatus::kExpired:
            return Denied(401, "sightglass_key_expired", "this Sightglass key has expired");
        case access::KeyStatus::kRevoked:
            return Denied(401, "sightglass_key_revoked", "this Sightglass key was revoked");
        case access::KeyStatus::kUnknown:
        case access::KeyStatus::kValid:
            break;
    }
    return Denied(401, "sightglass_key_unknown", "there is no such Sightglass key");
}

void WriteOwner(const access::KeyRecord& key, Call& call) {
    call.api_key = key.fingerprint;
    call.api_key_label = key.name.empty() ? "sg-..." + key.hint : key.name;
    if (!key.owner.empty()) {
        call.user = key.owner;
    }
    if (!key.team.empty()) {
        call.team = key.team;
    }
    if (!key.service.empty()) {
        call.service = key.service;
    }
}

/// Requests that only look: they name no model.
bool OnlyReads(const Call& call) noexcept {
    return call.method == "GET" || call.method == "HEAD" || call.method == "OPTIONS" ||
           call.method == "DELETE";
}

/// Whether a request that names no model may be for one all the same.
bool HasUnnamedModel(const Call& call, const Admitted& admitted) noexcept {
    const bool named = admitted.claim.naming == ModelNaming::kOne;
    const bool looks = OnlyReads(call) && call.operation != Operation::kRealtime;
    return !named && !(looks && admitted.claim.naming == ModelNaming::kNone);
}

std::optional<Failure>
CheckModel(const access::KeyRecord& key, const Call& call, const Admitted& admitted) {
    const bool named = admitted.claim.naming == ModelNaming::kOne;
    const bool fits = named ? access::MatchesAny(key.models, admitted.claim.model)
                            : !HasUnnamedModel(call, admitted);
    if (key.models.empty() || fits) {
        return std::nullopt;
    }
    std::string models;
    for (const std::string& pattern : key.models) {
        models.append(models.empty() ? "" : ", ").append(pattern);
    }
    if (!named) {
        return Denied(
            403,
            "model_unknown",
            "this key may use " + models +
                " only, and which model this request is for could not be read"
        );
    }
    return Denied(
        403,
        "model_not_allowed",
        "this key may use " + models + ", and not " + call.model_requested
    );
}

/// Two content types or encodings: the provider may go by the other one.
bool LeavesReadingOpen(const net::RequestHead& head) noexcept {
    int types = 0;
    int encodings = 0;
    for (const net::Header& header : head.Headers()) {
        types += header.known == net::HeaderName::kContentType ? 1 : 0;
        encodings += header.known == net::HeaderName::kContentEncoding ? 1 : 0;
    }
    return types > 1 || encodings > 1;
}

/// A number of `params`, which a dialect wrote.
std::int64_t NumberIn(std::string_view params, std::string_view name, std::int64_t otherwise) {
    const std::size_t at = params.find(name);
    if (at == std::string_view::npos) {
        return otherwise;
    }
    const std::string_view rest = params.substr(at + name.size());
    const std::size_t size = std::min(rest.find_first_not_of("0123456789.+-eE"), rest.size());
    if (size == 0) {
        return otherwise;
    }
    constexpr auto kMost = static_cast<double>(kTokensMax);
    const double number = ParseDouble(rest.substr(0, size)).value_or(kMost);  // 1e999
    return static_cast<std::int64_t>(std::clamp(number, 0.0, kMost));
}

Failure LimitedBy(access::LimitRefusal refusal) {
    return {
        429,
        refusal.IsBudget() ? ErrorType::kPolicyBudget : ErrorType::kPolicyLimited,
        ToString(refusal.quantity),
        std::move(refusal.message),
        refusal.retry_after_s};
}

}  // namespace

std::int64_t EstimateTokens(const Call& call, std::int64_t bytes) {
    const std::int64_t most = NumberIn(call.params, R"("max_tokens":)", 0);
    const std::int64_t answers = std::max<std::int64_t>(1, NumberIn(call.params, R"("n":)", 1));
    return std::min(bytes / kBytesPerToken + std::min(most * answers, kTokensMax), kTokensMax);
}

Admission::Admission(const GatewayAccess& access, const Clock& clock)
    : access_(access), clock_(clock) {
    if (access.keys != nullptr) {
        keys_.emplace(*access.keys);
    }
    if (access.limiter != nullptr) {
        rules_.emplace(access.limiter->Rules());
    }
}

std::optional<Failure> Admission::CheckKey(
    const net::RequestHead& head,
    TargetKeys targets,
    Call& call,
    Admitted& admitted
) {
    admitted.key = nullptr;
    admitted.key_only = false;
    admitted.claim.naming = ModelNaming::kUnclear;
    admitted.body_bytes = static_cast<std::int64_t>(head.content_length);
    const bool required = access_.require_key || targets == TargetKeys::kAll;
    const bool any = keys_ && !keys_->Current()->Empty();
    if (!required && !any) {
        return std::nullopt;
    }
    Shown shown;
    ReadShown(head, shown);
    if (!shown.as_credential.empty() && targets == TargetKeys::kNone) {
        return Denied(
            401,
            "sightglass_key_as_credential",
            "this upstream is called with the caller's own provider key. Give the Sightglass key "
            "in "
            "the header x-sightglass-key, and the provider's key where it always stands"
        );
    }
    const std::string_view text = shown.own.empty() ? shown.as_credential : shown.own;
    if (text.empty()) {
        return required ? std::optional<Failure>(Denied(
                              401,
                              "sightglass_key_missing",
                              "a Sightglass key is needed here: as the API key where the upstream "
                              "has a key of its own, else in the header x-sightglass-key"
                          ))
                        : std::nullopt;
    }
    access::KeyLookup found;
    if (any) {
        found = keys_->Current()->Find(text, *call.started_at);
    }
    if (found.key != nullptr) {
        WriteOwner(*found.key, call);  // Also of one that is over: somebody still uses it.
    }
    if (found.status != access::KeyStatus::kValid) {
        return DeniedFor(found.status);
    }
    admitted.key = std::move(found.key);
    admitted.key_only = !shown.as_credential.empty();
    return std::nullopt;
}

bool Admission::NeedsBody(const net::RequestHead& head, Admitted& admitted) {
    const bool limited = rules_ && !rules_->Current()->Empty();
    const access::KeyRecord* const key = admitted.key.get();
    admitted.needs_body =
        limited || (key != nullptr && (!key->models.empty() || !key->limits.Empty()));
    if (admitted.needs_body) {
        admitted.websocket = AsksForWebSocket(head);
        admitted.read_two_ways = LeavesReadingOpen(head);
    }
    return admitted.needs_body;
}

void Admission::CheckBody(
    const dialect::RequestView& request,
    std::string_view dialect,
    Call& call,
    Admitted& admitted
) const {
    if (!admitted.needs_body) {
        return;
    }
    const auto bytes = static_cast<std::int64_t>(request.body.size());
    admitted.body_bytes = std::max(admitted.body_bytes, bytes);
    admitted.claim = {};
    if (!admitted.read_two_ways) {
        admitted.claim = dialect::ReadModelClaim(request, dialect, admitted.websocket);
    }
    if (admitted.claim.naming == ModelNaming::kOne) {
        dialect::Assign(call.model_requested, admitted.claim.model);
    }
}

std::optional<Failure> Admission::CheckLimits(Call& call, Admitted& admitted) {
    if (!admitted.needs_body) {
        return std::nullopt;
    }
    const access::KeyRecord* const key = admitted.key.get();
    if (key != nullptr) {
        WriteOwner(*key, call);  // The body may have claimed another user.
        if (auto refusal = CheckModel(*key, call, admitted)) {
            return refusal;
        }
    }
    if (access_.limiter == nullptr) {
        return std::nullopt;
    }
    access::LimitSubject subject = access::LimitSubject::Of(call);
    subject.model_unreadable = HasUnnamedModel(call, admitted);
    const access::Wanted wanted{
        .now = access::Moment::Now(clock_),
        .tokens = EstimateTokens(call, admitted.body_bytes)};
    auto refusal =
        access_.limiter->Take(rules_->Current(), key, subject, wanted, admitted.reservation);
    if (refusal) {
        return LimitedBy(std::move(*refusal));
    }
    call.shadow_limits = admitted.reservation.ShadowText();
    return std::nullopt;
}

void Admission::Cancel(Admitted& admitted) noexcept {
    access::Limiter::Cancel(admitted.reservation);
}

void Admission::Settle(const Call& call, Admitted& admitted) noexcept {
    if (admitted.reservation.Empty()) {
        return;
    }
    OptionalInt tokens = call.InputTokens();
    if (call.output_tokens) {
        tokens = tokens.value_or(0) + *call.output_tokens;
    }
    const bool nothing_used =
        call.status == CallStatus::kError || call.http_status.value_or(200) >= 400;
    if (!tokens && nothing_used) {
        tokens = 0;
    }
    access::Limiter::Settle(admitted.reservation, tokens);
}

}  // namespace sightglass::capture
