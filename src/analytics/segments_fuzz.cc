// Any text: refused with a sentence, or rules that read the same when they are written out again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "analytics/segments.h"

using sightglass::analytics::FindSegment;
using sightglass::analytics::ParseSegmentRules;
using sightglass::analytics::SegmentRule;
using sightglass::analytics::UserMeasure;
using sightglass::analytics::UserMeasures;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto rules = ParseSegmentRules(text);
    if (!rules.Ok()) {
        if (rules.error().message.empty()) {
            std::abort();
        }
        return 0;
    }
    std::string written;
    for (const SegmentRule& rule : *rules) {
        written += rule.name + ": " + rule.text + "\n";
    }
    const auto again = ParseSegmentRules(written);
    UserMeasures user;
    user[UserMeasure::kCalls] = 10;
    if (!again.Ok() || again->size() != rules->size()) {
        std::abort();
    }
    const SegmentRule* const one = FindSegment(*rules, user);
    const SegmentRule* const other = FindSegment(*again, user);
    if ((one == nullptr) != (other == nullptr) || (one != nullptr && one->name != other->name)) {
        std::abort();
    }
    return 0;
}
