// Bodies of requests, and kept texts, that are one JSON object: read member by member, with errors that say what is allowed.
#pragma once

#include <string_view>
#include <utility>

#include "base/result.h"
#include "codec/json.h"

namespace sightglass::codec {

/// kInvalidArgument: "name: allowed: …". The name may be anybody's, and is made fit to be shown.
Error NotAllowed(std::string_view member, std::string_view allowed);

/// Asks `read` (a Status of a name and a JsonValue) about each member, up to the first that it refuses. As NotAllowed where the
/// text is JSON and no object.
template <typename Read>
Status ReadMembers(std::string_view text, Read&& read) {
    JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(text));
    if (!root.IsObject()) {
        return NotAllowed("the body", "a JSON object");
    }
    Status status;
    root.ForEach([&](std::string_view name, JsonValue value) {
        status = read(name, value);
        return status.Ok();
    });
    return status;
}

}  // namespace sightglass::codec
