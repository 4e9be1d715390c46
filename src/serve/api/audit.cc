// /api/v1/audit: who did what.
#include "base/text.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "serve/api/handlers.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

constexpr std::int64_t kEntriesDefault = 100;
constexpr std::int64_t kEntriesMax = 500;

void WriteEntry(codec::JsonWriter& json, const state::AuditEntry& entry) {
    json.BeginObject();
    json.Key("at").String(FormatTime(entry.at));
    json.Key("actor").String(entry.actor);
    json.Key("action").String(entry.action);
    json.Key("object");
    if (entry.object.empty()) {
        json.Null();
    } else {
        json.String(entry.object);
    }
    json.Key("detail");
    codec::JsonParser parser;
    const auto detail = parser.Parse(entry.detail);
    if (detail.Ok() && detail->IsObject()) {
        json.Raw(detail->Text());
    } else {
        json.Null();
    }
    json.EndObject();
}

}  // namespace

net::HttpResponse ListAudit(const Services& services, const ApiRequest& request) {
    const auto limit = request.parameters.Count("limit", kEntriesDefault, kEntriesMax);
    if (!limit.Ok()) {
        return Problem(limit.error());
    }
    std::optional<std::int64_t> before;
    if (const auto cursor = request.parameters.Find("cursor")) {
        before = ParseInt(*cursor);
        if (!before) {
            return Problem(400, "invalid_argument", "cursor: not one that this server gave");
        }
    }
    const auto page = services.deps.audit.List(static_cast<std::size_t>(*limit), before);
    if (!page.Ok()) {
        return Problem(page.error());
    }
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const state::AuditEntry& entry : page->items) {
        WriteEntry(json, entry);
    }
    json.EndArray().Key("next");
    if (page->next) {
        json.String(std::to_string(*page->next));
    } else {
        json.Null();
    }
    json.EndObject();
    return Json(json.Take());
}

}  // namespace sightglass::serve
