// How the Chinese robots answer: status 200 whatever happened, and a code in the body.
//
// Thread-safety: pure function.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "notify/channel.h"

namespace sightglass::notify {

struct RobotCodes {
    std::string_view code;        ///< Name of the member that is 0 where it went well.
    std::string_view older_code;  ///< What it was called before; empty where it never changed.
    std::string_view message;     ///< Name of the member that says why.
    std::span<const std::int64_t> later;  ///< Codes after which another try helps.
    Duration wait = {};                   ///< Before it.
};

Verdict ReadRobotAnswer(const Answer& answer, const RobotCodes& codes);

}  // namespace sightglass::notify
