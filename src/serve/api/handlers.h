// The handlers of the API, one file a resource.
//
// Thread-safety: safe for concurrent use; each runs where routes.cc says.
#pragma once

#include "serve/routes.h"
#include "serve/services.h"

namespace sightglass::serve {

net::HttpResponse GetQuery(const Services& services, const ApiRequest& request);
net::HttpResponse PostQuery(const Services& services, const ApiRequest& request);
net::HttpResponse GetDistribution(const Services& services, const ApiRequest& request);
net::HttpResponse GetExplanation(const Services& services, const ApiRequest& request);
net::HttpResponse GetSlowCalls(const Services& services, const ApiRequest& request);
net::HttpResponse GetPeakHours(const Services& services, const ApiRequest& request);
net::HttpResponse GetForecast(const Services& services, const ApiRequest& request);
net::HttpResponse GetWhatIf(const Services& services, const ApiRequest& request);
net::HttpResponse GetCatalogue(const Services& services, const ApiRequest& request);
net::HttpResponse ListCalls(const Services& services, const ApiRequest& request);
net::HttpResponse GetCall(const Services& services, const ApiRequest& request);
net::HttpResponse ListTraces(const Services& services, const ApiRequest& request);
net::HttpResponse GetTrace(const Services& services, const ApiRequest& request);
net::HttpResponse ListSessionRecords(const Services& services, const ApiRequest& request);
net::HttpResponse GetSessionRecord(const Services& services, const ApiRequest& request);
net::HttpResponse ListFeedback(const Services& services, const ApiRequest& request);
net::HttpResponse GiveFeedback(const Services& services, const ApiRequest& request);
net::HttpResponse ImportCalls(const Services& services, const ApiRequest& request);
net::HttpResponse ExportCalls(const Services& services, const ApiRequest& request);
net::HttpResponse GetQuality(const Services& services, const ApiRequest& request);
net::HttpResponse GetRefining(const Services& services, const ApiRequest& request);
net::HttpResponse PostRefining(const Services& services, const ApiRequest& request);
net::HttpResponse PostRejected(const Services& services, const ApiRequest& request);
net::HttpResponse GetSession(const Services& services, const ApiRequest& request);
net::HttpResponse LogIn(const Services& services, const ApiRequest& request);
net::HttpResponse LogOut(const Services& services, const ApiRequest& request);
net::HttpResponse GetStatus(const Services& services, const ApiRequest& request);
net::HttpResponse PostReload(const Services& services, const ApiRequest& request);
net::HttpResponse ListAudit(const Services& services, const ApiRequest& request);
net::HttpResponse ListKeys(const Services& services, const ApiRequest& request);
net::HttpResponse IssueKey(const Services& services, const ApiRequest& request);
net::HttpResponse ChangeKey(const Services& services, const ApiRequest& request);
net::HttpResponse RotateKey(const Services& services, const ApiRequest& request);
net::HttpResponse RevokeKey(const Services& services, const ApiRequest& request);
net::HttpResponse ListChannels(const Services& services, const ApiRequest& request);
net::HttpResponse ListChannelKinds(const Services& services, const ApiRequest& request);
net::HttpResponse MakeChannel(const Services& services, const ApiRequest& request);
net::HttpResponse ChangeChannel(const Services& services, const ApiRequest& request);
net::HttpResponse RemoveChannel(const Services& services, const ApiRequest& request);
net::HttpResponse TestChannel(const Services& services, const ApiRequest& request);
net::HttpResponse ListDeliveries(const Services& services, const ApiRequest& request);
net::HttpResponse RetryDeliveries(const Services& services, const ApiRequest& request);
net::HttpResponse ListMonitors(const Services& services, const ApiRequest& request);
net::HttpResponse MakeMonitor(const Services& services, const ApiRequest& request);
net::HttpResponse PreviewMonitor(const Services& services, const ApiRequest& request);
net::HttpResponse GetMonitor(const Services& services, const ApiRequest& request);
net::HttpResponse PutMonitor(const Services& services, const ApiRequest& request);
net::HttpResponse ChangeMonitor(const Services& services, const ApiRequest& request);
net::HttpResponse RemoveMonitor(const Services& services, const ApiRequest& request);
net::HttpResponse ListAlerts(const Services& services, const ApiRequest& request);
net::HttpResponse ListAlertEvents(const Services& services, const ApiRequest& request);
net::HttpResponse AcknowledgeAlert(const Services& services, const ApiRequest& request);
net::HttpResponse UnacknowledgeAlert(const Services& services, const ApiRequest& request);
net::HttpResponse ListSilences(const Services& services, const ApiRequest& request);
net::HttpResponse MakeSilence(const Services& services, const ApiRequest& request);
net::HttpResponse EndSilence(const Services& services, const ApiRequest& request);
net::HttpResponse ListAlertRoutes(const Services& services, const ApiRequest& request);
net::HttpResponse PutAlertRoutes(const Services& services, const ApiRequest& request);
net::HttpResponse ListLimits(const Services& services, const ApiRequest& request);
net::HttpResponse ListPrices(const Services& services, const ApiRequest& request);
net::HttpResponse GetOwnPrices(const Services& services, const ApiRequest& request);
net::HttpResponse PutOwnPrices(const Services& services, const ApiRequest& request);
net::HttpResponse PutPriceList(const Services& services, const ApiRequest& request);
net::HttpResponse ListUnpriced(const Services& services, const ApiRequest& request);
net::HttpResponse GetRecalculation(const Services& services, const ApiRequest& request);
net::HttpResponse PostRecalculation(const Services& services, const ApiRequest& request);
net::HttpResponse GetOpenApi(const Services& services, const ApiRequest& request);
net::HttpResponse GetMetrics(const Services& services, const ApiRequest& request);
net::HttpResponse GetHealth(const Services& services, const ApiRequest& request);
net::HttpResponse GetReadiness(const Services& services, const ApiRequest& request);

}  // namespace sightglass::serve
