// /api/v1/channels: where notices of alerts go. Secrets come in and never out.
#include "notify/channels.h"

#include <algorithm>
#include <map>

#include "base/log.h"
#include "base/text.h"
#include "codec/json_writer.h"
#include "notify/courier.h"
#include "notify/digest.h"
#include "notify/notice_json.h"
#include "serve/api/channel_body.h"
#include "serve/api/handlers.h"
#include "serve/authentication.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using notify::Channel;
using notify::Field;
using notify::Secrecy;
constexpr std::int64_t kDeliveriesDefault = 50;
constexpr std::int64_t kDeliveriesMax = 1'000;

net::HttpResponse NoChannels() {
    return Problem(503, "unavailable", "This server sends no notices.");
}

net::HttpResponse ProblemOfChange(const Error& error) {
    return error.code == ErrorCode::kConflict ? Problem(409, "conflict", error.message)
                                              : Problem(error);
}

void WriteTime(codec::JsonWriter& json, std::string_view name, Time time) {
    json.Key(name).StringOrNull(time == Time{} ? std::string() : FormatTime(time));
}

void WriteShownSettings(codec::JsonWriter& json, const Channel& channel) {
    json.Key("settings").BeginObject();
    for (const Field& field : channel.kind->fields) {
        const auto text = notify::SettingOf(channel.said.settings, field.name);
        if (!text.empty()) {
            json.Key(field.name).String(notify::MaskOf(field, text));
        }
    }
    json.EndObject();
}

void WriteChannel(
    codec::JsonWriter& json,
    const Channel& channel,
    const std::map<std::string, std::int64_t>& counts
) {
    const auto count = [&counts](const std::string& state) {
        const auto found = counts.find(state);
        return found == counts.end() ? 0 : found->second;
    };
    json.BeginObject().Key("id").String(channel.id).Key("name").String(channel.said.name);
    json.Key("kind").String(channel.said.kind).Key("enabled").Bool(channel.said.enabled);
    json.Key("rate_per_minute").Int(channel.RatePerMinute());
    json.Key("language").StringOrNull(notify::SettingOf(channel.said.settings, "language"));
    WriteShownSettings(json, channel);
    json.Key("origin").String(channel.configured ? "settings" : "api");
    json.Key("trouble").StringOrNull(channel.trouble);
    json.Key("pending").Int(count("pending")).Key("dead").Int(count("dead"));
    WriteTime(json, "created_at", channel.created_at);
    WriteTime(json, "changed_at", channel.changed_at);
    json.EndObject();
}

void Record(const Services& services, std::string_view action, const Channel& channel) {
    codec::JsonWriter detail;
    detail.BeginObject().Key("name").String(channel.said.name);
    detail.Key("kind").String(channel.said.kind).EndObject();
    const Status kept = services.deps.audit.Append(
        {services.deps.clock.Now(), "admin", std::string(action), channel.id, detail.Take()}
    );
    if (!kept.Ok()) {
        Log(LogLevel::kError,
            "serve",
            "the audit log does not take entries: " + kept.error().message);
    }
}

net::HttpResponse Answer(const Services& services, const Channel& channel, int status) {
    auto counts = services.deps.courier->Deliveries().Count();
    if (!counts.Ok()) {
        return Problem(counts.error());
    }
    codec::JsonWriter json;
    WriteChannel(json, channel, (*counts)[channel.id]);
    net::HttpResponse response = Json(json.Take());
    response.status = status;
    return response;
}

void WriteDelivery(codec::JsonWriter& json, const state::Delivery& delivery) {
    const auto group = notify::ReadGroup(delivery.notices);
    json.BeginObject().Key("id").Int(delivery.id);
    json.Key("key").String(delivery.idempotency_key).Key("state").String(delivery.state);
    json.Key("headline")
        .StringOrNull(group.Ok() ? notify::DigestOf(*group, 0).headline : std::string());
    json.Key("alerts").Int(group.Ok() ? group->total : 0);
    json.Key("attempts").Int(delivery.attempts);
    WriteTime(json, "created_at", delivery.created_at);
    WriteTime(json, "next_at", delivery.state == "pending" ? delivery.next_at : Time{});
    WriteTime(json, "ended_at", delivery.ended_at);
    json.Key("status");
    if (delivery.status == 0) {
        json.Null();
    } else {
        json.Int(delivery.status);
    }
    json.Key("error").StringOrNull(delivery.error).EndObject();
}

void WriteKind(codec::JsonWriter& json, const notify::ChannelKind& kind) {
    json.BeginObject().Key("kind").String(kind.name).Key("title").String(kind.title);
    json.Key("rate_per_minute").Int(kind.rate_per_minute).Key("settings").BeginArray();
    for (const Field& field : kind.fields) {
        json.BeginObject().Key("name").String(field.name).Key("what").String(field.what);
        json.Key("secret").Bool(field.secrecy == Secrecy::kSecret);
        json.Key("required").Bool(field.need == notify::Need::kRequired).EndObject();
    }
    json.EndArray().EndObject();
}

}  // namespace

net::HttpResponse ListChannels(const Services& services, const ApiRequest& /*request*/) {
    if (services.deps.courier == nullptr) {
        return NoChannels();
    }
    auto counts = services.deps.courier->Deliveries().Count();
    if (!counts.Ok()) {
        return Problem(counts.error());
    }
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const auto& channel : services.deps.courier->Channels().All()) {
        WriteChannel(json, *channel, (*counts)[channel->id]);
    }
    json.EndArray().Key("next").Null().EndObject();
    return Json(json.Take());
}

