// What a streamed answer said: its pieces put together, so that redaction, search and people see
// text and not pieces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "codec/stream_events.h"
#include "dialect/dialect.h"

namespace sightglass::pipeline {

/// One run of text of an answer.
struct TranscriptPart {
    std::string label;  ///< Empty for the answer itself; "tool call get_weather", "refusal", …
    std::string text;
};

/// Thread-safety: one thread at a time.
class Transcript final : public dialect::AnswerText {
public:
    /// Keeps at most `bytes_max` bytes of text in all.
    explicit Transcript(std::size_t bytes_max) : bytes_left_(bytes_max) {}

    /// Reads a whole streamed body. Events that carry no text of an answer are passed over.
    void Read(std::string_view body, codec::StreamFormat format, const dialect::Dialect& dialect);

    void Begin(std::string_view key, std::string_view label) override;
    void Add(std::string_view key, std::string_view label, std::string_view piece) override;

    /// In the order of their first piece.
    std::vector<TranscriptPart>& parts() noexcept { return parts_; }

    bool Truncated() const noexcept { return truncated_; }

private:
    TranscriptPart* Part(std::string_view key, std::string_view label);

    std::size_t bytes_left_;
    bool truncated_ = false;
    std::vector<std::string> keys_;  // Of parts_: what a later piece finds its part by.
    std::vector<TranscriptPart> parts_;
};

}  // namespace sightglass::pipeline
