#include <algorithm>
#include <cstring>

#include "dialect/traces/otlp.h"

namespace sightglass::dialect::traces {
namespace {

using codec::WireReader;

Error Malformed(std::string_view what) {
    return {
        ErrorCode::kCorrupt,
        std::string(what) + " breaks off or is no protobuf of an OTLP export request"};
}

template <std::size_t kSize>
void ReadId(std::string_view bytes, std::array<std::uint8_t, kSize>& id) noexcept {
    id = {};
    if (bytes.size() == kSize) {
        std::memcpy(id.data(), bytes.data(), kSize);
    }
}

bool ReadStatus(std::string_view message, SpanView& span) noexcept {
    WireReader reader(message);
    while (reader.Next()) {
        if (reader.Field() == 2) {
            span.status_message = reader.Bytes();
        } else if (reader.Field() == 3) {
            span.status_code = static_cast<int>(std::min<std::uint64_t>(reader.Number(), 3));
        }
    }
    return !reader.Failed();
}

bool ReadScopeNames(std::string_view message, ScopeView& scope) noexcept {
    WireReader reader(message);
    while (reader.Next()) {
        if (reader.Field() == 1) {
            scope.name = reader.Bytes();
        } else if (reader.Field() == 2) {
            scope.version = reader.Bytes();
        }
    }
    return !reader.Failed();
}

std::size_t CountField(std::string_view message, std::uint32_t number) noexcept {
    std::size_t count = 0;
    WireReader reader(message);
    while (reader.Next()) {
        count += reader.Field() == number ? 1U : 0U;
    }
    return count;
}

}  // namespace

/// Appends each KeyValue in field `number`. False where the message breaks off.
bool OtlpReader::ReadAttributes(
    std::string_view message,
    std::uint32_t number,
    std::vector<Attribute>& out
) {
    WireReader reader(message);
    while (reader.Next()) {
        if (reader.Field() == number) {
            AddAttribute(reader.Bytes(), out);
        }
    }
    return !reader.Failed();
}

Status OtlpReader::ReadProtobuf(Signal signal, std::string_view body, OtlpSink& sink) {
    malformed_attributes_ = 0;
    WireReader request(body);
    Status status;
    while (status.Ok() && request.Next()) {
        if (request.Field() == 1) {
            status = ReadResource(signal, request.Bytes(), sink);
        }
    }
    return status.Ok() && request.Failed() ? Status(Malformed("the request")) : status;
}

/// The resource may stand behind its scopes: it is looked for first.
Status OtlpReader::ReadResource(Signal signal, std::string_view message, OtlpSink& sink) {
    ClearItem();
    bool whole = true;
    WireReader looking(message);
    while (whole && looking.Next()) {
        whole = looking.Field() != 1 || ReadAttributes(looking.Bytes(), 1, attributes_);
    }
    if (!whole || looking.Failed()) {
        return Malformed("a resource");
    }
    sink.BeginResource(attributes_);
    Status status;
    WireReader reader(message);
    while (status.Ok() && reader.Next()) {
        if (reader.Field() == 2) {
            status = ReadScope(signal, reader.Bytes(), sink);
        }
    }
    return status;
}

Status OtlpReader::ReadScope(Signal signal, std::string_view message, OtlpSink& sink) {
    ScopeView scope;
    bool whole = true;
    WireReader looking(message);
    while (whole && looking.Next()) {
        whole = looking.Field() != 1 || ReadScopeNames(looking.Bytes(), scope);
    }
    if (!whole || looking.Failed()) {
        return Malformed("a scope");
    }
    sink.BeginScope(scope);
    Status status;
    WireReader items(message);
    while (status.Ok() && items.Next()) {
        if (items.Field() == 2) {
            status = ReadItem(signal, items.Bytes(), sink);
        }
    }
    return status;
}

Status OtlpReader::ReadItem(Signal signal, std::string_view message, OtlpSink& sink) {
    switch (signal) {
        case Signal::kTraces:
            return ReadSpan(message, sink);
        case Signal::kLogs:
            return ReadLog(message, sink);
        case Signal::kMetrics:
            break;
    }
    return ReadMetric(message, sink);
}

Status OtlpReader::ReadSpan(std::string_view message, OtlpSink& sink) {
    ClearItem();
    SpanView span;
    WireReader reader(message);
    bool whole = true;
    while (whole && reader.Next()) {
        whole = ReadSpanField(reader, span);
    }
    if (!whole || reader.Failed()) {
        return Malformed("a span");
    }
    Emit(span, sink);
    return {};
}

bool OtlpReader::ReadSpanField(const WireReader& field, SpanView& span) {
    switch (field.Field()) {
        case 1:
            ReadId(field.Bytes(), span.place.trace_id);
            return true;
        case 2:
            ReadId(field.Bytes(), span.place.span_id);
            return true;
        case 4:
            ReadId(field.Bytes(), span.parent_span_id);
            return true;
        case 5:
            span.name = field.Bytes();
            return true;
        case 6:
            span.kind = static_cast<int>(std::min<std::uint64_t>(field.Number(), 6));
            return true;
        case 7:
            span.start_ns = field.Number();
            return true;
        case 8:
            span.end_ns = field.Number();
            return true;
        case 9:
            AddAttribute(field.Bytes(), attributes_);
            return true;
        case 11:
            return ReadEvent(field.Bytes());
        case 15:
            return ReadStatus(field.Bytes(), span);
        default:
            return true;
    }
}

bool OtlpReader::ReadEvent(std::string_view message) {
    EventParts parts;
    parts.begin = event_attributes_.size();
    WireReader reader(message);
    while (reader.Next()) {
        if (reader.Field() == 1) {
            parts.event.time_ns = reader.Number();
        } else if (reader.Field() == 2) {
            parts.event.name = reader.Bytes();
        } else if (reader.Field() == 3) {
            AddAttribute(reader.Bytes(), event_attributes_);
        }
    }
    parts.count = event_attributes_.size() - parts.begin;
    event_parts_.push_back(parts);
    return !reader.Failed();
}

Status OtlpReader::ReadLog(std::string_view message, OtlpSink& sink) {
    ClearItem();
    LogView log;
    std::uint64_t observed_ns = 0;
    WireReader reader(message);
    while (reader.Next()) {
        switch (reader.Field()) {
            case 1:
                log.time_ns = reader.Number();
                break;
            case 5:
                static_cast<void>(ReadAnyValue(reader.Bytes(), log.body));
                break;
            case 6:
                AddAttribute(reader.Bytes(), attributes_);
                break;
            case 9:
                ReadId(reader.Bytes(), log.place.trace_id);
                break;
            case 10:
                ReadId(reader.Bytes(), log.place.span_id);
                break;
            case 11:
                observed_ns = reader.Number();
                break;
            case 12:
                log.event_name = reader.Bytes();
                break;
            default:
                break;
        }
    }
    if (reader.Failed()) {
        return Malformed("a log record");
    }
    log.time_ns = log.time_ns != 0 ? log.time_ns : observed_ns;
    log.attributes = attributes_;
    sink.OnLog(log);
    return {};
}

/// Every kind of metric has its data points in field 1.
Status OtlpReader::ReadMetric(std::string_view message, OtlpSink& sink) {
    std::string_view name;
    std::size_t data_points = 0;
    WireReader reader(message);
    while (reader.Next()) {
        const std::uint32_t field = reader.Field();
        if (field == 1) {
            name = reader.Bytes();
        } else if (field == 5 || field == 7 || (field >= 9 && field <= 11)) {
            data_points += CountField(reader.Bytes(), 1);
        }
    }
    if (reader.Failed()) {
        return Malformed("a metric");
    }
    sink.OnMetric(name, data_points);
    return {};
}

void OtlpReader::ClearItem() {
    attributes_.clear();
    event_attributes_.clear();
    event_parts_.clear();
    events_.clear();
}

void OtlpReader::Emit(SpanView& span, OtlpSink& sink) {
    for (EventParts& parts : event_parts_) {
        parts.event.attributes =
            std::span<const Attribute>(event_attributes_).subspan(parts.begin, parts.count);
        events_.push_back(parts.event);
    }
    span.attributes = attributes_;
    span.events = events_;
    sink.OnSpan(span);
}

}  // namespace sightglass::dialect::traces
