#include "capture/files/guess.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sightglass::capture::files {
namespace {

/// A meaning, and names of columns that have it, the surest first; lower case, words apart by "_".
struct Names {
    std::string_view target;
    std::string_view names;
};

constexpr auto kNames = std::to_array<Names>({
    {"call_id", "call_id"},
    {"started_at",
     "started_at start_time starttime started created_at createdat request_time request_timestamp "
     "timestamp time ts datetime date created event_time @timestamp logged_at"},
    {"ended_at", "ended_at end_time endtime finished_at completed_at response_time_at"},
    {"first_token_at", "first_token_at completion_start_time first_token_time"},
    {"model", "model model_name modelname response_model model_id engine deployment llm"},
    {"model_requested", "model_requested request_model requested_model"},
    {"provider", "provider vendor llm_provider custom_llm_provider"},
    {"input_tokens",
     "input_tokens prompt_tokens tokens_in input_token_count prompt_token_count context_tokens "
     "contexttokens request_tokens num_input_tokens num_prompt_tokens n_context_tokens "
     "input_length "
     "prompt_len tokens_prompt"},
    {"output_tokens",
     "output_tokens completion_tokens tokens_out output_token_count candidates_token_count "
     "generated_tokens generatedtokens response_tokens num_output_tokens num_completion_tokens "
     "n_generated_tokens output_length tokens_completion"},
    {"total_tokens", "total_tokens tokens total_token_count num_tokens"},
    {"cached_input_tokens",
     "cached_input_tokens cached_tokens input_cached_tokens cache_read_tokens "
     "cache_read_input_tokens prompt_cache_read_tokens cached_content_token_count"},
    {"reasoning_tokens", "reasoning_tokens output_reasoning_tokens thoughts_token_count"},
    {"cost_usd", "cost_usd cost total_cost cost_in_usd price amount_usd spend usd response_cost"},
    {"latency_ms",
     "latency_ms duration_ms elapsed_ms response_time_ms total_latency_ms delay_ms time_ms "
     "took_ms"},
    {"latency_s",
     "latency_s latency_seconds duration_s duration_seconds latency elapsed_time elapsed "
     "duration_sec"},
    {"latency_us", "latency_us duration_us"},
    {"ttft_ms", "ttft_ms time_to_first_token_ms first_token_ms"},
    {"ttft_s", "ttft_s time_to_first_token_s ttft time_to_first_token"},
    {"user", "user user_id userid end_user username customer customer_id"},
    {"session_id", "session_id sessionid session conversation_id conversationid thread_id chat_id"},
    {"service", "service service_name app application app_name"},
    {"team", "team team_id team_name department"},
    {"project", "project project_id project_name"},
    {"organization", "organization organization_id org org_id"},
    {"environment", "environment env"},
    {"api_key", "api_key apikey key"},
    {"api_key_label", "api_key_label api_key_name key_name api_key_id"},
    {"operation", "operation call_type operation_name"},
    {"path", "endpoint path url request_path request_uri"},
    {"method", "method http_method request_method"},
    {"http_status", "http_status status_code http_status_code response_status response_code"},
    {"status", "status state outcome result level"},
    {"success", "success succeeded is_success"},
    {"error", "error error_message error_msg exception"},
    {"error_code", "error_code error_class"},
    {"finish_reason", "finish_reason stop_reason"},
    {"stream", "stream streaming is_stream streamed"},
    {"cache_hit", "cache_hit cached"},
    {"provider_response_id", "provider_response_id response_id completion_id"},
    {"provider_request_id", "provider_request_id x_request_id request_id"},
    {"trace_id", "trace_id traceid"},
    {"span_id", "span_id spanid"},
    {"parent_span_id", "parent_span_id parent_id"},
    {"client_ip", "client_ip remote_addr ip ip_address"},
    {"user_agent", "user_agent useragent"},
    {"service_tier", "service_tier tier"},
    {"language", "language lang"},
    {"scenario", "scenario use_case usecase"},
    {"tags", "tags labels metadata properties"},
    {"usage", "usage"},
});

/// "Prompt Tokens" as "prompt_tokens".
std::string Plain(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        const char lower = ToLower(c);
        const bool word = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '@';
        if (word) {
            plain += lower;
        } else if (!plain.empty() && plain.back() != '_') {
            plain += '_';
        }
    }
    while (plain.ends_with('_')) {
        plain.pop_back();
    }
    return plain;
}

/// The column of that plain name: one that is called so, else one whose path ends so.
const std::string* FindColumn(
    const std::vector<std::string>& columns,
    const std::vector<std::string>& plain,
    std::string_view name
) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (plain[i] == name) {
            return &columns[i];
        }
    }
    for (const std::string& column : columns) {
        const std::size_t dot = column.rfind('.');
        if (dot != std::string::npos && Plain(std::string_view(column).substr(dot + 1)) == name) {
            return &column;
        }
    }
    return nullptr;
}

bool IsTaken(const std::vector<Mapped>& mapping, const std::string& column) {
    return std::any_of(mapping.begin(), mapping.end(), [&column](const Mapped& mapped) {
        return mapped.column == column;
    });
}

}  // namespace

std::vector<Mapped> GuessMapping(const std::vector<std::string>& columns) {
    std::vector<std::string> plain;
    plain.reserve(columns.size());
    for (const std::string& column : columns) {
        plain.push_back(Plain(column));
    }
    std::vector<Mapped> mapping;
    for (const Names& known : kNames) {
        for (const std::string_view name : Split(known.names, ' ')) {
            const std::string* const column = FindColumn(columns, plain, name);
            if (column != nullptr && !IsTaken(mapping, *column)) {
                mapping.push_back({*column, std::string(known.target)});
                break;
            }
        }
    }
    return mapping;
}

}  // namespace sightglass::capture::files
