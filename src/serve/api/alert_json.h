// What the handlers of monitors, alerts and silences have in common.
//
// Thread-safety: safe for concurrent use.
#pragma once

#include <optional>

#include "base/result.h"
#include "codec/json_writer.h"
#include "net/http_server.h"
#include "serve/routes.h"
#include "serve/services.h"

namespace sightglass::serve {

/// This server has no monitors: one that a command started, or a test.
net::HttpResponse NoMonitoring();

/// 409 for a conflict, else as every error.
net::HttpResponse ProblemOfAlert(const Error& error);

/// What a body says is wrong, also where it is no JSON.
net::HttpResponse BadAlertBody(const Error& error);

/// Where there are no monitors, or the body is no JSON by its type.
std::optional<net::HttpResponse>
RefuseAlertChange(const Services& services, const ApiRequest& request);

void WriteValue(codec::JsonWriter& json, const std::optional<double>& value);

}  // namespace sightglass::serve