net::HttpResponse ListChannelKinds(const Services& /*services*/, const ApiRequest& /*request*/) {
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const notify::ChannelKind* kind : notify::ChannelKinds()) {
        WriteKind(json, *kind);
    }
    json.EndArray().Key("next").Null().EndObject();
    return Json(json.Take());
}

net::HttpResponse MakeChannel(const Services& services, const ApiRequest& request) {
    if (services.deps.courier == nullptr) {
        return NoChannels();
    }
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    notify::ChannelWish wish;
    if (const Status read = ReadChannelMembers(request.http.body, wish); !read.Ok()) {
        return Problem(400, "invalid_argument", read.error().message);
    }
    const auto made = services.deps.courier->Channels().Create(std::move(wish));
    if (!made.Ok()) {
        return Problem(made.error());
    }
    Record(services, "channel_made", **made);
    return Answer(services, **made, 201);
}

net::HttpResponse ChangeChannel(const Services& services, const ApiRequest& request) {
    if (services.deps.courier == nullptr) {
        return NoChannels();
    }
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    const auto read = [&request](notify::ChannelWish& wish) {
        Status status = ReadChannelMembers(request.http.body, wish);
        return status.Ok() ? status
                           : Status(Error{ErrorCode::kInvalidArgument, status.error().message});
    };
    const auto changed = services.deps.courier->Channels().Change(request.path_value, read);
    if (!changed.Ok()) {
        return ProblemOfChange(changed.error());
    }
    services.deps.courier->ChannelsChanged();
    Record(services, "channel_changed", **changed);
    return Answer(services, **changed, 200);
}

net::HttpResponse RemoveChannel(const Services& services, const ApiRequest& request) {
    if (services.deps.courier == nullptr) {
        return NoChannels();
    }
    const auto removed = services.deps.courier->Channels().Remove(request.path_value);
    if (!removed.Ok()) {
        return ProblemOfChange(removed.error());
    }
    services.deps.courier->ChannelsChanged();
    Record(services, "channel_removed", **removed);
    return Answer(services, **removed, 200);
}

net::HttpResponse TestChannel(const Services& services, const ApiRequest& request) {
    if (services.deps.courier == nullptr) {
        return NoChannels();
    }
    const auto channel = services.deps.courier->Channels().Find(request.path_value);
    const auto report = services.deps.courier->Test(request.path_value, notify::Language::kEnglish);
    if (!report.Ok()) {
        return Problem(report.error());
    }
    Record(services, "channel_tested", *channel);
    codec::JsonWriter json;
    json.BeginObject();
    json.Key("delivered").Bool(report->outcome == notify::Outcome::kDelivered);
    json.Key("status");
    if (report->status == 0) {
        json.Null();
    } else {
        json.Int(report->status);
    }
    json.Key("error").StringOrNull(report->why).EndObject();
    return Json(json.Take());
}

net::HttpResponse ListDeliveries(const Services& services, const ApiRequest& request) {
    if (services.deps.courier == nullptr) {
        return NoChannels();
    }
    const auto limit = request.parameters.Count("limit", kDeliveriesDefault, kDeliveriesMax);
    if (!limit.Ok()) {
        return Problem(limit.error());
    }
    if (services.deps.courier->Channels().Find(request.path_value) == nullptr) {
        return Problem(404, "not_found", "There is no channel of that id.");
    }
    const std::string wanted(request.parameters.Find("state").value_or(""));
    if (!wanted.empty() && wanted != "pending" && wanted != "delivered" && wanted != "dead") {
        return Problem(400, "invalid_argument", "state: allowed: pending, delivered, dead");
    }
    state::DeliveryQuestion question{
        .channel_id = request.path_value,
        .state = wanted,
        .limit = static_cast<std::size_t>(*limit) + 1};
    if (const auto cursor = request.parameters.Find("cursor")) {
        question.before = ParseInt(*cursor);
        if (!question.before) {
            return Problem(400, "invalid_argument", "cursor: not one that this server gave");
        }
    }
    auto found = services.deps.courier->Deliveries().List(question);
    if (!found.Ok()) {
        return Problem(found.error());
    }
    const bool more = found->size() > static_cast<std::size_t>(*limit);
    found->resize(std::min(found->size(), static_cast<std::size_t>(*limit)));
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const state::Delivery& delivery : *found) {
        WriteDelivery(json, delivery);
    }
    json.EndArray();
    json.Key("next").StringOrNull(more ? std::to_string(found->back().id) : std::string());
    return Json(json.EndObject().Take());
}

net::HttpResponse RetryDeliveries(const Services& services, const ApiRequest& request) {
    if (services.deps.courier == nullptr) {
        return NoChannels();
    }
    if (!request.http.body.empty() && !HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    const auto delivery = ReadRetryBody(request.http.body);
    if (!delivery.Ok()) {
        return Problem(400, "invalid_argument", delivery.error().message);
    }
    const auto retried = services.deps.courier->Retry(request.path_value, *delivery);
    if (!retried.Ok()) {
        return Problem(retried.error());
    }
    if (const auto channel = services.deps.courier->Channels().Find(request.path_value)) {
        Record(services, "deliveries_retried", *channel);
    }
    codec::JsonWriter json;
    json.BeginObject().Key("retried").Int(*retried).EndObject();
    return Json(json.Take());
}

}  // namespace sightglass::serve
