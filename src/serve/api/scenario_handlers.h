// The handlers of /api/v1/scenarios.
//
// Thread-safety: safe for concurrent use; each runs where routes.cc says.
#pragma once

#include "serve/routes.h"
#include "serve/services.h"

namespace sightglass::serve {

net::HttpResponse ListScenarios(const Services& services, const ApiRequest& request);
net::HttpResponse MakeScenario(const Services& services, const ApiRequest& request);
net::HttpResponse ChangeScenario(const Services& services, const ApiRequest& request);
net::HttpResponse RemoveScenario(const Services& services, const ApiRequest& request);
net::HttpResponse TryScenario(const Services& services, const ApiRequest& request);

}  // namespace sightglass::serve
