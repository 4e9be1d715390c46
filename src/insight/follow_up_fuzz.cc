// Any body: refused with a sentence, or a follow-up that is the same once it was kept and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "insight/follow_up.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    codec::JsonParser parser;
    const auto root = parser.Parse(body);
    if (!root.Ok()) {
        return 0;
    }
    insight::FollowUp follow_up;
    const Time now = TimeFromMicros(1'763'775'464'000'000);
    const Status applied = insight::ApplyChange(*root, now, true, follow_up);
    if (!applied.Ok()) {
        if (applied.error().message.empty()) {
            std::abort();
        }
        return 0;
    }
    const state::FollowUpRow row = insight::RowOf(follow_up);
    const auto again = insight::ReadRow(row);
    if (!again.Ok() || insight::RowOf(*again) != row) {
        std::abort();
    }
    return 0;
}
