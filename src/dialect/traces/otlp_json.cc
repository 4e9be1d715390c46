#include <algorithm>

#include "base/text.h"
#include "dialect/traces/otlp.h"

namespace sightglass::dialect::traces {
namespace {

using codec::JsonValue;

/// The names that the three signals have for the same places.
struct JsonNames {
    std::string_view resources;
    std::string_view scopes;
    std::string_view items;
};

constexpr std::array<JsonNames, 3> kNames = {
    {{"resourceSpans", "scopeSpans", "spans"},
     {"resourceLogs", "scopeLogs", "logRecords"},
     {"resourceMetrics", "scopeMetrics", "metrics"}}};

const JsonNames& NamesOf(Signal signal) noexcept {
    return kNames[static_cast<std::size_t>(signal)];
}

int HexDigit(char c) noexcept {
    const char lower = ToLower(c);
    if (lower >= '0' && lower <= '9') {
        return lower - '0';
    }
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

template <std::size_t kSize>
void ReadId(JsonValue value, std::array<std::uint8_t, kSize>& id) noexcept {
    id = {};
    const std::string_view text = value.String().value_or("");
    if (text.size() != 2 * kSize) {
        return;
    }
    std::array<std::uint8_t, kSize> read{};
    for (std::size_t i = 0; i < kSize; ++i) {
        const int high = HexDigit(text[2 * i]);
        const int low = HexDigit(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return;
        }
        read[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    id = read;
}

/// 64-bit numbers are decimal texts; numbers are accepted as well.
std::uint64_t ReadTime(JsonValue value) noexcept {
    const auto text = value.String();
    const auto number = text ? ParseInt(*text) : value.Int();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(number.value_or(0), 0));
}

/// The specification has enumerations as numbers; some senders write their names.
int ReadEnum(JsonValue value, std::span<const std::string_view> names) noexcept {
    if (const auto number = value.Int()) {
        return static_cast<int>(std::clamp<std::int64_t>(*number, 0, 6));
    }
    const std::string_view text = value.String().value_or("");
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (text == names[i]) {
            return static_cast<int>(i);
        }
    }
    return 0;
}

constexpr std::array<std::string_view, 6> kSpanKinds = {
    "SPAN_KIND_UNSPECIFIED",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER"};
constexpr std::array<std::string_view, 3> kStatusCodes = {
    "STATUS_CODE_UNSET",
    "STATUS_CODE_OK",
    "STATUS_CODE_ERROR"};

}  // namespace

void OtlpReader::ReadAttributes(JsonValue list, std::vector<Attribute>& out) {
    list.ForEach([this, &out](std::string_view, JsonValue element) {
        AddAttribute(element, out);
        return true;
    });
}

Status OtlpReader::ReadJson(Signal signal, std::string_view body, OtlpSink& sink) {
    malformed_attributes_ = 0;
    SG_ASSIGN_OR_RETURN(const JsonValue root, json_.Parse(body));
    const JsonValue resources = root.Get(NamesOf(signal).resources);
    if (!root.IsObject() || (resources.Exists() && !resources.IsArray() && !resources.IsNull())) {
        return Error{
            ErrorCode::kCorrupt,
            "the request is no JSON object with the array \"" +
                std::string(NamesOf(signal).resources) + "\""};
    }
    Status status;
    resources.ForEach([&](std::string_view, JsonValue resource) {
        status = ReadJsonResource(signal, resource, sink);
        return status.Ok();
    });
    return status;
}

Status OtlpReader::ReadJsonResource(Signal signal, JsonValue value, OtlpSink& sink) {
    if (!value.IsObject()) {
        return Error{
            ErrorCode::kCorrupt,
            "an element of \"" + std::string(NamesOf(signal).resources) + "\" is no object"};
    }
    ClearItem();
    ReadAttributes(value.Get("resource").Get("attributes"), attributes_);
    sink.BeginResource(attributes_);
    value.Get(NamesOf(signal).scopes).ForEach([&](std::string_view, JsonValue scope) {
        const JsonValue named = scope.Get("scope");
        sink.BeginScope(
            {named.Get("name").String().value_or(""), named.Get("version").String().value_or("")}
        );
        scope.Get(NamesOf(signal).items).ForEach([&](std::string_view, JsonValue item) {
            ReadJsonItem(signal, item, sink);
            return true;
        });
        return true;
    });
    return {};
}

void OtlpReader::ReadJsonItem(Signal signal, JsonValue value, OtlpSink& sink) {
    switch (signal) {
        case Signal::kTraces:
            ReadJsonSpan(value, sink);
            return;
        case Signal::kLogs:
            ReadJsonLog(value, sink);
            return;
        case Signal::kMetrics: {
            std::size_t data_points = 0;
            for (const std::string_view kind :
                 {"gauge", "sum", "histogram", "exponentialHistogram", "summary"}) {
                data_points += value.Get(kind).Get("dataPoints").Size();
            }
            sink.OnMetric(value.Get("name").String().value_or(""), data_points);
            return;
        }
    }
}

void OtlpReader::ReadJsonSpan(JsonValue value, OtlpSink& sink) {
    ClearItem();
    SpanView span;
    ReadId(value.Get("traceId"), span.place.trace_id);
    ReadId(value.Get("spanId"), span.place.span_id);
    ReadId(value.Get("parentSpanId"), span.parent_span_id);
    span.name = value.Get("name").String().value_or("");
    span.kind = ReadEnum(value.Get("kind"), kSpanKinds);
    span.start_ns = ReadTime(value.Get("startTimeUnixNano"));
    span.end_ns = ReadTime(value.Get("endTimeUnixNano"));
    const JsonValue status = value.Get("status");
    span.status_code = ReadEnum(status.Get("code"), kStatusCodes);
    span.status_message = status.Get("message").String().value_or("");
    ReadAttributes(value.Get("attributes"), attributes_);
    value.Get("events").ForEach([this](std::string_view, JsonValue event) {
        EventParts parts;
        parts.event.name = event.Get("name").String().value_or("");
        parts.event.time_ns = ReadTime(event.Get("timeUnixNano"));
        parts.begin = event_attributes_.size();
        ReadAttributes(event.Get("attributes"), event_attributes_);
        parts.count = event_attributes_.size() - parts.begin;
        event_parts_.push_back(parts);
        return true;
    });
    Emit(span, sink);
}

void OtlpReader::ReadJsonLog(JsonValue value, OtlpSink& sink) {
    ClearItem();
    LogView log;
    ReadId(value.Get("traceId"), log.place.trace_id);
    ReadId(value.Get("spanId"), log.place.span_id);
    log.time_ns = ReadTime(value.Get("timeUnixNano"));
    if (log.time_ns == 0) {
        log.time_ns = ReadTime(value.Get("observedTimeUnixNano"));
    }
    log.event_name = value.Get("eventName").String().value_or("");
    if (const JsonValue said = value.Get("body"); said.Exists()) {
        static_cast<void>(ReadAnyValue(said, log.body));
    }
    ReadAttributes(value.Get("attributes"), attributes_);
    log.attributes = attributes_;
    sink.OnLog(log);
}

}  // namespace sightglass::dialect::traces
