#include "codec/stream_events.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace sightglass::codec {

StreamFormat StreamFormatOf(std::string_view content_type) noexcept {
    constexpr std::array<std::pair<std::string_view, StreamFormat>, 7> kTypes = {{
        {"text/event-stream", StreamFormat::kServerSentEvents},
        {"application/x-ndjson", StreamFormat::kLines},
        {"application/ndjson", StreamFormat::kLines},
        {"application/jsonl", StreamFormat::kLines},
        {"application/x-json-stream", StreamFormat::kLines},
        {"application/stream+json", StreamFormat::kLines},
        {"application/vnd.amazon.eventstream", StreamFormat::kAwsMessages},
    }};
    for (const auto& [type, format] : kTypes) {
        if (StartsWithIgnoreCase(content_type, type)) {
            return format;
        }
    }
    return StreamFormat::kNone;
}

void StreamEvents::Start(StreamFormat format) {
    switch (format) {
        case StreamFormat::kLines:
            reader_.emplace<LineReader>(event_bytes_max_);
            break;
        case StreamFormat::kJsonArray:
            reader_.emplace<JsonElementReader>(event_bytes_max_);
            break;
        case StreamFormat::kAwsMessages:
            reader_.emplace<AwsMessageReader>(event_bytes_max_);
            break;
        case StreamFormat::kNone:
        case StreamFormat::kServerSentEvents:
            if (auto* const sse = std::get_if<SseReader>(&reader_); sse != nullptr) {
                sse->Reset();
            } else {
                reader_.emplace<SseReader>(event_bytes_max_);
            }
            break;
    }
}

bool StreamEvents::Next(std::string_view& bytes, StreamEvent& event) {
    event.name = {};
    if (auto* const lines = std::get_if<LineReader>(&reader_); lines != nullptr) {
        return lines->Next(bytes, event.data, event.truncated);
    }
    if (auto* const elements = std::get_if<JsonElementReader>(&reader_); elements != nullptr) {
        return elements->Next(bytes, event.data, event.truncated);
    }
    auto* const messages = std::get_if<AwsMessageReader>(&reader_);
    AwsMessage message;
    if (messages == nullptr || !messages->Next(bytes, message)) {
        return false;
    }
    SetMessage(message, event);
    return true;
}

void StreamEvents::SetMessage(const AwsMessage& message, StreamEvent& event) {
    event = {message.name, message.payload, message.truncated};
    if (message.message_type == "exception" || message.message_type == "error") {
        exception_ = "exception:";
        exception_ += message.name;
        event.name = exception_;
    }
    if (message.message_type == "error") {
        event.data = message.error_message;
    }
}

bool StreamEvents::Last(StreamEvent& event) {
    event.name = {};
    if (auto* const lines = std::get_if<LineReader>(&reader_); lines != nullptr) {
        return lines->Last(event.data, event.truncated);
    }
    auto* const elements = std::get_if<JsonElementReader>(&reader_);
    return elements != nullptr && elements->Last(event.data, event.truncated);
}

bool StreamEvents::Complete() const noexcept {
    if (const auto* const messages = std::get_if<AwsMessageReader>(&reader_); messages != nullptr) {
        return !messages->Broken() && !messages->Open();
    }
    const auto* const elements = std::get_if<JsonElementReader>(&reader_);
    return elements == nullptr || !elements->Open();
}

}  // namespace sightglass::codec
