#include "call/record_ids.h"

#include <string_view>

namespace sightglass {

std::vector<Uuid> RecordIdsOf(const Call& call) {
    constexpr std::string_view kName = R"("call_id":")";
    constexpr std::size_t kIdBytes = 36;
    const std::string_view joined = call.joined;
    std::vector<Uuid> ids;
    for (std::size_t at = 0; (at = joined.find(kName, at)) != std::string_view::npos;) {
        at += kName.size();
        if (const auto id = ParseUuid(joined.substr(at, kIdBytes)); id.Ok()) {
            ids.push_back(*id);
        }
    }
    return ids;
}

}  // namespace sightglass
