// One generated answer, and its forms on the wire: whole or streamed, as chat completion, response
// or legacy completion.
//
// Thread-safety: pure functions; the Random passed in belongs to the caller.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/demo/cast.h"
#include "app/demo/random.h"
#include "app/demo/reply.h"
#include "app/demo/usage.h"
#include "base/time.h"
#include "call/enums.h"

namespace sightglass::demo {

struct ToolCall {
    std::string id;
    std::string name;
    std::string arguments;  ///< A JSON object, as text.
};

struct Generation {
    Operation operation = Operation::kChat;  ///< kChat, kResponse or kCompletion.
    std::string id;
    std::string model;
    Time created;
    std::string text;
    std::vector<ToolCall> tool_calls;    ///< Instead of text.
    std::string finish_reason = "stop";  ///< stop, length, tool_calls, content_filter
    Tokens tokens;
    Performance performance;
    bool include_usage = false;  ///< Of streamed chat and legacy completions.
};

/// The body of an answer that is not streamed.
std::string WholeBody(const Generation& generation);

/// The server-sent events, each with its delay after the one before. The sum of the delays is about
/// performance.total.
std::vector<Piece> StreamPieces(const Generation& generation, Random& random);

/// "chatcmpl-…", "resp_…": `prefix` and `length` random characters.
std::string RandomId(std::string_view prefix, int length, Random& random);

}  // namespace sightglass::demo
