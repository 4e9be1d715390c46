// /api/v1/reload: the settings file is read again.
#include "serve/api/handlers.h"
#include "serve/problem.h"

namespace sightglass::serve {

net::HttpResponse PostReload(const Services& services, const ApiRequest&) {
    if (!services.deps.reload) {
        return Problem(409, "conflict", "This server was started without settings to read again.");
    }
    const Status reloaded = services.deps.reload("admin");
    if (!reloaded.Ok()) {
        return Problem(reloaded.error());
    }
    net::HttpResponse response;
    response.status = 204;
    return response;
}

}  // namespace sightglass::serve
