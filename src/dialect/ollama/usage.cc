#include "dialect/ollama/usage.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "codec/json_writer.h"
#include "dialect/json_reading.h"
#include "dialect/tokens_of_call.h"

namespace sightglass::dialect::ollama {
namespace {

using codec::JsonValue;

constexpr std::array<std::string_view, 6> kMembers = {
    "prompt_eval_count",
    "eval_count",
    "total_duration",
    "load_duration",
    "prompt_eval_duration",
    "eval_duration"};

/// The members that tell of usage, as an object of their own.
void KeepText(JsonValue answer, Call& call) {
    codec::JsonWriter json;
    json.BeginObject();
    answer.ForEach([&json](std::string_view name, JsonValue value) {
        const bool tells = std::find(kMembers.begin(), kMembers.end(), name) != kMembers.end();
        if (tells && value.Int().has_value()) {
            json.Key(name).Raw(value.Text());
        }
        return true;
    });
    call.usage = json.EndObject().Take();
}

}  // namespace

void ReadUsage(JsonValue answer, Call& call) {
    const OptionalInt input = CountOf(answer.Get("prompt_eval_count"));
    const OptionalInt output = CountOf(answer.Get("eval_count"));
    const OptionalInt duration_ns = answer.Get("total_duration").Int();
    if (duration_ns.has_value() && *duration_ns >= 0) {
        call.provider_us = *duration_ns / 1000;
    }
    if (!input.has_value() && !output.has_value()) {
        return;
    }
    ClearTokens(call);
    call.fresh_input_tokens = input;
    call.output_tokens = output;
    call.token_source = TokenSource::kProvider;
    KeepText(answer, call);
}

}  // namespace sightglass::dialect::ollama
