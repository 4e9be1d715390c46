// What a chat costs beyond its texts: the frame around each message, the reply's beginning, names, calls of functions, tools.
// OpenAI documents the messages' part (cookbook, "How to count tokens with tiktoken") and guarantees none of it.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "tokens/tokens.h"

namespace sightglass::tokens {

/// Thread-safety: plain value.
struct FunctionCall {
    std::string_view name;
    std::string_view arguments;
};

/// Views, valid within the call they are passed to.
/// Thread-safety: plain value.
struct ChatMessage {
    std::string_view role;
    std::string_view content;
    std::string_view name = {};
    std::span<const FunctionCall> calls = {};
    bool is_function_call = false;  ///< The call came as `function_call`, not in `tool_calls`.
};

/// What decides on tools besides their definitions.
/// Thread-safety: plain value.
struct ChatTools {
    std::string_view text = {};    ///< RenderTools of them; empty where there are none.
    std::string_view forced = {};  ///< The function that has to be called.
    bool none = false;             ///< tool_choice is "none".
};

/// Tokens of the request's messages and tools for a model of OpenAI that reads `encoder`'s encoding.
std::size_t CountChat(
    Encoder& encoder,
    std::string_view model,
    std::span<const ChatMessage> messages,
    const ChatTools& tools
);

}  // namespace sightglass::tokens
