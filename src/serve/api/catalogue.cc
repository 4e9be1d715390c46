// /api/v1/catalogue: what can be asked for.
#include "call/catalogue.h"

#include "analytics/filter_text.h"
#include "codec/json_writer.h"
#include "serve/api/handlers.h"
#include "serve/problem.h"

namespace sightglass::serve {

net::HttpResponse GetCatalogue(const Services&, const ApiRequest&) {
    codec::JsonWriter json;
    json.BeginObject().Key("metrics").BeginArray();
    for (const Metric& metric : Metrics()) {
        json.BeginObject();
        json.Key("name").String(metric.name).Key("unit").String(metric.unit);
        json.Key("type").String(metric.integer ? "integer" : "number").EndObject();
    }
    json.EndArray().Key("dimensions").BeginArray();
    for (const std::string_view name : DimensionNames()) {
        json.String(name);
    }
    json.EndArray().Key("measures").BeginArray();
    for (const std::string_view name : analytics::MeasureNames()) {
        json.String(name);
    }
    json.EndArray().EndObject();
    return Json(json.Take());
}

}  // namespace sightglass::serve
