#include <algorithm>

#include "call/field_table.h"
#include "refine/steps.h"

namespace sightglass::refine {
namespace {

constexpr std::int64_t kTokensMax = 1'000'000'000;

bool IsImpossible(std::string_view unit, const OptionalInt& number) {
    return number && (*number < 0 || (unit == "tokens" && *number > kTokensMax));
}

bool IsImpossible(std::string_view /*unit*/, const OptionalMoney& money) {
    return money && money->nano_usd() < 0;
}

bool IsImpossible(std::string_view /*unit*/, const std::optional<double>& share) {
    return share && !(*share >= 0 && *share <= 1);
}

/// Texts are another step's, and so are times. Ids, flags and vocabularies cannot be wrong by
/// themselves.
template <typename T>
bool IsImpossible(std::string_view /*unit*/, const T& /*value*/) {
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

bool CleanAttempts(std::vector<Attempt>& attempts) {
    bool changed = false;
    for (Attempt& attempt : attempts) {
        if (attempt.http_status < 0 || attempt.duration_us < 0) {
            attempt.http_status = std::max<std::int64_t>(0, attempt.http_status);
            attempt.duration_us = std::max<std::int64_t>(0, attempt.duration_us);
            changed = true;
        }
    }
    return changed;
}

}  // namespace

bool Validate(Call& call, const prices::PriceBook& /*prices*/) {
    bool changed = false;
    ForEachField([&](auto place, auto field) {
        if (IsImpossible(kFieldTable[place].unit, call.*field)) {
            call.*field = {};
            changed = true;
        }
    });
    changed = CleanTokens(call) || changed;
    changed = CleanAttempts(call.attempts) || changed;
    const bool no_status = call.http_status && (*call.http_status < 100 || *call.http_status > 999);
    return ForgetIf(no_status, call.http_status) || changed;
}

}  // namespace sightglass::refine
