#include "alert/silence.h"

#include <set>

#include "analytics/names.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::alert {
namespace {

using analytics::Refuse;
using codec::JsonValue;

constexpr std::size_t kTextBytesMax = 1'000;
constexpr std::size_t kNameBytesMax = 100;
constexpr std::size_t kRoutesMax = 100;
constexpr std::size_t kChannelsMax = 20;
constexpr Duration kSilenceMax = std::chrono::hours(24 * 90);
constexpr Duration kTimingMax = std::chrono::hours(24 * 7);

Status ReadText(std::string_view member, JsonValue value, std::string& out) {
    out = value.String().value_or("");
    const bool good = (value.IsString() || value.IsNull()) && out.size() <= kTextBytesMax;
    return good ? Status() : Refuse(member, "a text of at most 1,000 bytes is needed");
}

Status ReadTime(std::string_view member, JsonValue value, Time now, Time& out) {
    if (value.IsNull()) {
        return {};
    }
    const auto time = ParseTime(value.String().value_or(""), now);
    if (!time.Ok()) {
        return Refuse(member, "a time such as 2026-11-22T08:00:00Z is needed");
    }
    out = *time;
    return {};
}

Status ReadSilenceMember(std::string_view name, JsonValue value, Time now, Silence& silence) {
    if (name == "matchers") {
        SG_ASSIGN_OR_RETURN(silence.matchers, ReadMatchers(value));
        return {};
    }
    if (name == "starts_at") {
        return ReadTime(name, value, now, silence.starts_at);
    }
    if (name == "ends_at") {
        return ReadTime(name, value, now, silence.ends_at);
    }
    if (name == "by") {
        return ReadText(name, value, silence.by);
    }
    if (name == "comment") {
        return ReadText(name, value, silence.comment);
    }
    if (name == "duration") {
        return {};  // After starts_at, which may come later.
    }
    return Refuse(name, "matchers, starts_at, ends_at, duration, by, comment are allowed");
}

Status ReadLength(JsonValue value, Silence& silence) {
    if (!value.Exists() || value.IsNull()) {
        return {};
    }
    const auto length = ParseDuration(value.String().value_or(""));
    if (!length.Ok() || silence.ends_at != Time{}) {
        return Refuse("duration", "one such as 2h is needed, and no ends_at beside it");
    }
    silence.ends_at = silence.starts_at + *length;
    return {};
}

Status ReadDuration(std::string_view member, JsonValue value, Duration& out) {
    const auto duration = ParseDuration(value.String().value_or(""));
    if (!duration.Ok() || *duration > kTimingMax) {
        return Refuse(member, "a duration of at most 7d is needed, such as 30s");
    }
    out = *duration;
    return {};
}

Status ReadChannels(JsonValue value, std::vector<std::string>& out) {
    bool good = value.IsArray() && value.Size() <= kChannelsMax;
    value.ForEach([&](std::string_view, JsonValue each) {
        good = good && each.IsString();
        out.emplace_back(each.String().value_or(""));
        return good;
    });
    return good ? Status() : Refuse("channels", "an array of at most 20 ids is needed");
}

Status ReadRouteMember(std::string_view name, JsonValue value, Route& route) {
    if (name == "name") {
        return ReadText(name, value, route.name);
    }
    if (name == "matchers") {
        SG_ASSIGN_OR_RETURN(route.matchers, ReadMatchers(value));
        return {};
    }
    if (name == "channels") {
        return ReadChannels(value, route.channels);
    }
    if (name == "wait") {
        return ReadDuration(name, value, route.wait);
    }
    if (name == "interval") {
        return ReadDuration(name, value, route.interval);
    }
    if (name == "remind") {
        return ReadDuration(name, value, route.remind);
    }
    return Refuse(name, "name, matchers, channels, wait, interval, remind are allowed");
}

Result<Route> ReadRoute(JsonValue object) {
    if (!object.IsObject()) {
        return Refuse("items", "an array of objects is needed");
    }
    Route route;
    Status status;
    object.ForEach([&](std::string_view name, JsonValue value) {
        status = ReadRouteMember(name, value, route);
        return status.Ok();
    });
    SG_TRY(std::move(status));
    if (route.name.empty() || route.name.size() > kNameBytesMax) {
        return Refuse("name", "each route needs one of 1 to 100 bytes");
    }
    return route;
}

}  // namespace

