#include "dialect/openai/usage.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string_view>

#include "base/text.h"
#include "codec/json_writer.h"
#include "dialect/call_fields.h"
#include "dialect/json_reading.h"
#include "dialect/openai/quirks.h"
#include "dialect/tokens_of_call.h"

namespace sightglass::dialect::openai {
namespace {

using codec::JsonValue;

/// Cache writes by lifetime; what is not told apart is the default lifetime, 30 minutes.
std::int64_t ReadCacheWrites(JsonValue details, Call& call) {
    const OptionalInt all = FirstCount(details, {"cache_write_tokens", "cache_creation_tokens"});
    if (const OptionalInt short_lived = CountOf(details.Get("cache_creation_input_tokens"));
        short_lived.has_value() && !all.has_value()) {
        call.cache_write_5m_tokens = short_lived;  // Qwen's.
        return *short_lived;
    }
    const JsonValue lifetimes = details.Get("cache_write_tokens_details");
    const OptionalInt half_hour = CountOf(lifetimes.Get("ttl_30m_tokens"));
    const OptionalInt half_day = CountOf(lifetimes.Get("ttl_12h_tokens"));
    if (!all.has_value() && !half_hour.has_value() && !half_day.has_value()) {
        return 0;
    }
    const std::int64_t told_apart = half_hour.value_or(0) + half_day.value_or(0);
    const std::int64_t rest = std::max<std::int64_t>(all.value_or(0) - told_apart, 0);
    call.cache_write_30m_tokens = half_hour.value_or(0) + rest;
    call.cache_write_12h_tokens = half_day;
    return told_apart + rest;
}

void ReadInput(JsonValue usage, Call& call) {
    const OptionalInt input = FirstCount(usage, {"prompt_tokens", "input_tokens"});
    if (!input.has_value()) {
        return;
    }
    const JsonValue details = FirstObject(
        usage,
        {"prompt_tokens_details",
         "input_tokens_details",
         "input_token_details",
         "prompt_token_details"}
    );
    call.cached_input_tokens = CountOf(details.Get("cached_tokens"));
    if (!call.cached_input_tokens.has_value()) {
        call.cached_input_tokens = FirstCount(
            usage,
            {"prompt_cache_hit_tokens",
             "cached_tokens",
             "num_cached_tokens",
             "cached_prompt_text_tokens"}
        );
    }
    const std::int64_t elsewhere =
        call.cached_input_tokens.value_or(0) + ReadCacheWrites(details, call);
    // Input that is smaller than its own cached part cannot contain it.
    call.fresh_input_tokens = elsewhere <= *input ? *input - elsewhere : *input;
    call.audio_input_tokens = CountOf(details.Get("audio_tokens"));
    if (!call.audio_input_tokens.has_value()) {
        call.audio_input_tokens = CountOf(usage.Get("audio_prompt_tokens"));
    }
    call.image_input_tokens = CountOf(details.Get("image_tokens"));
}

/// Output that completion_tokens leaves out. Of reasoning the total tells, where there is one.
void AddWhatIsBeside(JsonValue usage, Call& call) {
    const Quirks& quirks = QuirksOf(call.provider);
    const OptionalInt input = FirstCount(usage, {"prompt_tokens", "input_tokens"});
    const OptionalInt total = CountOf(usage.Get("total_tokens"));
    const std::int64_t output = *call.output_tokens;
    const std::int64_t reasoning = call.reasoning_tokens.value_or(0);
    const bool beside = input.has_value() && total.has_value()
                            ? *total == *input + output + reasoning
                            : quirks.reasoning_beside_completion;
    if (beside) {
        call.output_tokens = output + reasoning;
    }
    for (const std::string_view name : quirks.beside_completion) {
        call.output_tokens = *call.output_tokens + CountOf(usage.Get(name)).value_or(0);
    }
}

void ReadOutput(JsonValue usage, Call& call) {
    const OptionalInt output = FirstCount(usage, {"completion_tokens", "output_tokens"});
    if (!output.has_value()) {
        return;
    }
    const JsonValue details = FirstObject(
        usage,
        {"completion_tokens_details",
         "output_tokens_details",
         "output_token_details",
         "completion_token_details"}
    );
    call.output_tokens = output;
    call.reasoning_tokens = CountOf(details.Get("reasoning_tokens"));
    if (!call.reasoning_tokens.has_value()) {
        call.reasoning_tokens = CountOf(usage.Get("reasoning_tokens"));
    }
    call.audio_output_tokens = CountOf(details.Get("audio_tokens"));
    call.image_output_tokens = CountOf(details.Get("image_tokens"));
    AddWhatIsBeside(usage, call);
}

/// Embeddings and reranking of some providers state only a total, which is input.
void ReadTotalAsInput(JsonValue usage, Call& call) {
    const bool input_only =
        call.operation == Operation::kEmbedding || call.operation == Operation::kRerank;
    if (input_only && !call.fresh_input_tokens.has_value()) {
        call.fresh_input_tokens = CountOf(usage.Get("total_tokens"));
    }
}

/// Anthropic's: LiteLLM adds the same members to OpenAI's, but then there are prompt_tokens too.
bool IsForeign(JsonValue usage) {
    if (usage.Get("prompt_tokens").Exists()) {
        return false;
    }
    return usage.Get("cache_read_input_tokens").Exists() ||
           usage.Get("cache_creation_input_tokens").Exists() ||
           usage.Get("cache_creation").Exists();
}

/// What the provider says the call cost: OpenRouter and Perplexity in dollars, xAI in units of
/// 1e-10 dollars.
void ReadStatedCost(JsonValue usage, Call& call) {
    constexpr double kNanoUsdMax = 9e18;
    std::optional<double> nano_usd;
    const JsonValue cost = usage.Get("cost");
    for (const JsonValue usd :
         {cost, cost.Get("total_cost"), usage.Get("pydantic_ai_gateway").Get("cost_estimate")}) {
        if (!nano_usd.has_value() && usd.Double().has_value()) {
            nano_usd = *usd.Double() * 1e9;
        }
    }
    if (const auto ticks = usage.Get("cost_in_usd_ticks").Double();
        ticks.has_value() && !nano_usd) {
        nano_usd = *ticks / 10;
    }
    // With a key of the caller's own, the router's price is its fee alone.
    const auto own_key_cost = usage.Get("cost_details").Get("upstream_inference_cost").Double();
    if (nano_usd.has_value() && own_key_cost.has_value() && usage.Get("is_byok").Bool() == true) {
        *nano_usd += *own_key_cost * 1e9;
    }
    if (nano_usd.has_value() && *nano_usd >= 0 && *nano_usd < kNanoUsdMax) {
        call.cost = Money::FromNanoUsd(std::llrint(*nano_usd));
        call.cost_source = CostSource::kProvider;
    }
}

OptionalInt SecondsToUs(double seconds) {
    constexpr double kSecondsMax = 1e6;
    return seconds >= 0 && seconds < kSecondsMax ? OptionalInt(std::llrint(seconds * 1e6))
                                                 : std::nullopt;
}

void KeepText(JsonValue usage, JsonValue tool_usage, Call& call) {
    std::string text = usage.Text();
    if (tool_usage.IsObject()) {
        codec::JsonWriter json;
        json.BeginObject();
        usage.ForEach([&json](std::string_view key, JsonValue value) {
            json.Key(key).Raw(value.Text());
            return true;
        });
        json.Key("tool_usage").Raw(tool_usage.Text()).EndObject();
        text = json.Take();
    }
    if (text.size() <= kDocumentBytesMax) {
        call.usage = std::move(text);
    }
}

}  // namespace

void ReadUsage(JsonValue usage, JsonValue tool_usage, Call& call) {
    if (!usage.IsObject()) {
        return;
    }
    KeepText(usage, tool_usage, call);
    if (IsForeign(usage)) {
        return;
    }
    ClearTokens(call);
    ReadInput(usage, call);
    ReadOutput(usage, call);
    ReadTotalAsInput(usage, call);
    ReadStatedCost(usage, call);
    if (const auto seconds = usage.Get("total_time").Double(); seconds.has_value()) {
        call.provider_us = SecondsToUs(*seconds);  // Groq's.
    }
    const bool any = call.fresh_input_tokens.has_value() || call.output_tokens.has_value();
    call.token_source = any ? TokenSource::kProvider : TokenSource::kNone;
}

JsonValue UsageOf(JsonValue root) {
    for (const JsonValue usage :
         {root.Get("usage"),
          root.Get("x_groq").Get("usage"),
          root.Get("choices").At(0).Get("usage")}) {
        if (usage.IsObject()) {
            return usage;
        }
    }
    return {};
}

}  // namespace sightglass::dialect::openai
