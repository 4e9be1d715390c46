// The handlers of users and follow-ups: as handlers.h.
//
// Thread-safety: safe for concurrent use; each runs where routes.cc says.
#pragma once

#include "serve/routes.h"
#include "serve/services.h"

namespace sightglass::serve {

net::HttpResponse ListUsers(const Services& services, const ApiRequest& request);
net::HttpResponse GetUser(const Services& services, const ApiRequest& request);
net::HttpResponse GetUserReport(const Services& services, const ApiRequest& request);
net::HttpResponse GetUserSegments(const Services& services, const ApiRequest& request);
net::HttpResponse PutUserSegments(const Services& services, const ApiRequest& request);

net::HttpResponse ListFollowUps(const Services& services, const ApiRequest& request);
net::HttpResponse OpenFollowUp(const Services& services, const ApiRequest& request);
net::HttpResponse GetFollowUp(const Services& services, const ApiRequest& request);
net::HttpResponse ChangeFollowUp(const Services& services, const ApiRequest& request);
net::HttpResponse GetFollowUpReport(const Services& services, const ApiRequest& request);
net::HttpResponse GetFollowUpSettings(const Services& services, const ApiRequest& request);
net::HttpResponse PutFollowUpSettings(const Services& services, const ApiRequest& request);
net::HttpResponse LookForFollowUps(const Services& services, const ApiRequest& request);

}  // namespace sightglass::serve
