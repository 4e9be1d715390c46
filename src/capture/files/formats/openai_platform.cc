// What the OpenAI platform's dashboard exports, and what its API answers. A row of usage stands for
// many requests: it becomes as many Calls, whose sums are the row's (aggregate.h). A row of costs
// names no number of requests: it becomes one Call with its amount and nothing else.
#include <array>
#include <utility>

#include "base/text.h"
#include "capture/files/format.h"

namespace sightglass::capture::files {
namespace {

constexpr std::array<std::string_view, 3> kUsageTold = {
    "start_time",
    "end_time",
    "num_model_requests"};
constexpr auto kUsageMappings = std::to_array<ColumnMapping>({
    {"start_time", "started_at"},
    {"end_time", "bucket_end"},
    {"num_model_requests", "requests"},
    {"model", "model"},
    {"project_id", "project"},
    {"user_id", "user"},
    {"api_key_id", "api_key_label"},
    {"service_tier", "service_tier"},
    {"batch", "tag:batch"},
    {"input_tokens", "input_tokens"},
    {"input_cached_tokens", "cached_input_tokens"},
    {"output_tokens", "output_tokens"},
    {"input_audio_tokens", "audio_input_tokens"},
    {"output_audio_tokens", "audio_output_tokens"},
    {"input_image_tokens", "image_input_tokens"},
    {"output_image_tokens", "image_output_tokens"},
});
constexpr auto kUsageConstants = std::to_array<Constant>({{"provider", "openai"}});
constexpr std::array<std::string_view, 8> kUsageDimensions = {
    "start_time",
    "end_time",
    "project_id",
    "user_id",
    "api_key_id",
    "model",
    "batch",
    "service_tier",
};

/// The file does not say which of OpenAI's interfaces it counts; most models serve one only.
Operation OperationOfModel(std::string_view model) {
    constexpr std::array<std::pair<std::string_view, Operation>, 9> kStarts = {{
        {"text-embedding", Operation::kEmbedding},
        {"omni-moderation", Operation::kModeration},
        {"text-moderation", Operation::kModeration},
        {"dall-e", Operation::kImage},
        {"gpt-image", Operation::kImage},
        {"tts", Operation::kSpeech},
        {"whisper", Operation::kTranscription},
        {"davinci", Operation::kCompletion},
        {"babbage", Operation::kCompletion},
    }};
    for (const auto& [start, operation] : kStarts) {
        if (model.starts_with(start)) {
            return operation;
        }
    }
    return Operation::kChat;
}

void FinishUsage(CallDraft& draft) {
    if (!draft.requests) {
        draft.passed_over = true;  // An empty bucket: it has times and nothing else.
        return;
    }
    draft.call.operation = OperationOfModel(draft.call.model);
    for (auto& [name, value] : draft.call.tags) {
        if (name == "batch" && EqualsIgnoreCase(value, "true")) {
            draft.call.service_tier = "batch";
        }
    }
    draft.call.tags.clear();
}

constexpr std::array<std::string_view, 3> kCostsTold = {
    "amount_value|amount.value",
    "amount_currency|amount.currency",
    "line_item"};
constexpr auto kCostsMappings = std::to_array<ColumnMapping>({
    {"start_time", "started_at"},
    {"amount_value", "cost_usd"},
    {"amount.value", "cost_usd"},
    {"amount_currency", "tag:currency"},
    {"amount.currency", "tag:currency"},
    {"line_item", "tag:line_item"},
    {"project_id", "project"},
    {"organization_id", "organization"},
    {"user_id", "user"},
    {"api_key_id", "api_key_label"},
});
constexpr auto kCostsConstants = std::to_array<Constant>({
    {"provider", "openai"},
    {"source", "provider_usage"},
    {"operation", "other"},
    {"token_source", "none"},
});
constexpr std::array<std::string_view, 7> kCostsDimensions = {
    "start_time",
    "end_time",
    "organization_id",
    "project_id",
    "user_id",
    "api_key_id",
    "line_item",
};

/// "gpt-5-nano, input_tokens" names a model, "web search tool calls" none.
void FinishCosts(CallDraft& draft) {
    Call& call = draft.call;
    if (!call.cost) {
        draft.passed_over = true;  // An empty bucket.
        return;
    }
    std::erase_if(call.tags, [&draft](const auto& tag) {
        if (tag.first == "currency" && !EqualsIgnoreCase(tag.second, "usd")) {
            draft.refused = "amount_currency: only US dollars are added up";
        }
        return tag.first == "currency";
    });
    for (const auto& [name, value] : call.tags) {
        const std::size_t comma = value.find(", ");
        if (name == "line_item" && comma != std::string::npos) {
            call.model = value.substr(0, comma);
        }
    }
}

}  // namespace

constexpr Format kOpenAiUsageFormat{
    .name = "openai-usage",
    .title = "OpenAI usage",
    .told_by = kUsageTold,
    .columns = kUsageMappings,
    .constants = kUsageConstants,
    .identity = Identity::kDimensions,
    .identity_columns = kUsageDimensions,
    .finish = FinishUsage,
};

constexpr Format kOpenAiCostsFormat{
    .name = "openai-costs",
    .title = "OpenAI costs",
    .told_by = kCostsTold,
    .columns = kCostsMappings,
    .constants = kCostsConstants,
    .identity = Identity::kKey,
    .identity_columns = kCostsDimensions,
    .finish = FinishCosts,
};

}  // namespace sightglass::capture::files
