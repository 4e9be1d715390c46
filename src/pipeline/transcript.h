// What a streamed answer said: its deltas put together, so that redaction, search and people see
// text and not pieces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json.h"

namespace sightglass::pipeline {

/// One run of text of an answer.
struct TranscriptPart {
    std::string label;  ///< Empty for the answer itself; "tool call get_weather", "refusal", …
    std::string text;
};

/// Thread-safety: one thread at a time.
class Transcript {
public:
    /// Keeps at most `bytes_max` bytes of text in all.
    explicit Transcript(std::size_t bytes_max) : bytes_left_(bytes_max) {}

    /// Reads a whole body of server-sent events, of the OpenAI wire format. Events that carry no
    /// text of an answer are passed over.
    void Read(std::string_view body, codec::JsonParser& parser);

    /// In the order of their first piece.
    std::vector<TranscriptPart>& parts() noexcept { return parts_; }

    bool Truncated() const noexcept { return truncated_; }

private:
    void ReadEvent(codec::JsonValue event);
    void ReadChoice(codec::JsonValue choice);
    void ReadToolCalls(codec::JsonValue calls, const std::string& choice);
    bool ReadTypedEvent(std::string_view type, codec::JsonValue event);
    void NameItem(codec::JsonValue event);

    TranscriptPart* Part(const std::string& key, std::string_view label);
    void Append(const std::string& key, std::string_view label, codec::JsonValue text);

    std::size_t bytes_left_;
    bool truncated_ = false;
    std::vector<std::string> keys_;  // Of parts_: what a later delta finds its part by.
    std::vector<TranscriptPart> parts_;
};

}  // namespace sightglass::pipeline
