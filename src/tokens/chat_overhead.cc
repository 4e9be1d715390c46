#include "tokens/chat_overhead.h"

#include <algorithm>
#include <array>
#include <string>

namespace sightglass::tokens {
namespace {

constexpr std::size_t kFrame = 3;  ///< Around a message.
constexpr std::size_t kReply = 3;  ///< What the reply begins with; one less for the newest models.
constexpr std::size_t kFunctionCall = 3;   ///< Around a function_call.
constexpr std::size_t kToolCall = 7;       ///< Around one of tool_calls.
constexpr std::size_t kParallelCall = 15;  ///< The same where there are several.
constexpr std::size_t kTools = 9;          ///< Around the rendered tools.
constexpr std::size_t kShared =
    4;  ///< Saved where the tools stand in a system message that is there anyway.
constexpr std::size_t kForced = 4;  ///< Around the name of the function that has to be called.

/// The first chat model had a frame of its own, in which a name stood for the role.
bool IsFirstChatModel(std::string_view model) noexcept {
    return model.find("gpt-3.5-turbo-0301") != std::string_view::npos;
}

/// As the API's own counts have it.
bool HasShortReply(std::string_view model) noexcept {
    constexpr std::array<std::string_view, 3> kShort = {"gpt-5", "gpt-audio", "o3-mini"};
    return std::any_of(kShort.begin(), kShort.end(), [model](std::string_view name) {
        return model.find(name) != std::string_view::npos;
    });
}

bool IsSystem(const ChatMessage& message) noexcept {
    return message.role == "system" || message.role == "developer";
}

std::size_t CountMessage(Encoder& encoder, const ChatMessage& message, bool first_model) {
    std::size_t tokens = kFrame + (first_model ? 1 : 0);
    tokens += encoder.Count(message.role) + encoder.Count(message.content);
    if (!message.name.empty()) {
        tokens += encoder.Count(message.name) + 1 - (first_model ? 2 : 0);
    }
    for (const FunctionCall& call : message.calls) {
        const std::size_t tool_call = message.calls.size() > 1 ? kParallelCall : kToolCall;
        tokens += message.is_function_call ? kFunctionCall : tool_call;
        tokens += encoder.Count(call.name) + encoder.Count(call.arguments);
    }
    return message.role == "function" ? tokens - 2 : tokens;
}

std::size_t CountTools(Encoder& encoder, const ChatTools& tools, bool has_system) {
    std::size_t tokens = kTools + encoder.Count(tools.text) - (has_system ? kShared : 0);
    if (tools.none) {
        ++tokens;
    } else if (!tools.forced.empty()) {
        tokens += kForced + encoder.Count(tools.forced);
    }
    return tokens;
}

}  // namespace

std::size_t CountChat(
    Encoder& encoder,
    std::string_view model,
    std::span<const ChatMessage> messages,
    const ChatTools& tools
) {
    const bool first_model = IsFirstChatModel(model);
    std::size_t tokens = kReply - (HasShortReply(model) ? 1 : 0);
    bool padded = tools.text.empty();
    for (const ChatMessage& message : messages) {
        if (!padded && IsSystem(message)) {
            // The tools follow it, on a line of their own.
            const std::string content = std::string(message.content) + '\n';
            ChatMessage with_line_end = message;
            with_line_end.content = content;
            tokens += CountMessage(encoder, with_line_end, first_model);
            padded = true;
            continue;
        }
        tokens += CountMessage(encoder, message, first_model);
    }
    if (!tools.text.empty()) {
        tokens +=
            CountTools(encoder, tools, std::any_of(messages.begin(), messages.end(), IsSystem));
    }
    return tokens;
}

}  // namespace sightglass::tokens
