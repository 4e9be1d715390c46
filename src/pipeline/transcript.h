// What a streamed answer said: its deltas put together, so that redaction, search and people see
// text and not pieces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json.h"
#include "codec/stream_events.h"

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

    /// Reads a whole body of events in any of the formats that the dialects read. Events that carry
    /// no text of an answer are passed over. `format`: not kNone.
    void Read(std::string_view body, codec::StreamFormat format, codec::JsonParser& parser);

    /// In the order of their first piece.
    std::vector<TranscriptPart>& parts() noexcept { return parts_; }

    bool Truncated() const noexcept { return truncated_; }

private:
    void ReadEvent(codec::JsonValue event);
    void ReadChoice(codec::JsonValue choice);
    void ReadToolCalls(codec::JsonValue calls, const std::string& choice);
    bool ReadTypedEvent(std::string_view type, codec::JsonValue event);
    bool ReadAnthropic(std::string_view type, codec::JsonValue event);
    bool ReadCohere(std::string_view type, codec::JsonValue event);
    void ReadGemini(codec::JsonValue candidate);
    void ReadOllama(codec::JsonValue line);
    void ReadBedrock(codec::JsonValue event);
    void ReadOthers(codec::JsonValue event);
    void AppendCall(const std::string& key, codec::JsonValue name, codec::JsonValue arguments);
    void NameItem(codec::JsonValue event);

    TranscriptPart* Part(const std::string& key, std::string_view label);
    void Append(const std::string& key, std::string_view label, codec::JsonValue text);
    void AppendText(const std::string& key, std::string_view label, std::string_view text);

    std::size_t bytes_left_;
    bool truncated_ = false;
    std::vector<std::string> keys_;  // Of parts_: what a later delta finds its part by.
    std::vector<TranscriptPart> parts_;
};

}  // namespace sightglass::pipeline