Result<Silence> ParseSilence(std::string_view text, Time now) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(text));
    if (!root.IsObject()) {
        return Refuse("the body", "a JSON object is needed");
    }
    Silence silence;
    silence.starts_at = now;
    Status status;
    root.ForEach([&](std::string_view name, JsonValue value) {
        status = ReadSilenceMember(name, value, now, silence);
        return status.Ok();
    });
    SG_TRY(std::move(status));
    SG_TRY(ReadLength(root.Get("duration"), silence));
    if (silence.matchers.empty()) {
        return Refuse("matchers", "at least one is needed; {\"name\":\"monitor\",\"value\":\"*\"}");
    }
    if (silence.ends_at <= silence.starts_at || silence.ends_at <= now ||
        silence.ends_at - silence.starts_at > kSilenceMax) {
        return Refuse("ends_at", "it or a duration is needed: after the start, at most 90d later");
    }
    return silence;
}

std::string ToJson(const Silence& silence) {
    codec::JsonWriter json;
    json.BeginObject().Key("id").String(silence.id).Key("matchers");
    WriteMatchers(json, silence.matchers);
    json.Key("starts_us").Int(ToMicros(silence.starts_at));
    json.Key("ends_us").Int(ToMicros(silence.ends_at));
    json.Key("by").String(silence.by).Key("comment").String(silence.comment);
    json.Key("created_us").Int(ToMicros(silence.created_at));
    return json.EndObject().Take();
}

Result<Silence> ParseKeptSilence(std::string_view text) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(text));
    const auto time = [&root](std::string_view name) {
        return TimeFromMicros(root.Get(name).Int().value_or(0));
    };
    Silence silence;
    silence.id = root.Get("id").String().value_or("");
    SG_ASSIGN_OR_RETURN(silence.matchers, ReadMatchers(root.Get("matchers")));
    silence.starts_at = time("starts_us");
    silence.ends_at = time("ends_us");
    silence.by = root.Get("by").String().value_or("");
    silence.comment = root.Get("comment").String().value_or("");
    silence.created_at = time("created_us");
    return silence;
}

Result<std::vector<Route>> ParseRoutes(std::string_view text) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(text));
    const JsonValue items = root.Get("items");
    if (!items.IsArray() || items.Size() > kRoutesMax || root.Size() != 1) {
        return Refuse("the body", "{\"items\": [...]} with at most 100 routes is needed");
    }
    std::vector<Route> routes;
    std::set<std::string> names;
    Status status;
    items.ForEach([&](std::string_view, JsonValue each) {
        auto route = ReadRoute(each);
        if (!route.Ok()) {
            status = std::move(route).error();
        } else if (!names.insert(route->name).second) {
            status = Refuse("name", "no two routes may have the same");
        } else {
            routes.push_back(std::move(route).value());
        }
        return status.Ok();
    });
    SG_TRY(std::move(status));
    return routes;
}

void WriteRoute(codec::JsonWriter& json, const Route& route) {
    json.BeginObject().Key("name").String(route.name).Key("matchers");
    WriteMatchers(json, route.matchers);
    json.Key("channels").BeginArray();
    for (const std::string& channel : route.channels) {
        json.String(channel);
    }
    json.EndArray().Key("wait").String(FormatDuration(route.wait));
    json.Key("interval").String(FormatDuration(route.interval));
    json.Key("remind").String(FormatDuration(route.remind)).EndObject();
}

std::string ToJson(const std::vector<Route>& routes) {
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const Route& route : routes) {
        WriteRoute(json, route);
    }
    json.EndArray();
    return json.EndObject().Take();
}

}  // namespace sightglass::alert
