// OTLP's three export requests, in protobuf and in JSON, walked item by item: no tree is built, and
// what is handed out are views.
//
// Source: opentelemetry-proto 1.x; the JSON mapping differs from proto3's (ids are hexadecimal).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/json.h"
#include "codec/protobuf.h"
#include "dialect/traces/attribute.h"

namespace sightglass::dialect::traces {

enum class Signal : std::uint8_t { kTraces, kLogs, kMetrics };

using TraceId = std::array<std::uint8_t, 16>;
using SpanId = std::array<std::uint8_t, 8>;

/// Which span something is, or belongs to. An id that is missing or of a wrong length is all zeros,
/// which is what the specification calls invalid.
/// Thread-safety: plain value.
struct SpanPlace {
    TraceId trace_id{};
    SpanId span_id{};

    bool IsValid() const noexcept { return trace_id != TraceId{} && span_id != SpanId{}; }
};

/// Thread-safety: plain value of views.
struct EventView {
    std::string_view name;
    std::uint64_t time_ns = 0;
    std::span<const Attribute> attributes;
};

/// Thread-safety: plain value of views.
struct SpanView {
    SpanPlace place;
    SpanId parent_span_id{};  ///< Zeros where it has none.
    std::string_view name;
    int kind = 0;  ///< 1 internal, 2 server, 3 client, 4 producer, 5 consumer.
    std::uint64_t start_ns = 0;
    std::uint64_t end_ns = 0;
    int status_code = 0;  ///< 0 unset, 1 ok, 2 error.
    std::string_view status_message;
    std::span<const Attribute> attributes;
    std::span<const EventView> events;
};

/// Thread-safety: plain value of views.
struct LogView {
    SpanPlace place;
    std::uint64_t time_ns = 0;
    std::string_view event_name;
    AttributeValue body;
    std::span<const Attribute> attributes;
};

/// Thread-safety: plain value of views.
struct ScopeView {
    std::string_view name;
    std::string_view version;
};

/// Takes what an export request holds, in its order. Views are valid within the call.
/// Thread-safety: one thread at a time.
class OtlpSink {
public:
    virtual ~OtlpSink() = default;

    virtual void BeginResource(std::span<const Attribute> attributes) = 0;
    virtual void BeginScope(const ScopeView& scope) = 0;
    virtual void OnSpan(const SpanView& span) = 0;
    virtual void OnLog(const LogView& log) = 0;
    virtual void OnMetric(std::string_view name, std::size_t data_points) = 0;
};

/// Keeps its buffers from one request to the next.
/// Thread-safety: one thread at a time.
class OtlpReader {
public:
    /// kCorrupt where the request does not follow the format; the sink has then seen a part of it.
    Status ReadProtobuf(Signal signal, std::string_view body, OtlpSink& sink);
    Status ReadJson(Signal signal, std::string_view body, OtlpSink& sink);

    /// Of the last request: attributes that were broken or had no key, and were left out.
    std::uint64_t MalformedAttributes() const noexcept { return malformed_attributes_; }

private:
    /// An event's attributes lie together in event_attributes_.
    struct EventParts {
        EventView event;
        std::size_t begin = 0;
        std::size_t count = 0;
    };

    Status ReadResource(Signal signal, std::string_view message, OtlpSink& sink);
    Status ReadScope(Signal signal, std::string_view message, OtlpSink& sink);
    Status ReadItem(Signal signal, std::string_view message, OtlpSink& sink);
    Status ReadSpan(std::string_view message, OtlpSink& sink);
    bool ReadSpanField(const codec::WireReader& field, SpanView& span);
    bool ReadEvent(std::string_view message);
    Status ReadLog(std::string_view message, OtlpSink& sink);
    Status ReadMetric(std::string_view message, OtlpSink& sink);

    Status ReadJsonResource(Signal signal, codec::JsonValue value, OtlpSink& sink);
    void ReadJsonItem(Signal signal, codec::JsonValue value, OtlpSink& sink);
    void ReadJsonSpan(codec::JsonValue value, OtlpSink& sink);
    void ReadJsonLog(codec::JsonValue value, OtlpSink& sink);

    void ClearItem();
    bool
    ReadAttributes(std::string_view message, std::uint32_t number, std::vector<Attribute>& out);
    void ReadAttributes(codec::JsonValue list, std::vector<Attribute>& out);

    /// Appends an attribute, a protobuf message or JSON, where it is sound.
    template <typename Encoded>
    void AddAttribute(const Encoded& encoded, std::vector<Attribute>& out) {
        if (!ReadKeyValue(encoded, out.emplace_back())) {
            out.pop_back();
            ++malformed_attributes_;
        }
    }

    void Emit(SpanView& span, OtlpSink& sink);

    codec::JsonParser json_;
    std::uint64_t malformed_attributes_ = 0;
    std::vector<Attribute> attributes_;
    std::vector<Attribute> event_attributes_;
    std::vector<EventParts> event_parts_;
    std::vector<EventView> events_;
};

}  // namespace sightglass::dialect::traces
