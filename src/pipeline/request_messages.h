// The messages and tools of a request's body, whichever provider's form it has.
#pragma once

#include <string>
#include <vector>

#include "codec/json.h"
#include "tokens/tool_text.h"

namespace sightglass::pipeline {

/// Thread-safety: plain value.
struct RequestMessage {
    std::string role;
    std::string content;
    std::string name;
    std::vector<std::pair<std::string, std::string>> calls;  ///< Of functions: name and arguments.
    bool is_function_call = false;                           ///< As tokens::ChatMessage has it.
    bool is_tool_result = false;                             ///< What a tool gave, not a user.
};

/// A part of a message that is an image.
/// Thread-safety: plain value.
struct RequestImage {
    std::int64_t width = 0;  ///< Pixels; 0 where it does not say them itself.
    std::int64_t height = 0;
    bool low_detail = false;
};

/// Thread-safety: plain value.
struct RequestMessages {
    bool is_chat =
        false;  ///< Else the messages' contents are texts by themselves, without a frame.
    std::vector<RequestMessage> messages;
    std::vector<tokens::Tool> tools;
    std::string forced_tool;  ///< Which has to be called.
    bool no_tools = false;    ///< None may be.
    std::vector<RequestImage> images;
    std::int64_t ready_tokens = 0;  ///< Given as tokens already.
    bool is_whole = true;           ///< False where a part is neither text nor image.
};

/// Empty where nothing in it is known. Bounded by the body's size.
/// Thread-safety: pure function.
RequestMessages ReadMessages(codec::JsonValue body);

/// The first answer in a whole answer's body, as its messages; empty where nothing in it is known.
/// Thread-safety: pure function.
std::vector<RequestMessage> ReadAnswerMessages(codec::JsonValue body);

}  // namespace sightglass::pipeline
