#include "capture/clean_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

#include "base/text.h"
#include "base/time.h"
#include "redact/redact.h"

namespace sightglass::capture {
namespace {

/// The shortest credential that a detector knows has this many characters in a row.
constexpr std::size_t kSecretRunMin = 16;
/// No text shorter than this holds one, whatever stands before it.
constexpr std::size_t kSecretBytesMin = 12;
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

CharClass ClassOf(char c) noexcept {
    return kClasses[static_cast<unsigned char>(c)];
}

/// Looks at every sixteenth character, because a run of that length cannot lie between two of them, and around it only where
/// it may belong to one.
bool HasLongMixedRun(std::string_view text) noexcept {
    std::size_t at = kSecretRunMin - 1;
    std::size_t seen = 0;  // Characters before this belong to no run that goes on.
    while (at < text.size()) {
        if (ClassOf(text[at]) == CharClass::kOther) {
            seen = at + 1;
            at += kSecretRunMin;
            continue;
        }
        std::size_t begin = at;
        while (begin > seen && ClassOf(text[begin - 1]) != CharClass::kOther) {
            --begin;
        }
        std::size_t end = begin;
        bool mixed = false;
        while (end < text.size() && ClassOf(text[end]) != CharClass::kOther) {
            mixed = mixed || ClassOf(text[end]) == CharClass::kMixed;
            ++end;
        }
        if (mixed && end - begin >= kSecretRunMin) {
            return true;
        }
        seen = end;
        at = end + kSecretRunMin;
    }
    return false;
}

bool Contains(std::string_view text, std::string_view part) noexcept {
    return text.find(part) != std::string_view::npos;
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

/// A word that says that a credential follows.
bool NamesASecret(std::string_view text) noexcept {
    constexpr std::array<std::string_view, 9>
        kWords{"bearer", "basic", "token", "pass", "pwd", "secret", "private", "key", "sig"};
    const auto same = [](char a, char b) { return ToLower(a) == b; };
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
        return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
    });
}

/// Texts that were found clean, the last one of each slot.
class CleanMemory {
public:
    bool Knows(std::string_view text) const noexcept { return slots_[Slot(text)] == text; }

    void Learn(std::string_view text) {
        if (text.size() <= kRememberedBytesMax) {
            slots_[Slot(text)] = text;
        }
    }

private:
    static constexpr std::size_t kSlots = 128;
    static constexpr std::size_t kRememberedBytesMax = 256;

    /// `text` has at least eight bytes.
    static std::size_t Slot(std::string_view text) noexcept {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        std::memcpy(&first, text.data(), sizeof first);
        std::memcpy(&last, text.data() + text.size() - sizeof last, sizeof last);
        const std::uint64_t mixed = (first ^ (last << 1U) ^ text.size()) * 0x9e3779b97f4a7c15U;
        return mixed >> 57U;
    }

    std::array<std::string, kSlots> slots_;
};

static_assert(kSecretBytesMin >= sizeof(std::uint64_t));

thread_local CleanMemory clean_memory;

}  // namespace

bool IsAscii(std::string_view text) noexcept {
    std::uint64_t bits = 0;
    std::size_t at = 0;
    for (; at + sizeof bits <= text.size(); at += sizeof bits) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        bits |= word;
    }
    for (; at < text.size(); ++at) {
        bits |= static_cast<unsigned char>(text[at]);
    }
    return (bits & 0x8080808080808080U) == 0;
}

bool MayHoldSecret(std::string_view text) noexcept {
    return text.size() >= kSecretBytesMin &&
           (HasLongMixedRun(text) || Contains(text, "//") || NamesASecret(text));
}

bool IsClean(std::string_view text) {
    if (text.size() < kSecretBytesMin) {
        return IsAscii(text);
    }
    if (clean_memory.Knows(text)) {
        return true;
    }
    if (IsKnownId(text)) {
        return true;  // It is looked through sooner than it is found again, which it seldom is.
    }
    if (text.size() > kTextBytesMax || !IsAscii(text) || MayHoldSecret(text)) {
        return false;
    }
    clean_memory.Learn(text);
    return true;
}

void CleanText(std::string& text) {
    if (IsClean(text)) {
        return;
    }
    if (text.size() > kTextBytesMax) {
        text.resize(kTextBytesMax);
    }
    MakeValidUtf8(text);
    if ((IsAscii(text) && !MayHoldSecret(text)) || !redact::RemoveSecrets(text)) {
        clean_memory.Learn(text);
    }
}

void CleanEndpoint(std::string& endpoint) {
    endpoint.resize(std::min(endpoint.size(), endpoint.find('?')));
    if (IsClean(endpoint) && IsPlainPath(endpoint)) {
        return;
    }
    CleanText(endpoint);
    if (!IsPlainPath(endpoint)) {
        redact::RemovePersonalData(endpoint);
    }
}

