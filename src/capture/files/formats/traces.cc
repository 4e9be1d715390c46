// Published traces of production: they hold times and token counts.
#include <array>
#include <chrono>

#include "capture/files/format.h"

namespace sightglass::capture::files {
namespace {

/// Traces whose times are counted from an untold day begin on this one, unless somebody says better.
constexpr Time kUntoldDay = std::chrono::sys_days(std::chrono::January / 1 / 2023);

constexpr std::array<std::string_view, 3> kAzureColumns = {
    "TIMESTAMP",
    "ContextTokens",
    "GeneratedTokens"};
constexpr auto kAzureMappings = std::to_array<ColumnMapping>({
    {"TIMESTAMP", "started_at"},
    {"ContextTokens", "input_tokens"},
    {"GeneratedTokens", "output_tokens"},
});
constexpr auto kAzureConstants = std::to_array<Constant>({{"provider", "azure"}});

constexpr std::array<std::string_view, 3> kBurstColumns = {
    "Timestamp",
    "Request tokens",
    "Response tokens"};
constexpr auto kBurstMappings = std::to_array<ColumnMapping>({
    {"Timestamp", "started_at"},
    {"Session ID", "session_id"},
    {"Elapsed time", "latency_s"},
    {"Model", "model"},
    {"Request tokens", "input_tokens"},
    {"Response tokens", "output_tokens"},
    {"Total tokens", "total_tokens"},
    {"Log Type", "tag:log_type"},
});
constexpr auto kBurstConstants =
    std::to_array<Constant>({{"provider", "azure"}, {"operation", "chat"}});

/// Its publishers: a request whose answer has no tokens failed.
void FinishBurst(CallDraft& draft) {
    if (draft.call.output_tokens == 0) {
        draft.call.status = CallStatus::kError;
        draft.call.error_type = ErrorType::kOther;
    }
}

constexpr std::array<std::string_view, 3> kMooncakeColumns = {
    "timestamp",
    "input_length",
    "output_length"};
constexpr auto kMooncakeMappings = std::to_array<ColumnMapping>({
    {"timestamp", "started_ms"},
    {"input_length", "input_tokens"},
    {"output_length", "output_tokens"},
});
constexpr auto kMooncakeConstants = std::to_array<Constant>({{"provider", "moonshot"}});

}  // namespace

constexpr Format kAzureTraceFormat{
    .name = "azure-trace",
    .title = "Azure LLM inference trace",
    .told_by = kAzureColumns,
    .columns = kAzureMappings,
    .constants = kAzureConstants,
};

constexpr Format kBurstGptFormat{
    .name = "burstgpt",
    .title = "BurstGPT trace",
    .told_by = kBurstColumns,
    .columns = kBurstMappings,
    .constants = kBurstConstants,
    .time_base = kUntoldDay,
    .finish = FinishBurst,
};

constexpr Format kMooncakeFormat{
    .name = "mooncake",
    .title = "Mooncake trace",
    .told_by = kMooncakeColumns,
    .columns = kMooncakeMappings,
    .constants = kMooncakeConstants,
    .time_base = kUntoldDay,
};

}  // namespace sightglass::capture::files
