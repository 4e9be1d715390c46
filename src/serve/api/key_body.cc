#include "serve/api/key_body.h"

#include <array>
#include <string>
#include <utility>

#include "base/text.h"
#include "codec/json_body.h"

namespace sightglass::serve {
namespace {

using access::NewKey;
using codec::JsonValue;
using codec::NotAllowed;

constexpr Duration kOverlapMax = std::chrono::hours(24 * 365);

Status ReadMode(JsonValue value, NewKey& key) {
    const auto mode = value.String();
    key.shadow_limits = mode == "shadow";
    const bool known = value.IsNull() || mode == "shadow" || mode == "enforce";
    return known ? Status() : NotAllowed("limits.mode", "\"enforce\" or \"shadow\"");
}

Status ReadLimits(JsonValue object, NewKey& key) {
    if (object.IsNull()) {
        key.limits = {};
        key.shadow_limits = false;
        return {};
    }
    if (!object.IsObject()) {
        return NotAllowed("limits", "an object such as {\"requests_per_minute\":60}");
    }
    Status status;
    object.ForEach([&](std::string_view name, JsonValue value) {
        if (name == "mode") {
            status = ReadMode(value, key);
        } else if (value.IsNull()) {
            status = access::ClearLimitValue(key.limits, name);
        } else {
            status = access::SetLimitValue(key.limits, name, value.Text());
        }
        return status.Ok();
    });
    return status;
}

Status ReadModels(JsonValue array, NewKey& key) {
    bool good = array.IsArray() || array.IsNull();
    key.models.clear();
    array.ForEach([&](std::string_view, JsonValue element) {
        good = good && element.IsString();
        key.models.emplace_back(element.String().value_or(""));
        return good;
    });
    return good ? Status() : NotAllowed("models", "an array of patterns such as \"gpt-4o*\"");
}

Status ReadExpiry(JsonValue value, Time now, NewKey& key) {
    key.expires_at = {};
    if (value.IsNull()) {
        return {};
    }
    const auto time = ParseTime(value.String().value_or(""), now);
    if (!time.Ok()) {
        return NotAllowed("expires_at", "a time such as 2027-01-01T00:00:00Z");
    }
    key.expires_at = *time;
    return {};
}

Status ReadMember(std::string_view name, JsonValue value, Time now, NewKey& key) {
    constexpr std::array<std::pair<std::string_view, std::string NewKey::*>, 4> kTexts{
        {{"name", &NewKey::name},
         {"owner", &NewKey::owner},
         {"team", &NewKey::team},
         {"service", &NewKey::service}}};
    if (name == "limits") {
        return ReadLimits(value, key);
    }
    if (name == "models") {
        return ReadModels(value, key);
    }
    if (name == "expires_at") {
        return ReadExpiry(value, now, key);
    }
    for (const auto& [member, field] : kTexts) {
        if (name == member) {
            key.*field = value.String().value_or("");
            return value.IsString() || value.IsNull() ? Status() : NotAllowed(name, "a text");
        }
    }
    return NotAllowed(name, "the members name, owner, team, service, models, limits, expires_at");
}

}  // namespace

Status ReadKeyMembers(std::string_view body, Time now, NewKey& key) {
    return codec::ReadMembers(body, [&](std::string_view name, JsonValue value) {
        return ReadMember(name, value, now, key);
    });
}

Result<Duration> ReadOverlap(std::string_view body) {
    if (body.empty()) {
        return Duration(0);
    }
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(body));
    const JsonValue overlap = root.Get("overlap");
    if (!root.IsObject() || root.Size() > (overlap.Exists() ? 1U : 0U)) {
        return NotAllowed("the body", "{\"overlap\":\"24h\"} or nothing");
    }
    if (!overlap.Exists() || overlap.IsNull()) {
        return Duration(0);
    }
    const auto duration = ParseDuration(overlap.String().value_or(""));
    if (!duration.Ok() || *duration > kOverlapMax) {
        return NotAllowed("overlap", "a duration such as 24h, up to a year");
    }
    return *duration;
}

}  // namespace sightglass::serve
