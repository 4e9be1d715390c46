// Asking for the usage of streamed chat completions on a caller's behalf, and taking what was only asked for by us out of the
// answer again: OpenAI's stream_options.include_usage adds one chunk without choices, before "[DONE]".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sightglass::capture {

/// Writes `body` into `out` with include_usage set. False, with `out` as it was, where it asks for that itself, or is not
/// written so that it can be changed in one place.
/// Thread-safety: pure.
bool AskForUsage(std::string_view body, std::string& out);

/// Passes server-sent events on, but for the chunk that only says the usage. An event is held back until its end has come.
/// Thread-safety: one thread.
class UsageChunkFilter {
public:
    /// Takes bytes of the stream, and appends to `out` what may pass now.
    void Feed(std::string_view bytes, std::string& out);

    /// The stream has ended: what was held back passes.
    void Finish(std::string& out);

    void Reset() noexcept;

private:
    /// An event that is longer than this is not the one that is looked for.
    static constexpr std::size_t kHeldBytesMax = 64U << 10;

    void Pass(std::string_view event, std::string& out);

    std::string held_;
    bool found_ = false;  ///< There is one such chunk in a stream.
    bool long_ = false;   ///< The beginning of this event has passed already.
};

}  // namespace sightglass::capture
