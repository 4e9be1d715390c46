#include <algorithm>
#include <cstring>

#include "dialect/traces/otlp.h"

namespace sightglass::dialect::traces {
namespace {

using codec::WireReader;
using codec::WireType;

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

/// Appends each KeyValue in field `number`. False where the message breaks off.
bool ReadAttributes(std::string_view message, std::uint32_t number, std::vector<Attribute>& out) {
    WireReader reader(message);
    while (reader.Next()) {
        if (reader.field() == number) {
            out.push_back(ReadKeyValue(reader.Bytes()));
        }
    }
    return !reader.Failed();
}

bool ReadStatus(std::string_view message, SpanView& span) noexcept {
    WireReader reader(message);
    while (reader.Next()) {
        if (reader.field() == 2) {
            span.status_message = reader.Bytes();
        } else if (reader.field() == 3) {
            span.status_code = static_cast<int>(std::min<std::uint64_t>(reader.Number(), 3));
        }
    }
    return !reader.Failed();
}

std::size_t CountField(std::string_view message, std::uint32_t number) noexcept {
    std::size_t count = 0;
    WireReader reader(message);
    while (reader.Next()) {
        count += reader.field() == number ? 1U : 0U;
    }
    return count;
}

}  // namespace

Status OtlpReader::ReadProtobuf(Signal signal, std::string_view body, OtlpSink& sink) {
    WireReader request(body);
    while (request.Next()) {
        if (request.field() == 1) {
            SG_TRY(ReadResource(signal, request.Bytes(), sink));
        }
    }
    return request.Failed() ? Status(Malformed("the request")) : Status();
}

/// The resource may stand behind its scopes: it is looked for first.
Status OtlpReader::ReadResource(Signal signal, std::string_view message, OtlpSink& sink) {
    ClearItem();
    WireReader looking(message);
    while (looking.Next()) {
        if (looking.field() == 1 && !ReadAttributes(looking.Bytes(), 1, attributes_)) {
            return Malformed("a resource");
        }
    }
    if (looking.Failed()) {
        return Malformed("a resource");
    }
    sink.BeginResource(attributes_);
    WireReader reader(message);
    while (reader.Next()) {
        if (reader.field() == 2) {
            SG_TRY(ReadScope(signal, reader.Bytes(), sink));
        }
    }
    return {};
}

Status OtlpReader::ReadScope(Signal signal, std::string_view message, OtlpSink& sink) {
    ScopeView scope;
    WireReader looking(message);
    while (looking.Next()) {
        if (looking.field() != 1) {
            continue;
        }
        WireReader reader(looking.Bytes());
        while (reader.Next()) {
            if (reader.field() == 1) {
                scope.name = reader.Bytes();
            } else if (reader.field() == 2) {
                scope.version = reader.Bytes();
            }
        }
        if (reader.Failed()) {
            return Malformed("a scope");
        }
    }
    if (looking.Failed()) {
        return Malformed("a scope");
    }
    sink.BeginScope(scope);
    WireReader items(message);
    while (items.Next()) {
        if (items.field() != 2) {
            continue;
        }
        switch (signal) {
            case Signal::kTraces:
                SG_TRY(ReadSpan(items.Bytes(), sink));
                break;
            case Signal::kLogs:
                SG_TRY(ReadLog(items.Bytes(), sink));
                break;
            case Signal::kMetrics:
                SG_TRY(ReadMetric(items.Bytes(), sink));
                break;
        }
    }
    return {};
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
    switch (field.field()) {
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
            attributes_.push_back(ReadKeyValue(field.Bytes()));
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
        if (reader.field() == 1) {
            parts.event.time_ns = reader.Number();
        } else if (reader.field() == 2) {
            parts.event.name = reader.Bytes();
        } else if (reader.field() == 3) {
            event_attributes_.push_back(ReadKeyValue(reader.Bytes()));
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
        switch (reader.field()) {
            case 1:
                log.time_ns = reader.Number();
                break;
            case 5:
                log.body = ReadAnyValue(reader.Bytes());
                break;
            case 6:
                attributes_.push_back(ReadKeyValue(reader.Bytes()));
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
        const std::uint32_t field = reader.field();
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
