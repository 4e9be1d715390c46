#include "serve/api/key_body.h"

#include <array>
#include <string>
#include <utility>

#include "base/text.h"
#include "codec/json.h"

namespace sightglass::serve {
namespace {

using access::NewKey;
using codec::JsonValue;

constexpr Duration kOverlapMax = std::chrono::hours(24 * 365);

Error Wrong(std::string_view member, std::string_view allowed) {
    return Error{
        ErrorCode::kInvalidArgument,
        EscapeForDisplay(member) + ": allowed: " + std::string(allowed)};
}

Status ReadMode(JsonValue value, NewKey& key) {
    const auto mode = value.String();
    key.shadow_limits = mode == "shadow";
    const bool known = value.IsNull() || mode == "shadow" || mode == "enforce";
    return known ? Status() : Wrong("limits.mode", "\"enforce\" or \"shadow\"");
}

Status ReadLimits(JsonValue object, NewKey& key) {
    if (object.IsNull()) {
        key.limits = {};
        key.shadow_limits = false;
        return {};
    }
    if (!object.IsObject()) {
        return Wrong("limits", "an object such as {\"requests_per_minute\":60}");
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
    return good ? Status() : Wrong("models", "an array of patterns such as \"gpt-4o*\"");
}

Status ReadExpiry(JsonValue value, Time now, NewKey& key) {
    key.expires_at = {};
    if (value.IsNull()) {
        return {};
    }
    const auto time = ParseTime(value.String().value_or(""), now);
    if (!time.Ok()) {
        return Wrong("expires_at", "a time such as 2027-01-01T00:00:00Z");
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
            return value.IsString() || value.IsNull() ? Status() : Wrong(name, "a text");
        }
    }
    return Wrong(name, "the members name, owner, team, service, models, limits, expires_at");
}

}  // namespace

Status ReadKeyMembers(std::string_view body, Time now, NewKey& key) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(body));
    if (!root.IsObject()) {
        return Wrong("the body", "a JSON object");
    }
    Status status;
    root.ForEach([&](std::string_view name, JsonValue value) {
        status = ReadMember(name, value, now, key);
        return status.Ok();
    });
    return status;
}

Result<Duration> ReadOverlap(std::string_view body) {
    if (body.empty()) {
        return Duration(0);
    }
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(body));
    const JsonValue overlap = root.Get("overlap");
    if (!root.IsObject() || root.Size() > (overlap.Exists() ? 1U : 0U)) {
        return Wrong("the body", "{\"overlap\":\"24h\"} or nothing");
    }
    if (!overlap.Exists() || overlap.IsNull()) {
        return Duration(0);
    }
    const auto duration = ParseDuration(overlap.String().value_or(""));
    if (!duration.Ok() || *duration > kOverlapMax) {
        return Wrong("overlap", "a duration such as 24h, up to a year");
    }
    return *duration;
}

}  // namespace sightglass::serve
