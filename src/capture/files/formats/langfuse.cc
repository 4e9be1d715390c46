// Langfuse: observations, as its API gives them (camel case) and as its storage export writes them
// (snake case). Generations and embeddings are calls; spans and events are not. Its token counts are
// apart from each other: input leaves cached tokens out, output leaves reasoning out.
#include <array>

#include "capture/files/format.h"

namespace sightglass::capture::files {
namespace {

constexpr std::array<std::string_view, 4> kTold = {
    "id",
    "type",
    "startTime|start_time",
    "traceId|trace_id"};
constexpr auto kMappings = std::to_array<ColumnMapping>({
    {"type", "observation_type"},
    {"id", "span_id"},
    {"traceId", "trace_id"},
    {"trace_id", "trace_id"},
    {"parentObservationId", "parent_span_id"},
    {"parent_observation_id", "parent_span_id"},
    {"startTime", "started_at"},
    {"start_time", "started_at"},
    {"completionStartTime", "first_token_at"},
    {"completion_start_time", "first_token_at"},
    {"endTime", "ended_at"},
    {"end_time", "ended_at"},
    {"model", "model"},
    {"providedModelName", "model"},
    {"provided_model_name", "model"},
    {"modelParameters", "params"},
    {"model_parameters", "params"},
    {"promptTokens", "input_tokens"},
    {"completionTokens", "output_tokens"},
    {"usage.input", "input_tokens"},
    {"usage.output", "output_tokens"},
    {"usageDetails.input", "fresh_input_tokens"},
    {"usage_details.input", "fresh_input_tokens"},
    {"usageDetails.input_cached_tokens", "cached_input_tokens"},
    {"usage_details.input_cached_tokens", "cached_input_tokens"},
    {"usageDetails.cache_read_input_tokens", "cached_input_tokens"},
    {"usage_details.cache_read_input_tokens", "cached_input_tokens"},
    {"usageDetails.input_cache_read", "cached_input_tokens"},
    {"usage_details.input_cache_read", "cached_input_tokens"},
    {"usageDetails.cache_creation_input_tokens", "cache_write_5m_tokens"},
    {"usage_details.cache_creation_input_tokens", "cache_write_5m_tokens"},
    {"usageDetails.input_cache_creation", "cache_write_5m_tokens"},
    {"usage_details.input_cache_creation", "cache_write_5m_tokens"},
    {"usageDetails.output", "output_tokens"},
    {"usage_details.output", "output_tokens"},
    {"usageDetails.output_reasoning_tokens", "reasoning_tokens_apart"},
    {"usage_details.output_reasoning_tokens", "reasoning_tokens_apart"},
    {"usageDetails.output_reasoning", "reasoning_tokens_apart"},
    {"usage_details.output_reasoning", "reasoning_tokens_apart"},
    {"calculatedTotalCost", "cost_usd"},
    {"totalCost", "cost_usd"},
    {"total_cost", "cost_usd"},
    {"costDetails.total", "cost_usd"},
    {"cost_details.total", "cost_usd"},
    {"userId", "user"},
    {"user_id", "user"},
    {"sessionId", "session_id"},
    {"session_id", "session_id"},
    {"environment", "environment"},
    {"tags", "tags"},
    {"traceName", "service"},
    {"trace_name", "service"},
    {"promptName", "tag:prompt"},
    {"prompt_name", "tag:prompt"},
    {"release", "tag:release"},
    {"statusMessage", "error_message"},
    {"status_message", "error_message"},
    {"level", "status"},
});
constexpr std::array<std::string_view, 1> kKey = {"id"};

}  // namespace

constexpr Format kLangfuseFormat{
    .name = "langfuse",
    .title = "Langfuse observations",
    .told_by = kTold,
    .columns = kMappings,
    .identity = Identity::kKey,
    .identity_columns = kKey,
};

}  // namespace sightglass::capture::files
