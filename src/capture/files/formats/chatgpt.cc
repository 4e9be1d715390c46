// A person's ChatGPT data export. It says nothing of tokens or costs: both stay unknown.
#include <array>

#include "capture/files/format.h"

namespace sightglass::capture::files {
namespace {

constexpr auto kMappings = std::to_array<ColumnMapping>({
    {"message_id", "provider_response_id"},
    {"conversation_id", "session_id"},
    {"created_at", "started_at"},
    {"model", "model"},
    {"turn", "turn"},
    {"finish", "finish_reason"},
    {"gizmo", "tag:gizmo"},
    {"request_bytes", "request_bytes"},
    {"response_bytes", "response_bytes"},
    {"status", "status"},
});
constexpr auto kConstants = std::to_array<Constant>({
    {"provider", "openai"},
    {"service", "chatgpt"},
    {"operation", "chat"},
});
constexpr std::array<std::string_view, 2> kKey = {"conversation_id", "message_id"};

/// The app answers as it writes.
void Finish(CallDraft& draft) {
    draft.call.stream = true;
}

}  // namespace

constexpr Format kChatGptFormat{
    .name = "chatgpt",
    .title = "ChatGPT data export",
    .framing = Framing::kConversations,
    .columns = kMappings,
    .constants = kConstants,
    .identity = Identity::kKey,
    .identity_columns = kKey,
    .finish = Finish,
};

}  // namespace sightglass::capture::files