namespace {

/// A JSON object, without white space, of names and mostly numbers, which seldom comes again.
void CleanNumbers(std::string& json) {
    const bool holds_text = Contains(json, ":\"") || Contains(json, "[\"");
    if (!IsAscii(json) || (holds_text && (HasLongMixedRun(json) || Contains(json, "//")))) {
        CleanText(json);
    }
}

}  // namespace

void CleanCaller(Call& call) {
    for (std::string* text :
         {&call.project,
          &call.organization,
          &call.team,
          &call.service,
          &call.environment,
          &call.user,
          &call.session_id,
          &call.user_agent,
          &call.sdk}) {
        CleanText(*text);
    }
    for (auto& [name, value] : call.tags) {
        CleanText(name);
        CleanText(value);
    }
}

void CleanRequest(Call& call) {
    CleanCaller(call);
    for (std::string* text : {&call.method, &call.model_requested, &call.service_tier}) {
        CleanText(*text);
    }
    CleanEndpoint(call.endpoint);
    CleanNumbers(call.params);
}

void RemoveFromCaller(const redact::KnownSecrets& secrets, Call& call) {
    for (std::string* text :
         {&call.project,
          &call.organization,
          &call.team,
          &call.service,
          &call.environment,
          &call.user,
          &call.session_id,
          &call.user_agent,
          &call.sdk}) {
        secrets.RemoveLongFrom(*text);
    }
    for (auto& [name, value] : call.tags) {
        secrets.RemoveLongFrom(name);
        secrets.RemoveLongFrom(value);
    }
    secrets.RemoveFrom(call.request_headers);
}

void RemoveFromRequest(const redact::KnownSecrets& secrets, Call& call) {
    if (secrets.empty()) {
        return;
    }
    RemoveFromCaller(secrets, call);
    for (std::string* text : {&call.method, &call.model_requested, &call.service_tier}) {
        secrets.RemoveLongFrom(*text);
    }
    secrets.RemoveFrom(call.endpoint);
    secrets.RemoveFrom(call.params);
}

void RemoveFromAnswer(const redact::KnownSecrets& secrets, Call& call) {
    if (secrets.empty()) {
        return;
    }
    for (std::string* text :
         {&call.organization,
          &call.project,
          &call.model,
          &call.service_tier,
          &call.finish_reason}) {
        secrets.RemoveLongFrom(*text);
    }
    for (std::string* text :
         {&call.provider_response_id,
          &call.provider_request_id,
          &call.response_headers,
          &call.error_code,
          &call.error_message,
          &call.usage}) {
        secrets.RemoveFrom(*text);
    }
}

void RedactUser(std::string& user, const access::Fingerprinter& fingerprinter) {
    constexpr std::size_t kShownCharacters = 12;
    const std::string given = user;
    if (redact::RemovePersonalData(user)) {
        user = "user_" + fingerprinter.Of(given).fingerprint.substr(0, kShownCharacters);
    }
}

redact::PlaceholderKey
PlaceholderKeyOf(const Call& call, const access::Fingerprinter& fingerprinter) {
    constexpr std::size_t kDateCharacters = 10;  // "2026-11-22"
    constexpr std::size_t kHexOfWord = 16;
    const std::string& tenant = call.organization.empty() ? call.api_key : call.organization;
    const std::string day = FormatTime(call.started_at.value_or(Time())).substr(0, kDateCharacters);
    const std::string hex = fingerprinter.Of("placeholders\n" + day + "\n" + tenant).fingerprint;
    const auto word = [&hex](std::size_t at) {
        std::uint64_t value = 0;
        std::from_chars(hex.data() + at, hex.data() + at + kHexOfWord, value, kHexOfWord);
        return value;
    };
    return {word(0), word(kHexOfWord)};
}

void RedactWho(
    Call& call,
    const access::Fingerprinter& fingerprinter,
    const redact::CustomPatterns* patterns
) {
    RedactUser(call.user, fingerprinter);
    redact::Redaction how;
    how.patterns = patterns;
    const auto redact = [&](std::string& text) {
        std::string plain = text;
        if (redact::RemovePersonalData(plain) || patterns != nullptr) {
            // The key is made where there is something to mark.
            how.key = how.key ? how.key : PlaceholderKeyOf(call, fingerprinter);
            redact::Redact(text, how);
        }
    };
    for (std::string* text :
         {&call.project,
          &call.team,
          &call.service,
          &call.environment,
          &call.session_id,
          &call.organization}) {
        redact(*text);
    }
    for (auto& [name, value] : call.tags) {
        redact(name);
        redact(value);
    }
}

void CleanAnswer(Call& call, const redact::CustomPatterns* patterns) {
    for (std::string* text :
         {&call.provider_response_id,
          &call.provider_request_id,
          &call.organization,
          &call.project,
          &call.model,
          &call.service_tier,
          &call.error_code,
          &call.finish_reason}) {
        CleanText(*text);
    }
    CleanNumbers(call.usage);
    if (!call.error_message.empty()) {
        MakeValidUtf8(call.error_message);
        redact::Redaction how;
        how.patterns = patterns;
        redact::Redact(call.error_message, how);
    }
}

}  // namespace sightglass::capture
