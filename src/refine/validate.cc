#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>

#include "base/text.h"
#include "call/fields.h"
#include "refine/steps.h"

namespace sightglass::refine {
namespace {

constexpr std::size_t kDimensionBytesMax = 1U << 10;
constexpr std::size_t kDetailBytesMax = 8U << 10;
constexpr std::size_t kJsonBytesMax = 64U << 10;
constexpr std::size_t kTagsMax = 16;
constexpr std::size_t kTagNameBytesMax = 64;
constexpr std::size_t kAttemptsMax = 32;
constexpr std::int64_t kTokensMax = 1'000'000'000;
constexpr Time kEarliest = std::chrono::sys_days(std::chrono::January / 1 / 2000);
constexpr Time kLatest = std::chrono::sys_days(std::chrono::January / 1 / 2200);

/// Cuts at the start of a character.
bool Shorten(std::string& text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) {
        return false;
    }
    std::size_t size = bytes_max;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    text.resize(size);
    return true;
}

/// What nearly every text is: then nothing needs to be looked at more closely.
bool IsAscii(std::string_view text) {
    std::uint64_t bits = 0;
    while (text.size() >= sizeof bits) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        bits |= word;
        text.remove_prefix(sizeof word);
    }
    for (const char c : text) {
        bits |= static_cast<unsigned char>(c);
    }
    return (bits & 0x8080808080808080U) == 0;
}

bool RepairUtf8(std::string& text) {
    return !IsAscii(text) && MakeValidUtf8(text);
}

bool CleanText(std::string& text, std::size_t bytes_max) {
    if (text.empty()) {
        return false;
    }
    const bool shortened = Shorten(text, bytes_max);
    const bool repaired = RepairUtf8(text);
    // Replacement characters take more bytes than what they replace.
    return Shorten(text, bytes_max) || shortened || repaired;
}

/// A JSON document that was cut is none: one that is too long goes.
bool CleanJson(std::string& text) {
    if (text.size() > kJsonBytesMax) {
        text.clear();
        return true;
    }
    return RepairUtf8(text);
}

bool CleanField(const Field& field, std::string& text) {
    switch (field.role) {
        case FieldRole::kJson:
            return CleanJson(text);
        case FieldRole::kDimension:
            return CleanText(text, kDimensionBytesMax);
        case FieldRole::kDetail:
        case FieldRole::kMeasure:
            break;
    }
    return CleanText(text, kDetailBytesMax);
}

bool CleanField(const Field& field, OptionalInt& number) {
    const bool impossible =
        number && (*number < 0 || (field.unit == "tokens" && *number > kTokensMax));
    if (impossible) {
        number.reset();
    }
    return impossible;
}

bool CleanField(const Field&, OptionalMoney& money) {
    const bool impossible = money && money->nano_usd() < 0;
    if (impossible) {
        money.reset();
    }
    return impossible;
}

bool CleanField(const Field&, OptionalTime& time) {
    const bool impossible = time && (*time < kEarliest || *time >= kLatest);
    if (impossible) {
        time.reset();
    }
    return impossible;
}

bool CleanField(const Field&, std::optional<double>& share) {
    const bool impossible = share && !(*share >= 0 && *share <= 1);
    if (impossible) {
        share.reset();
    }
    return impossible;
}

bool CleanField(const Field&, Tags& tags) {
    bool changed = tags.size() > kTagsMax;
    tags.resize(std::min(tags.size(), kTagsMax));
    for (auto& [name, value] : tags) {
        changed = CleanText(name, kTagNameBytesMax) || changed;
        changed = CleanText(value, kDimensionBytesMax) || changed;
    }
    return changed;
}

bool CleanField(const Field&, std::vector<Attempt>& attempts) {
    bool changed = attempts.size() > kAttemptsMax;
    attempts.resize(std::min(attempts.size(), kAttemptsMax));
    for (Attempt& attempt : attempts) {
        changed = CleanText(attempt.target, kDimensionBytesMax) || changed;
        changed = CleanText(attempt.why, kDimensionBytesMax) || changed;
        if (attempt.http_status < 0 || attempt.duration_us < 0) {
            attempt.http_status = std::max<std::int64_t>(0, attempt.http_status);
            attempt.duration_us = std::max<std::int64_t>(0, attempt.duration_us);
            changed = true;
        }
    }
    return changed;
}

/// Ids, flags and vocabularies cannot be wrong by themselves.
template <typename T>
bool CleanField(const Field&, T&) {
    return false;
}

/// Forgets `value` where it is known and `wrong`.
template <typename T>
bool ForgetIf(bool wrong, std::optional<T>& value) {
    if (!wrong || !value) {
        return false;
    }
    value.reset();
    return true;
}

bool CleanTimes(Call& call) {
    bool changed = false;
    if (call.started_at) {
        changed = ForgetIf(call.ended_at < call.started_at, call.ended_at);
        changed = ForgetIf(call.first_token_at < call.started_at, call.first_token_at) || changed;
    }
    const bool after_end = call.ended_at && call.first_token_at > call.ended_at;
    return ForgetIf(after_end, call.first_token_at) || changed;
}

bool CleanTokens(Call& call) {
    bool changed = false;
    const OptionalInt input = call.InputTokens();
    for (OptionalInt* part : {&call.audio_input_tokens, &call.image_input_tokens}) {
        changed = ForgetIf(input && *part > input, *part) || changed;
    }
    for (OptionalInt* part :
         {&call.reasoning_tokens, &call.audio_output_tokens, &call.image_output_tokens}) {
        changed = ForgetIf(call.output_tokens && *part > call.output_tokens, *part) || changed;
    }
    return changed;
}

}  // namespace

bool Validate(Call& call, const prices::PriceBook& /*prices*/) {
    bool changed = false;
    for (const Field& field : Fields()) {
        const bool cleaned =
            std::visit([&](auto member) { return CleanField(field, call.*member); }, field.member);
        changed = cleaned || changed;
    }
    changed = CleanTimes(call) || changed;
    changed = CleanTokens(call) || changed;
    const bool no_status = call.http_status && (*call.http_status < 100 || *call.http_status > 999);
    return ForgetIf(no_status, call.http_status) || changed;
}

}  // namespace sightglass::refine
