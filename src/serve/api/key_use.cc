// /api/v1/misused-keys and /api/v1/key-use: which keys are used as no owner would, by whom, and by whom before.
#include "analytics/key_use.h"

#include "codec/json_writer.h"
#include "serve/api/key_use_handlers.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using analytics::KeyTrace;
using analytics::KeyUse;
using analytics::NamedCalls;
using codec::JsonWriter;

void WriteUse(JsonWriter& json, const KeyUse& use) {
    json.BeginObject().Key("client_ip").StringOrNull(use.address);
    json.Key("user_agent").StringOrNull(use.user_agent);
    json.Key("service").StringOrNull(use.service);
    json.Key("calls").Int(use.calls).Key("refused").Int(use.refused);
    json.Key("first_seen").String(FormatTime(use.first_seen));
    json.Key("last_seen").String(FormatTime(use.last_seen));
    json.Key("calls_in_hour").Int(use.calls_in_hour);
    json.Key("odd").BeginArray();
    for (const analytics::KeyOddity oddity : use.odd) {
        json.String(ToString(oddity));
    }
    json.EndArray().Key("alarming").Bool(use.IsAlarming()).EndObject();
}

void WriteNamed(
    JsonWriter& json,
    std::string_view member,
    const std::vector<NamedCalls>& all,
    const std::function<std::string(std::string_view)>& pseudonym = {}
) {
    json.Key(member).BeginArray();
    for (const NamedCalls& one : all) {
        json.BeginObject().Key("name").String(pseudonym ? pseudonym(one.name) : one.name);
        json.Key("calls").Int(one.calls).EndObject();
    }
    json.EndArray();
}

void WriteTrace(JsonWriter& json, const Services& services, const KeyTrace& trace) {
    const auto table = services.deps.keys.Table().Get();
    const access::KeyRecord* const ours = table->FindFingerprint(trace.fingerprint);
    const auto text = [&](std::string_view member, const std::string access::KeyRecord::*place) {
        json.Key(member).StringOrNull(ours != nullptr ? ours->*place : std::string());
    };
    json.BeginObject().Key("fingerprint").String(trace.fingerprint);
    json.Key("label").StringOrNull(trace.label);
    text("key_id", &access::KeyRecord::id);
    text("owner", &access::KeyRecord::owner);
    text("team", &access::KeyRecord::team);
    json.Key("revoked").Bool(ours != nullptr && ours->IsRevoked());
    json.Key("alarming").Bool(trace.IsAlarming()).Key("uses").BeginArray();
    for (const KeyUse& use : trace.uses) {
        WriteUse(json, use);
    }
    json.EndArray().Key("calls_before").Int(trace.calls_before);
    json.Key("calls_in_hour_before").Double(trace.calls_in_hour_before);
    WriteNamed(json, "users_before", trace.users_before, services.deps.pseudonym);
    WriteNamed(json, "services_before", trace.services_before);
    WriteNamed(json, "addresses_before", trace.addresses_before);
    json.EndObject();
}

}  // namespace

net::HttpResponse GetKeyUse(const Services& services, const ApiRequest& request) {
    const auto trace =
        analytics::TraceKey(request.path_value, services.deps.clock.Now(), services.deps.store);
    if (!trace.Ok()) {
        return Problem(trace.error());
    }
    JsonWriter json;
    WriteTrace(json, services, *trace);
    return Json(json.Take());
}

net::HttpResponse ListMisusedKeys(const Services& services, const ApiRequest& /*request*/) {
    const auto misused = analytics::FindMisusedKeys(services.deps.clock.Now(), services.deps.store);
    if (!misused.Ok()) {
        return Problem(misused.error());
    }
    JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const KeyTrace& trace : *misused) {
        WriteTrace(json, services, trace);
    }
    json.EndArray().Key("next").Null().EndObject();
    return Json(json.Take());
}

}  // namespace sightglass::serve
