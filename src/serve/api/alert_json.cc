#include "serve/api/alert_json.h"

#include "serve/authentication.h"
#include "serve/problem.h"

namespace sightglass::serve {

net::HttpResponse NoMonitoring() {
    return Problem(503, "unavailable", "This server runs no monitors.");
}

net::HttpResponse ProblemOfAlert(const Error& error) {
    return error.code == ErrorCode::kConflict ? Problem(409, "conflict", error.message)
                                              : Problem(error);
}

net::HttpResponse BadAlertBody(const Error& error) {
    return Problem(400, "invalid_argument", error.message);
}

std::optional<net::HttpResponse>
RefuseAlertChange(const Services& services, const ApiRequest& request) {
    if (services.deps.monitoring == nullptr) {
        return NoMonitoring();
    }
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    return std::nullopt;
}

void WriteValue(codec::JsonWriter& json, const std::optional<double>& value) {
    if (value) {
        json.Double(*value);
    } else {
        json.Null();
    }
}

}  // namespace sightglass::serve
