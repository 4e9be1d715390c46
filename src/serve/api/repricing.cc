// /api/v1/prices/recalculation: calls in the store are priced again, in the background.
#include "pipeline/repricing.h"

#include "codec/json_writer.h"
#include "pipeline/pipeline.h"
#include "serve/api/handlers.h"
#include "serve/api/prices_body.h"
#include "serve/api/report_names.h"
#include "serve/audited.h"
#include "serve/authentication.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using pipeline::RepriceReport;

std::string ReportJson(const RepriceReport& report) {
    codec::JsonWriter json;
    json.BeginObject().Key("state").String(NameOf(report.state));
    json.Key("kind").String(NameOf(report.order.kind));
    WriteOrderTime(json, "from", report.order.from);
    WriteOrderTime(json, "to", report.order.to);
    json.Key("calls").Int(static_cast<std::int64_t>(report.calls));
    json.Key("changed").Int(static_cast<std::int64_t>(report.changed));
    json.Key("skipped").Int(static_cast<std::int64_t>(report.skipped));
    json.Key("error").StringOrNull(report.error);
    json.Key("items").BeginArray();
    for (const pipeline::RepriceLine& line : report.lines) {
        json.BeginObject();
        json.Key("provider").StringOrNull(line.provider);
        json.Key("model").StringOrNull(line.model);
        json.Key("cause").String(line.cause);
        json.Key("calls").Int(static_cast<std::int64_t>(line.calls));
        json.Key("before_nano_usd").Int(line.before.nano_usd());
        json.Key("after_nano_usd").Int(line.after.nano_usd()).EndObject();
    }
    return json.EndArray().EndObject().Take();
}

}  // namespace

net::HttpResponse GetRecalculation(const Services& services, const ApiRequest& /*request*/) {
    if (services.deps.pipeline == nullptr) {
        return Problem(503, "unavailable", "This server keeps no prices.");
    }
    return Json(ReportJson(services.deps.pipeline->GetReprice()));
}

net::HttpResponse PostRecalculation(const Services& services, const ApiRequest& request) {
    if (services.deps.pipeline == nullptr) {
        return Problem(503, "unavailable", "This server keeps no prices.");
    }
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    const auto order = ReadRepriceOrder(request.http.body, services.deps.clock.Now());
    if (!order.Ok()) {
        return Problem(400, "invalid_argument", order.error().message);
    }
    codec::JsonWriter detail;
    detail.BeginObject().Key("kind").String(NameOf(order->kind));
    WriteOrderTime(detail, "from", order->from);
    WriteOrderTime(detail, "to", order->to);
    detail.EndObject();
    const state::AuditEntry entry =
        AuditEntryOf(services, "prices_recalculated", "", detail.Take());
    if (auto refused = RefuseUnaudited(services, entry)) {
        return std::move(*refused);
    }
    if (const Status started = services.deps.pipeline->Reprice(*order); !started.Ok()) {
        AuditFailure(services, entry);
        return started.error().code == ErrorCode::kConflict
                   ? Problem(409, "conflict", started.error().message)
                   : Problem(started.error());
    }
    net::HttpResponse response = Json(ReportJson(services.deps.pipeline->GetReprice()));
    response.status = 202;
    return response;
}

}  // namespace sightglass::serve
