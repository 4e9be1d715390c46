// /api/v1/import and /api/v1/export: Calls in and out, whole, as call/batch.h has them. What the
// command line turns files into, and makes files of.
#include "analytics/call_list.h"
#include "call/batch.h"
#include "codec/json_writer.h"
#include "serve/api/handlers.h"
#include "serve/api/query_body.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

constexpr std::size_t kExportedCallsMax = 5'000;

}  // namespace

net::HttpResponse ImportCalls(const Services& services, const ApiRequest& request) {
    if (request.http.Header("content-type") != kCallBatchType) {
        return Problem(
            415,
            "unsupported_media_type",
            "Send the body as " + std::string(kCallBatchType) + "."
        );
    }
    if (!services.deps.import_calls) {
        return Problem(409, "conflict", "This server takes no imports.");
    }
    const auto taken = services.deps.import_calls(request.http.body);
    if (!taken.Ok()) {
        net::HttpResponse response = Problem(taken.error());
        if (response.status == 503) {
            response.headers.push_back({"Retry-After", "1"});
        }
        return response;
    }
    codec::JsonWriter json;
    json.BeginObject().Key("calls").Int(static_cast<std::int64_t>(*taken)).EndObject();
    return Json(json.Take());
}

net::HttpResponse ExportCalls(const Services& services, const ApiRequest& request) {
    const Parameters& parameters = request.parameters;
    analytics::CallListText text;
    text.from = parameters.Get("from");
    text.to = parameters.Get("to");
    for (const std::string_view filter : parameters.All("filter")) {
        text.filters.emplace_back(filter);
    }
    text.cursor = parameters.Get("cursor");
    std::vector<std::string_view> allowed;
    auto query = analytics::ParseCallList(text, services.deps.clock.Now(), &allowed);
    if (!query.Ok()) {
        return BadQuestion(query.error(), allowed);
    }
    query->limit = kExportedCallsMax;
    const auto page = analytics::ListCalls(*query, services.deps.store);
    if (!page.Ok()) {
        return Problem(page.error());
    }
    net::HttpResponse response;
    response.headers = {{"Content-Type", std::string(kCallBatchType)}};
    if (!page->next.empty()) {
        response.headers.push_back({"X-Next-Cursor", page->next});
    }
    for (const Call& call : page->calls) {
        AppendToBatch(call, response.body);
    }
    return response;
}

}  // namespace sightglass::serve
