// The handlers of /api/v1/key-use and /api/v1/misused-keys.
//
// Thread-safety: safe for concurrent use; each runs where routes.cc says.
#pragma once

#include "serve/routes.h"
#include "serve/services.h"

namespace sightglass::serve {

net::HttpResponse GetKeyUse(const Services& services, const ApiRequest& request);
net::HttpResponse ListMisusedKeys(const Services& services, const ApiRequest& request);

}  // namespace sightglass::serve
