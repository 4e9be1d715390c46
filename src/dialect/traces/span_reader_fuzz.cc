// Any attributes: a span is read as one call whose texts are bounded UTF-8, and whose counts are
// counts. Input: lines "key=value"; a value that is a number goes as one, one in brackets as a list,
// lines behind an empty one belong to an event.
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "dialect/fuzz_dialect.h"
#include "dialect/traces/span_reader.h"

namespace {

using sightglass::Call;
using namespace sightglass::dialect::traces;

/// Keeps what attributes are views of. Thread-safety: one thread.
class Lines {
public:
    explicit Lines(std::string_view text) {
        for (const std::string_view line : sightglass::Split(text, '\n')) {
            if (line.empty()) {
                in_event_ = true;
                continue;
            }
            (in_event_ ? event : span).push_back(AttributeOf(line));
        }
    }

    std::vector<Attribute> span;
    std::vector<Attribute> event;

private:
    static Attribute AttributeOf(std::string_view line) {
        const std::size_t equals = std::min(line.find('='), line.size());
        Attribute attribute;
        attribute.key = line.substr(0, equals);
        const std::string_view text = line.substr(std::min(equals + 1, line.size()));
        attribute.value.kind = ValueKind::kText;
        attribute.value.text = text;
        if (const auto whole = sightglass::ParseInt(text)) {
            attribute.value.kind = ValueKind::kInt;
            attribute.value.number = *whole;
        } else if (text.starts_with('[') && text.size() < kListBytesMax) {
            attribute.value.kind = ValueKind::kList;  // Its bytes are read as protobuf.
        }
        return attribute;
    }

    static constexpr std::size_t kListBytesMax = 200;
    bool in_event_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const Lines lines({reinterpret_cast<const char*>(data) + 2, size - 2});
    EventView event;
    event.name = (data[0] & 1U) != 0 ? "exception" : "gen_ai.choice";
    event.attributes = lines.event;
    SpanView span;
    span.place.trace_id.fill(1);
    span.place.span_id.fill(2);
    span.start_ns =
        (data[0] & 2U) != 0 ? 1'795'305'687'028'000'000U : std::uint64_t{data[1]} << 56U;
    span.end_ns = span.start_ns + (std::uint64_t{data[1]} << (data[0] & 31U));
    span.status_code = data[0] >> 6U;
    span.attributes = lines.span;
    span.events = {&event, 1};
    static SpanReader reader;
    reader.BeginResource(lines.event);
    Call call;
    SpanContent content;
    const auto now = sightglass::TimeFromMicros(1'795'305'700'000'000);
    if (reader.Read(span, now, call, &content) == SpanRole::kCall) {
        sightglass::dialect::CheckFuzzedCall(call);
        if (!call.started_at || call.call_id.IsNil() || call.status == std::nullopt) {
            std::abort();
        }
    }
    if (content.Bytes() > 4 * kContentGatheredMax) {
        std::abort();
    }
    return 0;
}
