#include "pipeline/transcript.h"

#include <algorithm>

namespace sightglass::pipeline {
namespace {

constexpr std::size_t kPartsMax = 256;
constexpr std::size_t kEventBytesMax = 1U << 20;

}  // namespace

void Transcript::Read(
    std::string_view body,
    codec::StreamFormat format,
    const dialect::Dialect& dialect
) {
    codec::StreamEvents events(kEventBytesMax);
    events.Start(format);
    const auto consume = [&](const codec::StreamEvent& event) {
        dialect.ReadText(event.name, event.data, *this);
    };
    events.Feed(body, consume);
    events.Finish(consume);
}

void Transcript::Begin(std::string_view key, std::string_view label) {
    Part(key, label);
}

void Transcript::Add(std::string_view key, std::string_view label, std::string_view piece) {
    TranscriptPart* const part = piece.empty() ? nullptr : Part(key, label);
    if (part == nullptr) {
        return;
    }
    const std::size_t size = std::min(piece.size(), bytes_left_);
    truncated_ = truncated_ || size < piece.size();
    part->text += piece.substr(0, size);
    bytes_left_ -= size;
}

/// The part of that key, made where it is new and there may be more parts.
TranscriptPart* Transcript::Part(std::string_view key, std::string_view label) {
    const auto found = std::find(keys_.begin(), keys_.end(), key);
    if (found != keys_.end()) {
        return &parts_[static_cast<std::size_t>(found - keys_.begin())];
    }
    if (parts_.size() >= kPartsMax) {
        truncated_ = true;
        return nullptr;
    }
    keys_.emplace_back(key);
    parts_.push_back({.label = std::string(label), .text = {}});
    return &parts_.back();
}

}  // namespace sightglass::pipeline
