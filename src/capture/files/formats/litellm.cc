// LiteLLM: rows of its table of spend logs, and the objects that its logging callbacks write.
#include <array>

#include "capture/files/format.h"

namespace sightglass::capture::files {
namespace {

constexpr std::array<std::string_view, 4> kSpendTold = {
    "request_id",
    "call_type",
    "spend",
    "startTime"};
constexpr auto kSpendMappings = std::to_array<ColumnMapping>({
    {"request_id", "provider_response_id"},
    {"call_type", "call_type"},
    {"startTime", "started_at"},
    {"completionStartTime", "first_token_at"},
    {"endTime", "ended_at"},
    {"metadata.usage_object", "usage"},
    {"prompt_tokens", "input_tokens"},
    {"completion_tokens", "output_tokens"},
    {"total_tokens", "total_tokens"},
    {"spend", "cost_usd"},
    {"model_group", "model_requested"},
    {"model", "model"},
    {"api_base", "host"},
    {"custom_llm_provider", "provider"},
    {"api_key", "api_key"},
    {"metadata.user_api_key_alias", "api_key_label"},
    {"team_id", "team"},
    {"metadata.user_api_key_team_alias", "team"},
    {"user", "user"},
    {"end_user", "tag:end_user"},
    {"requester_ip_address", "client_ip"},
    {"session_id", "session_id"},
    {"request_tags", "tags"},
    {"cache_hit", "cache_hit"},
    {"metadata.error_information.error_code", "http_status"},
    {"metadata.error_information.error_class", "error_code"},
    {"metadata.error_information.error_message", "error_message"},
    {"status", "status"},
});
constexpr std::array<std::string_view, 1> kSpendKey = {"request_id"};

constexpr std::array<std::string_view, 4> kLogTold = {
    "id",
    "call_type",
    "response_cost",
    "startTime"};
constexpr auto kLogMappings = std::to_array<ColumnMapping>({
    {"response.id", "provider_response_id"},
    {"trace_id", "trace_id"},
    {"call_type", "call_type"},
    {"stream", "stream"},
    {"startTime", "started_at"},
    {"completionStartTime", "first_token_at"},
    {"endTime", "ended_at"},
    {"response.usage", "usage"},
    {"prompt_tokens", "input_tokens"},
    {"completion_tokens", "output_tokens"},
    {"total_tokens", "total_tokens"},
    {"response_cost", "cost_usd"},
    {"cost_breakdown.input_cost", "input_cost_usd"},
    {"cost_breakdown.output_cost", "output_cost_usd"},
    {"model_group", "model_requested"},
    {"model", "model"},
    {"api_base", "host"},
    {"custom_llm_provider", "provider"},
    {"metadata.user_api_key_hash", "api_key"},
    {"metadata.user_api_key_alias", "api_key_label"},
    {"metadata.user_api_key_org_id", "organization"},
    {"metadata.user_api_key_team_id", "team"},
    {"metadata.user_api_key_team_alias", "team"},
    {"metadata.user_api_key_user_id", "user"},
    {"end_user", "tag:end_user"},
    {"requester_ip_address", "client_ip"},
    {"request_tags", "tags"},
    {"cache_hit", "cache_hit"},
    {"model_parameters", "params"},
    {"error_information.error_code", "http_status"},
    {"error_information.error_class", "error_code"},
    {"error_str", "error_message"},
    {"status", "status"},
});
constexpr std::array<std::string_view, 1> kLogKey = {"id"};

}  // namespace

constexpr Format kLiteLlmSpendFormat{
    .name = "litellm",
    .title = "LiteLLM spend logs",
    .told_by = kSpendTold,
    .columns = kSpendMappings,
    .identity = Identity::kKey,
    .identity_columns = kSpendKey,
};

constexpr Format kLiteLlmLogFormat{
    .name = "litellm-log",
    .title = "LiteLLM logging objects",
    .told_by = kLogTold,
    .columns = kLogMappings,
    .identity = Identity::kKey,
    .identity_columns = kLogKey,
};

}  // namespace sightglass::capture::files
