// What was said in a call, as its span, the span's events or log records have it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "dialect/traces/span_fields.h"

namespace sightglass::dialect::traces {

/// More than this of either side is not gathered.
inline constexpr std::size_t kContentGatheredMax = 4U << 20;

/// Thread-safety: plain value.
struct SpanContent {
    std::string input;   ///< Whole: JSON or text.
    std::string output;  ///< The same.

    // Messages that came one by one: JSON objects with a comma between them.
    std::string input_messages;
    std::string output_messages;

    bool Empty() const noexcept;
    std::size_t Bytes() const noexcept;
    void Append(const SpanContent& more);

    /// The whole, or else the messages as a JSON array; empty where there is neither.
    std::string InputText() const;
    std::string OutputText() const;
};

/// The content of a span whose fields were read: its attributes, or else its events.
void ReadContent(const SpanFields& fields, std::span<const EventView> events, SpanContent& content);

/// The content of one event: of a span, or a log record with a body. Adds nothing where the event
/// carries no content.
void ReadEventContent(
    std::string_view name,
    std::span<const Attribute> attributes,
    const AttributeValue& body,
    SpanContent& content
);

}  // namespace sightglass::dialect::traces
