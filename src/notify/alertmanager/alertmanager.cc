#include "notify/alertmanager/alertmanager.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include "codec/base64.h"
#include "codec/json_writer.h"
#include "notify/digest.h"

namespace sightglass::notify {
namespace {

constexpr std::array<Field, 5> kFields{{
    {"url", Secrecy::kPlain, Need::kRequired, "Alertmanager's address, before /api/v2/alerts."},
    {"username", Secrecy::kPlain, Need::kOptional, "Of basic authentication."},
    {"password", Secrecy::kSecret, Need::kOptional, "Of basic authentication."},
    {"token", Secrecy::kSecret, Need::kOptional, "A bearer token."},
    {"hold", Secrecy::kPlain, Need::kOptional, "How long an alert fires unheard; 24h."},
}};

constexpr std::string_view kHold = "24h";
constexpr std::size_t kLabelBytesMax = 256;
constexpr std::size_t kAnnotationBytesMax = 2'000;

Status Check(const Settings& settings) {
    const auto hold = ParseDuration(SettingOf(settings, "hold", kHold));
    if (!hold.Ok() || *hold < std::chrono::minutes(1) || *hold > std::chrono::hours(24 * 30)) {
        return Error{ErrorCode::kInvalidArgument, "hold: allowed: a duration from 1m to 30d"};
    }
    return CheckUrl(settings, "url");
}

/// "tag:team" as "tag_team": what Prometheus takes for a label's name.
std::string LabelName(std::string_view name) {
    std::string label(name);
    std::replace_if(
        label.begin(),
        label.end(),
        [](char c) {
            return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_';
        },
        '_'
    );
    const bool digit = !label.empty() && label.front() >= '0' && label.front() <= '9';
    return digit || label.starts_with("__") || label.empty() ? "label" + label : label;
}

/// The labels are the alert's identity: nothing in them may differ from firing to resolved.
void WriteLabels(codec::JsonWriter& json, const Notice& notice) {
    std::map<std::string, std::string> labels;
    for (const auto& [name, value] : notice.labels) {
        labels.emplace(LabelName(name), Shorten(value, kLabelBytesMax));
    }
    const std::string& name = notice.monitor_name.empty() ? notice.monitor_id : notice.monitor_name;
    labels["alertname"] = name.empty() ? "Sightglass" : name;
    labels["alert_key"] = notice.alert_key;
    labels["severity"] = ToString(notice.severity);
    labels["source"] = "sightglass";
    json.BeginObject();
    for (const auto& [key, value] : labels) {
        json.Key(key).String(value);
    }
    json.EndObject();
}

void WriteAnnotations(codec::JsonWriter& json, const Notice& notice) {
    json.BeginObject().Key("summary").String(Shorten(notice.title, kAnnotationBytesMax));
    json.Key("description").String(Shorten(notice.message, kAnnotationBytesMax));
    std::map<std::string, std::string> values;
    for (const auto& [name, value] : notice.values) {
        values.emplace("value_" + LabelName(name), Shorten(value, kLabelBytesMax));
    }
    for (const auto& [name, value] : values) {
        json.Key(name).String(value);
    }
    json.EndObject();
}

void WriteAlert(codec::JsonWriter& json, const Notice& notice, Time now, Duration hold) {
    json.BeginObject();
    WriteLabels(json.Key("labels"), notice);
    WriteAnnotations(json.Key("annotations"), notice);
    const Time started = notice.started_at == Time{} ? now : std::min(notice.started_at, now);
    json.Key("startsAt").String(FormatTime(started));
    Time ends = now + hold;  // Without it, Alertmanager would resolve it after five minutes.
    if (notice.state == NoticeState::kResolved) {
        ends = notice.ended_at == Time{} ? now : std::clamp(notice.ended_at, started, now);
    }
    json.Key("endsAt").String(FormatTime(ends));
    if (notice.link.starts_with("http")) {
        json.Key("generatorURL").String(notice.link);
    }
    json.EndObject();
}

Result<Outgoing> Compose(const Settings& settings, const NoticeGroup& group, Time now) {
    SG_ASSIGN_OR_RETURN(const Duration hold, ParseDuration(SettingOf(settings, "hold", kHold)));
    codec::JsonWriter json;
    json.BeginArray();
    for (const Notice& notice : group.notices) {
        WriteAlert(json, notice, now, hold);
    }
    json.EndArray();
    std::string url(SettingOf(settings, "url"));
    url.erase(url.find_last_not_of('/') + 1);
    OutgoingRequest request{
        .url = url + "/api/v2/alerts",
        .headers = {{"Content-Type", "application/json"}},
        .body = json.Take()};
    const std::string_view token = SettingOf(settings, "token");
    const std::string_view username = SettingOf(settings, "username");
    if (!token.empty()) {
        request.headers.emplace_back("Authorization", "Bearer " + std::string(token));
    } else if (!username.empty()) {
        const std::string pair =
            std::string(username) + ":" + std::string(SettingOf(settings, "password"));
        request.headers.emplace_back("Authorization", "Basic " + codec::EncodeBase64(pair));
    }
    return Outgoing(std::move(request));
}

/// Three times within `hold`, so that one that is late is no end.
Duration SayAgain(const Settings& settings) {
    const auto hold = ParseDuration(SettingOf(settings, "hold", kHold));
    return (hold.Ok() ? *hold : Duration(std::chrono::hours(24))) / 3;
}

}  // namespace

const ChannelKind kAlertmanager{
    .name = "alertmanager",
    .title = "Prometheus Alertmanager",
    .fields = kFields,
    .rate_per_minute = 600,
    .check = Check,
    .compose = Compose,
    .read = ReadHttpAnswer,
    .say_again = SayAgain,
};

}  // namespace sightglass::notify
