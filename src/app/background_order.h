// An order to the server that takes a while: pricing calls again, cleaning them again.
#pragma once

#include <string>

#include "app/connection.h"
#include "base/result.h"

namespace sightglass::app {

/// Posts the order, and asks until it has ended. Its report, as JSON; an Error where it failed.
Result<std::string>
CarryOut(Connection& connection, const std::string& target, const std::string& order);

}  // namespace sightglass::app
