// Any bytes, as each signal and in both encodings, through everything that reads them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/json.h"
#include "dialect/traces/collected_spans.h"

using sightglass::Call;
using sightglass::codec::IsValidUtf8;
using sightglass::dialect::traces::CollectedSpans;
using sightglass::dialect::traces::OtlpReader;
using sightglass::dialect::traces::Signal;

namespace {

void Check(const CollectedSpans& collected) {
    for (const CollectedSpans::Item& item : collected.items) {
        for (const std::string* text : {&item.call.model, &item.call.user, &item.call.params}) {
            if (!IsValidUtf8(*text)) {
                std::abort();
            }
        }
        if (item.call.InputTokens().value_or(0) < 0) {
            std::abort();
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    static OtlpReader reader;
    for (const Signal signal : {Signal::kTraces, Signal::kLogs, Signal::kMetrics}) {
        CollectedSpans protobuf;
        static_cast<void>(reader.ReadProtobuf(signal, bytes, protobuf));
        Check(protobuf);
        CollectedSpans json;
        static_cast<void>(reader.ReadJson(signal, bytes, json));
        Check(json);
    }
    return 0;
}
