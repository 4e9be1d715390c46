// What an importer says that it could not take.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "pipeline/findings.h"

namespace sightglass::serve {

/// {"file":"usage.csv","count":12,"examples":[{"line":3,"field":"time","reason":"is no time"}]}:
/// `count` is of all lines, those of `examples` included; the others are one finding without a
/// place. kInvalidArgument names the member.
/// Thread-safety: pure.
Result<std::vector<pipeline::Finding>> ReadRejected(std::string_view body, Time now);

}  // namespace sightglass::serve
