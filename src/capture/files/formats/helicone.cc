// Helicone: rows of its request export.
#include <array>

#include "capture/files/format.h"

namespace sightglass::capture::files {
namespace {

constexpr std::array<std::string_view, 3> kTold = {"request_id", "request_created_at", "delay_ms"};
constexpr auto kMappings = std::to_array<ColumnMapping>({
    {"response_body.id", "provider_response_id"},
    {"request_created_at", "started_at"},
    {"delay_ms", "latency_ms"},
    {"time_to_first_token", "ttft_ms"},
    {"response_body.usage", "usage"},
    {"prompt_cache_read_tokens", "cached_input_tokens"},
    {"prompt_cache_write_tokens", "cache_write_5m_tokens"},
    {"prompt_tokens", "input_tokens"},
    {"completion_tokens", "output_tokens"},
    {"total_tokens", "total_tokens"},
    {"reasoning_tokens", "reasoning_tokens"},
    {"cost", "cost_usd"},
    {"request_model", "model_requested"},
    {"response_model", "model"},
    {"request_path", "path"},
    {"target_url", "path"},
    {"provider", "provider"},
    {"request_user_id", "user"},
    {"request_properties", "tags"},
    {"properties", "tags"},
    {"request_properties.Helicone-Session-Id", "session_id"},
    {"properties.Helicone-Session-Id", "session_id"},
    {"country_code", "tag:country"},
    {"response_status", "status"},
});
constexpr std::array<std::string_view, 1> kKey = {"request_id"};

/// request_properties and properties may both be there, and say the same.
void Finish(CallDraft& draft) {
    Tags& tags = draft.call.tags;
    for (auto tag = tags.begin(); tag != tags.end();) {
        bool again = tag->first == "helicone-session-id";  // It has a field of its own.
        for (auto before = tags.begin(); before != tag; ++before) {
            again = again || before->first == tag->first;
        }
        tag = again ? tags.erase(tag) : tag + 1;
    }
}

}  // namespace

constexpr Format kHeliconeFormat{
    .name = "helicone",
    .title = "Helicone requests",
    .told_by = kTold,
    .columns = kMappings,
    .identity = Identity::kKey,
    .identity_columns = kKey,
    .finish = Finish,
};

}  // namespace sightglass::capture::files
