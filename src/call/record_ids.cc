#include "call/record_ids.h"

namespace sightglass {
namespace {

/// What stands between quotes after each `name`. Ids have no quotes or backslashes in them.
std::vector<std::string_view> TextsAfter(std::string_view name, std::string_view json) {
    std::vector<std::string_view> texts;
    for (std::size_t at = 0; (at = json.find(name, at)) != std::string_view::npos;) {
        at += name.size();
        texts.push_back(json.substr(at, json.find('"', at) - at));
    }
    return texts;
}

}  // namespace

std::vector<Uuid> RecordIdsOf(const Call& call) {
    std::vector<Uuid> ids;
    for (const std::string_view text : TextsAfter(R"("call_id":")", call.joined)) {
        if (const auto id = ParseUuid(text); id.Ok()) {
            ids.push_back(*id);
        }
    }
    return ids;
}

std::vector<std::string_view> RecordSpanIdsOf(const Call& call) {
    return TextsAfter(R"("span_id":")", call.joined);
}

}  // namespace sightglass
