// /api/v1/quality/refining: calls in the store are cleaned again, in the background.
#include "base/log.h"
#include "codec/json_writer.h"
#include "pipeline/pipeline.h"
#include "serve/api/handlers.h"
#include "serve/api/prices_body.h"
#include "serve/api/report_names.h"
#include "serve/authentication.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using pipeline::RepriceOrder;
using pipeline::RepriceReport;

std::string ReportJson(const RepriceReport& report) {
    codec::JsonWriter json;
    json.BeginObject().Key("state").String(NameOf(report.state));
    json.Key("kind").String(NameOf(report.order.kind));
    WriteOrderTime(json, "from", report.order.from);
    WriteOrderTime(json, "to", report.order.to);
    json.Key("steps").StringOrNull(report.order.steps ? report.order.steps->Names() : "");
    json.Key("calls").Int(static_cast<std::int64_t>(report.calls));
    json.Key("changed").Int(static_cast<std::int64_t>(report.changed));
    json.Key("skipped").Int(static_cast<std::int64_t>(report.skipped));
    json.Key("error").StringOrNull(report.error);
    json.Key("changes").BeginArray();
    for (const pipeline::RefineLine& line : report.changes) {
        json.BeginObject().Key("step").String(line.step).Key("field").String(line.field);
        json.Key("calls").Int(static_cast<std::int64_t>(line.calls));
        json.Key("examples").BeginArray();
        for (const Uuid& id : line.examples) {
            json.String(ToString(id));
        }
        json.EndArray().EndObject();
    }
    return json.EndArray().EndObject().Take();
}

net::HttpResponse Unavailable() {
    return Problem(503, "unavailable", "This server keeps no calls.");
}

}  // namespace

net::HttpResponse GetRefining(const Services& services, const ApiRequest& /*request*/) {
    return services.deps.pipeline == nullptr
               ? Unavailable()
               : Json(ReportJson(services.deps.pipeline->GetReprice()));
}

net::HttpResponse PostRefining(const Services& services, const ApiRequest& request) {
    if (services.deps.pipeline == nullptr) {
        return Unavailable();
    }
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    const auto order = ReadRefineOrder(request.http.body, services.deps.clock.Now());
    if (!order.Ok()) {
        return Problem(400, "invalid_argument", order.error().message);
    }
    const Status started = services.deps.pipeline->Reprice(*order);
    if (!started.Ok()) {
        return started.error().code == ErrorCode::kConflict
                   ? Problem(409, "conflict", started.error().message)
                   : Problem(started.error());
    }
    codec::JsonWriter detail;
    detail.BeginObject().Key("kind").String(NameOf(order->kind));
    WriteOrderTime(detail, "from", order->from);
    WriteOrderTime(detail, "to", order->to);
    detail.Key("steps").StringOrNull(order->steps ? order->steps->Names() : "").EndObject();
    const Status kept = services.deps.audit.Append(
        {services.deps.clock.Now(), "admin", "calls_refined", "", detail.Take()}
    );
    if (!kept.Ok()) {
        Log(LogLevel::kError,
            "serve",
            "the audit log does not take entries: " + kept.error().message);
    }
    net::HttpResponse response = Json(ReportJson(services.deps.pipeline->GetReprice()));
    response.status = 202;
    return response;
}

}  // namespace sightglass::serve
