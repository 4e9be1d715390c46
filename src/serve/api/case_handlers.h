// The handlers of /api/v1/annotations and /api/v1/cases.
//
// Thread-safety: safe for concurrent use; each runs where routes.cc says.
#pragma once

#include "serve/routes.h"
#include "serve/services.h"

namespace sightglass::serve {

net::HttpResponse ListAnnotations(const Services& services, const ApiRequest& request);
net::HttpResponse MakeAnnotation(const Services& services, const ApiRequest& request);
net::HttpResponse GetAnnotation(const Services& services, const ApiRequest& request);
net::HttpResponse ChangeAnnotation(const Services& services, const ApiRequest& request);
net::HttpResponse RemoveAnnotation(const Services& services, const ApiRequest& request);

net::HttpResponse GetCase(const Services& services, const ApiRequest& request);
net::HttpResponse GetCaseReport(const Services& services, const ApiRequest& request);

}  // namespace sightglass::serve
