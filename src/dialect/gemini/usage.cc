#include "dialect/gemini/usage.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/tokens_of_call.h"

namespace sightglass::dialect::gemini {
namespace {

using codec::JsonValue;

/// A modality by its name, or by its number where enumerations were asked for as such.
struct Modality {
    std::string_view name;
    std::int64_t number;
};

constexpr Modality kImage = {"image", 2};
constexpr Modality kAudio = {"audio", 4};

/// Members that are lists of counts by modality.
using Lists = std::array<std::string_view, 3>;

constexpr Lists kInputLists = {
    "promptTokensDetails",
    "toolUsePromptTokensDetails",
    "input_tokens_by_modality"};
constexpr Lists kOutputLists = {
    "candidatesTokensDetails",
    "responseTokensDetails",
    "output_tokens_by_modality"};

bool IsModality(JsonValue value, const Modality& modality) noexcept {
    return value.Int() == modality.number || EqualsIgnoreCase(TextOf(value), modality.name);
}

/// The sum over these lists; nothing where none names the modality.
OptionalInt OfModality(JsonValue usage, const Lists& lists, const Modality& modality) {
    OptionalInt sum;
    for (const std::string_view list : lists) {
        usage.Get(list).ForEach([&](std::string_view, JsonValue item) {
            if (IsModality(item.Get("modality"), modality)) {
                const OptionalInt count = FirstCount(item, {"tokenCount", "tokens"});
                sum = std::min(sum.value_or(0) + count.value_or(0), kTokensMax);
            }
            return true;
        });
    }
    return sum;
}

void ReadInput(JsonValue usage, Call& call) {
    const OptionalInt prompt = FirstCount(usage, {"promptTokenCount", "total_input_tokens"});
    if (!prompt.has_value()) {
        return;
    }
    const OptionalInt tools =
        FirstCount(usage, {"toolUsePromptTokenCount", "total_tool_use_tokens"});
    call.cached_input_tokens =
        FirstCount(usage, {"cachedContentTokenCount", "total_cached_tokens"});
    const std::int64_t cached = std::min(call.cached_input_tokens.value_or(0), *prompt);
    call.fresh_input_tokens = *prompt - cached + tools.value_or(0);
    call.audio_input_tokens = OfModality(usage, kInputLists, kAudio);
    call.image_input_tokens = OfModality(usage, kInputLists, kImage);
}

/// Thoughts stand beside the candidates. An answer without any, such as a prompt that was refused, has no such member: then the
/// total tells that it was none.
void ReadOutput(JsonValue usage, Call& call) {
    const OptionalInt candidates =
        FirstCount(usage, {"candidatesTokenCount", "responseTokenCount", "total_output_tokens"});
    const OptionalInt thoughts = FirstCount(usage, {"thoughtsTokenCount", "total_thought_tokens"});
    const OptionalInt total = FirstCount(usage, {"totalTokenCount", "total_tokens"});
    call.reasoning_tokens = thoughts;
    if (candidates.has_value() || thoughts.has_value()) {
        call.output_tokens = candidates.value_or(0) + thoughts.value_or(0);
    } else if (total.has_value() && call.InputTokens().has_value()) {
        call.output_tokens = std::max<std::int64_t>(*total - *call.InputTokens(), 0);
    }
    call.audio_output_tokens = OfModality(usage, kOutputLists, kAudio);
    call.image_output_tokens = OfModality(usage, kOutputLists, kImage);
}

void SetSource(Call& call) {
    const bool any = call.InputTokens().has_value() || call.output_tokens.has_value();
    call.token_source = any ? TokenSource::kProvider : TokenSource::kNone;
}

}  // namespace

void ReadUsage(JsonValue usage, Call& call) {
    if (!usage.IsObject()) {
        return;
    }
    if (FirstCount(usage, {"totalTokenCount", "total_tokens"}).has_value()) {
        KeepUsage(usage, call);  // With its own total it is whole: what it leaves out is none.
    } else {
        usage = MergedUsage(usage, call);
    }
    ClearTokens(call);
    ReadInput(usage, call);
    ReadOutput(usage, call);
    if (call.operation == Operation::kEmbedding) {
        call.output_tokens.reset();
    }
    const std::string_view tier = TextOf(usage.Get("serviceTier"));
    Assign(call.service_tier, tier.empty() ? TextOf(usage.Get("trafficType")) : tier);
    SetSource(call);
}

void ReadPredictions(JsonValue predictions, Call& call) {
    predictions.ForEach([&call](std::string_view, JsonValue prediction) {
        const JsonValue statistics = prediction.Get("embeddings").Get("statistics");
        if (const OptionalInt count = CountOf(statistics.Get("token_count")); count.has_value()) {
            call.fresh_input_tokens =
                std::min(call.fresh_input_tokens.value_or(0) + *count, kTokensMax);
        }
        return true;
    });
    SetSource(call);
}

}  // namespace sightglass::dialect::gemini
