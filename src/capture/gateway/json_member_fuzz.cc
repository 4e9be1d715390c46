// Any text: what is found in valid JSON is what a parser finds there, a replaced value reads back as the new one, asking for
// usage leaves valid JSON valid, and the filter passes everything but one chunk however the bytes come.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "capture/gateway/json_member.h"
#include "capture/gateway/stream_usage.h"
#include "codec/json.h"

namespace {

using namespace sightglass;

void Check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void CheckMember(std::string_view text) {
    const auto range = capture::FindMember(text, "model");
    codec::JsonParser parser;
    const auto value = parser.Parse(text);
    if (!value.Ok() || !range) {
        return;
    }
    Check(value->IsObject() && value->Get("model").Exists());
    const std::string changed = std::string(text.substr(0, range->begin)) + "\"new\"" +
                                std::string(text.substr(range->begin + range->size));
    const auto again = parser.Parse(changed);
    Check(again.Ok() && again->Get("model").String() == "new");
}

void CheckUsage(std::string_view text) {
    codec::JsonParser parser;
    const bool valid = parser.Parse(text).Ok();
    std::string asked;
    if (capture::AskForUsage(text, asked) && valid) {
        const auto changed = parser.Parse(asked);
        Check(changed.Ok());
        Check(changed->Get("stream_options").Get("include_usage").Bool() == true);
    }
}

void CheckFilter(std::string_view text, std::size_t piece) {
    capture::UsageChunkFilter whole;
    capture::UsageChunkFilter pieces;
    std::string at_once;
    std::string in_pieces;
    whole.Feed(text, at_once);
    whole.Finish(at_once);
    for (std::string_view rest = text; !rest.empty();
         rest.remove_prefix(std::min(piece, rest.size()))) {
        pieces.Feed(rest.substr(0, piece), in_pieces);
    }
    pieces.Finish(in_pieces);
    Check(at_once == in_pieces);
    Check(at_once.size() <= text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    CheckMember(text);
    CheckUsage(text);
    CheckFilter(text, size == 0 ? 1 : 1 + data[0] % 16);
    return 0;
}
