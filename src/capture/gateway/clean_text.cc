#include "capture/gateway/clean_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "redact/redact.h"

namespace sightglass::capture {
namespace {

/// The shortest credential that a detector knows has this many characters in a row.
constexpr std::size_t kSecretRunMin = 16;
constexpr std::size_t kTextBytesMax = 8U << 10;

enum class CharClass : std::uint8_t { kOther, kPlain, kMixed };

/// kMixed: what random text is made of besides lower-case letters.
constexpr std::array<CharClass, 256> MakeClasses() noexcept {
    std::array<CharClass, 256> classes{};
    for (std::size_t c = 0; c < 256; ++c) {
        const bool lower = c >= 'a' && c <= 'z';
        const bool mixed = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        classes[c] = lower ? CharClass::kPlain : mixed ? CharClass::kMixed : CharClass::kOther;
    }
    for (const char c : std::string_view("_-+/=.~")) {
        classes[static_cast<unsigned char>(c)] = CharClass::kPlain;
    }
    return classes;
}

constexpr std::array<CharClass, 256> kClasses = MakeClasses();

bool HasLongMixedRun(std::string_view text) noexcept {
    std::size_t run = 0;
    bool mixed = false;
    for (const char c : text) {
        const CharClass kind = kClasses[static_cast<unsigned char>(c)];
        if (kind == CharClass::kOther) {
            run = 0;
            mixed = false;
            continue;
        }
        ++run;
        mixed = mixed || kind == CharClass::kMixed;
        if (mixed && run >= kSecretRunMin) {
            return true;
        }
    }
    return false;
}

bool IsPlainPath(std::string_view path) noexcept {
    return std::all_of(path.begin(), path.end(), [](char c) {
        return kClasses[static_cast<unsigned char>(c)] != CharClass::kOther || c == ':';
    });
}

/// Identifiers that providers and gateways make up, by their shape: they are no credentials.
bool IsKnownId(std::string_view text) noexcept {
    constexpr std::array<std::string_view, 6>
        kPrefixes{"chatcmpl-", "resp_", "msg_", "req_", "cmpl-", "gpt-"};
    const bool named =
        std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) {
            return text.starts_with(prefix);
        });
    return named && text.size() <= 96 && text.find("sk-") == std::string_view::npos &&
           IsPlainPath(text);
}

}  // namespace

bool IsAscii(std::string_view text) noexcept {
    unsigned char bits = 0;
    for (const char c : text) {
        bits |= static_cast<unsigned char>(c);
    }
    return bits < 0x80;
}

bool MayHoldSecret(std::string_view text) noexcept {
    return HasLongMixedRun(text) || text.find("://") != std::string_view::npos ||
           text.find("earer") != std::string_view::npos;
}

void CleanText(std::string& text) {
    if (text.size() > kTextBytesMax) {
        text.resize(kTextBytesMax);
    }
    if (!IsAscii(text)) {
        MakeValidUtf8(text);
    }
    if (MayHoldSecret(text) && !IsKnownId(text)) {
        redact::RemoveSecrets(text);
    }
}

void CleanEndpoint(std::string& endpoint) {
    endpoint.resize(std::min(endpoint.size(), endpoint.find('?')));
    CleanText(endpoint);
    if (!IsPlainPath(endpoint)) {
        redact::RemovePersonalData(endpoint);
    }
}

void CleanCall(Call& call) {
    for (std::string* text :
         {&call.provider_response_id,
          &call.provider_request_id,
          &call.organization,
          &call.project,
          &call.team,
          &call.service,
          &call.environment,
          &call.user,
          &call.session_id,
          &call.user_agent,
          &call.method,
          &call.model_requested,
          &call.model,
          &call.service_tier,
          &call.params,
          &call.error_code,
          &call.finish_reason,
          &call.usage}) {
        CleanText(*text);
    }
    CleanEndpoint(call.endpoint);
    CleanText(call.error_message);
    if (!call.error_message.empty()) {
        redact::RemovePersonalData(call.error_message);
    }
    for (auto& [name, value] : call.tags) {
        CleanText(name);
        CleanText(value);
    }
}

}  // namespace sightglass::capture
