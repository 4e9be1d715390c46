#include "serve/api/quality_body.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "codec/json.h"

namespace sightglass::serve {
namespace {

using codec::JsonValue;
using pipeline::Finding;

constexpr std::size_t kExamplesMax = 100;
constexpr std::int64_t kCountMax = 1'000'000'000'000;

Error Wrong(std::string_view member, std::string_view allowed) {
    return Error{
        ErrorCode::kInvalidArgument,
        std::string(member) + ": allowed: " + std::string(allowed)};
}

Finding RejectedAt(Time now) {
    Finding found;
    found.at = now;
    found.kind = pipeline::FindingKind::kRejected;
    found.source = Source::kImport;
    return found;
}

}  // namespace

Result<std::vector<Finding>> ReadRejected(std::string_view body, Time now) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(body));
    const auto file = root.Get("file").String();
    const auto count = root.Get("count").Int();
    const JsonValue examples = root.Get("examples");
    if (!root.IsObject() || !file || file->empty()) {
        return Wrong("file", "the name of what was read");
    }
    const std::string name(file->substr(0, pipeline::Findings::kTextBytesMax));
    if (!count || *count < 1 || *count > kCountMax) {
        return Wrong("count", "how many lines were rejected, 1 or more");
    }
    if (!examples.IsArray() || examples.Size() > kExamplesMax ||
        static_cast<std::int64_t>(examples.Size()) > *count) {
        return Wrong("examples", "a list of at most 100 of them");
    }
    std::vector<Finding> found;
    bool sound = true;
    examples.ForEach([&](std::string_view, JsonValue example) {
        const auto line = example.Get("line").Int();
        const auto reason = example.Get("reason").String();
        sound = line && *line >= 0 && reason;
        if (sound) {
            const std::string why(*reason);
            const std::string field(example.Get("field").String().value_or(""));
            Finding& one = found.emplace_back(RejectedAt(now));
            one.place = name + ":" + std::to_string(*line);
            one.reason = field.empty() ? why : field + " " + why;
        }
        return sound;
    });
    if (!sound) {
        return Wrong("examples", "objects with line, field and reason");
    }
    const auto named = static_cast<std::int64_t>(found.size());
    if (*count > named) {
        found.emplace_back(RejectedAt(now)).count = static_cast<std::uint64_t>(*count - named);
    }
    return found;
}

}  // namespace sightglass::serve
