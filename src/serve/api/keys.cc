// /api/v1/keys: Sightglass keys are issued, listed, changed, rotated and revoked. A key's text is in the
// answer that makes it, and nowhere else.
#include "access/keys.h"

#include <algorithm>

#include "base/text.h"
#include "codec/json_writer.h"
#include "serve/api/handlers.h"
#include "serve/api/key_body.h"
#include "serve/audited.h"
#include "serve/authentication.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using access::KeyRecord;
constexpr std::int64_t kKeysDefault = 100;
constexpr std::int64_t kKeysMax = 1'000;

void WriteTime(codec::JsonWriter& json, std::string_view name, Time time) {
    json.Key(name).StringOrNull(time == Time{} ? std::string() : FormatTime(time));
}

void WriteLimits(codec::JsonWriter& json, const KeyRecord& key) {
    json.Key("limits").BeginObject();
    for (std::size_t i = 0; i < access::kQuantities; ++i) {
        const auto quantity = static_cast<access::Quantity>(i);
        const OptionalInt& most = key.limits[quantity];
        json.Key(ToString(quantity));
        if (!most) {
            json.Null();
        } else if (quantity == access::Quantity::kUsdPerDay || quantity == access::Quantity::kUsdPerMonth) {
            json.Raw(FormatUsd(Money::FromNanoUsd(*most)));
        } else {
            json.Int(*most);
        }
    }
    json.Key("mode").String(key.shadow_limits ? "shadow" : "enforce").EndObject();
}

std::string_view StateOf(const KeyRecord& key, Time now) {
    if (key.IsRevoked()) {
        return "revoked";
    }
    return key.IsExpired(now) ? "expired" : "valid";
}

/// `text`: of a key just made; empty otherwise.
void WriteKey(codec::JsonWriter& json, const KeyRecord& key, Time now, std::string_view text) {
    json.BeginObject().Key("id").String(key.id);
    if (!text.empty()) {
        json.Key("key").String(text);
    }
    json.Key("name").StringOrNull(key.name);
    json.Key("hint").String("sg-..." + key.hint).Key("state").String(StateOf(key, now));
    json.Key("owner").StringOrNull(key.owner);
    json.Key("team").StringOrNull(key.team);
    json.Key("service").StringOrNull(key.service);
    json.Key("models").BeginArray();
    for (const std::string& pattern : key.models) {
        json.String(pattern);
    }
    json.EndArray();
    WriteLimits(json, key);
    WriteTime(json, "created_at", key.created_at);
    WriteTime(json, "rotated_at", key.rotated_at);
    WriteTime(json, "previous_until", key.previous_until);
    WriteTime(json, "expires_at", key.expires_at);
    WriteTime(json, "revoked_at", key.revoked_at);
    json.EndObject();
}

/// What the audit log says of a change to a key; it is kept with the change.
access::AuditNote NoteOf(const Services& services, std::string_view action) {
    return [&services, action](const KeyRecord& key) {
        codec::JsonWriter detail;
        detail.BeginObject();
        detail.Key("name").StringOrNull(key.name);
        detail.Key("owner").StringOrNull(key.owner);
        detail.Key("hint").String("sg-..." + key.hint).EndObject();
        return AuditEntryOf(services, action, key.id, detail.Take());
    };
}

net::HttpResponse ProblemOfChange(const Error& error) {
    return error.code == ErrorCode::kConflict ? Problem(409, "conflict", error.message)
                                              : Problem(error);
}

net::HttpResponse
Answer(const Services& services, const KeyRecord& key, std::string_view text, int status) {
    codec::JsonWriter json;
    WriteKey(json, key, services.deps.clock.Now(), text);
    net::HttpResponse response = Json(json.Take());
    response.status = status;
    return response;
}

}  // namespace

net::HttpResponse ListKeys(const Services& services, const ApiRequest& request) {
    const auto limit = request.parameters.Count("limit", kKeysDefault, kKeysMax);
    if (!limit.Ok()) {
        return Problem(limit.error());
    }
    const std::shared_ptr<const access::KeyTable> table = services.deps.keys.Table().Get();
    const access::KeyTable::Records& records = table->All();
    auto at = records.rbegin();
    if (const auto cursor = request.parameters.Find("cursor")) {
        at = std::find_if(records.rbegin(), records.rend(), [&cursor](const auto& record) {
            return record->id == *cursor;
        });
        if (at == records.rend()) {
            return Problem(400, "invalid_argument", "cursor: not one that this server gave");
        }
        ++at;
    }
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    const Time now = services.deps.clock.Now();
    std::string last;
    for (std::int64_t count = 0; at != records.rend() && count < *limit; ++at, ++count) {
        WriteKey(json, **at, now, {});
        last = (*at)->id;
    }
    json.EndArray();
    json.Key("next").StringOrNull(at == records.rend() ? std::string() : last);
    json.EndObject();
    return Json(json.Take());
}

net::HttpResponse IssueKey(const Services& services, const ApiRequest& request) {
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    access::NewKey wanted;
    const Status read = ReadKeyMembers(request.http.body, services.deps.clock.Now(), wanted);
    if (!read.Ok()) {
        return Problem(400, "invalid_argument", read.error().message);
    }
    const auto issued = services.deps.keys.Issue(wanted, NoteOf(services, "key_issued"));
    if (!issued.Ok()) {
        return Problem(issued.error());
    }
    return Answer(services, *issued->record, issued->text.Reveal(), 201);  // Shown this once.
}

net::HttpResponse ChangeKey(const Services& services, const ApiRequest& request) {
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    const auto change = [&](access::NewKey& key) {
        Status read = ReadKeyMembers(request.http.body, services.deps.clock.Now(), key);
        return read.Ok() ? read : Status(Error{ErrorCode::kInvalidArgument, read.error().message});
    };
    const auto changed =
        services.deps.keys.Change(request.path_value, change, NoteOf(services, "key_changed"));
    if (!changed.Ok()) {
        return ProblemOfChange(changed.error());
    }
    return Answer(services, **changed, {}, 200);
}

net::HttpResponse RotateKey(const Services& services, const ApiRequest& request) {
    if (!request.http.body.empty() && !HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    const auto overlap = ReadOverlap(request.http.body);
    if (!overlap.Ok()) {
        return Problem(400, "invalid_argument", overlap.error().message);
    }
    const auto issued =
        services.deps.keys.Rotate(request.path_value, *overlap, NoteOf(services, "key_rotated"));
    if (!issued.Ok()) {
        return ProblemOfChange(issued.error());
    }
    return Answer(services, *issued->record, issued->text.Reveal(), 200);  // Shown this once.
}

net::HttpResponse RevokeKey(const Services& services, const ApiRequest& request) {
    const auto revoked =
        services.deps.keys.Revoke(request.path_value, NoteOf(services, "key_revoked"));
    if (!revoked.Ok()) {
        return Problem(revoked.error());
    }
    return Answer(services, **revoked, {}, 200);
}

}  // namespace sightglass::serve
