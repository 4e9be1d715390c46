#include "codec/json_body.h"

#include <string>

#include "base/text.h"

namespace sightglass::codec {

Error NotAllowed(std::string_view member, std::string_view allowed) {
    return Error{
        ErrorCode::kInvalidArgument,
        EscapeForDisplay(member) + ": allowed: " + std::string(allowed)};
}

}  // namespace sightglass::codec
