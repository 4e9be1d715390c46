#include "dialect/body_json.h"

#include "base/text.h"
#include "codec/json_cut.h"

namespace sightglass::dialect {

codec::JsonValue ParseJson(std::string_view text) {
    thread_local codec::JsonParser parser;
    const Result<codec::JsonValue> value = parser.Parse(text);
    return value.Ok() ? *value : codec::JsonValue();
}

codec::JsonValue ParseCutJson(std::string_view first, std::string_view last) {
    return ParseJson(codec::WholeMembers(first, last));
}

codec::JsonValue ParseBody(const RequestView& request) {
    return request.truncated ? ParseCutJson(request.body, request.body_tail)
                             : ParseJson(request.body);
}

codec::JsonValue ParseBody(const BodyView& body) {
    const std::string_view start = Trim(body.body.substr(0, 64));
    if (!start.starts_with('{') && !start.starts_with('[')) {
        return {};
    }
    return body.truncated ? ParseCutJson(body.body, body.body_tail) : ParseJson(body.body);
}

}  // namespace sightglass::dialect
