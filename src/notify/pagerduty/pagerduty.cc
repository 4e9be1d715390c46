#include "notify/pagerduty/pagerduty.h"

#include <array>

#include "codec/json_writer.h"
#include "notify/digest.h"
#include "notify/signature.h"

namespace sightglass::notify {
namespace {

constexpr std::array<Field, 2> kFields{{
    {"routing_key", Secrecy::kSecret, Need::kRequired, "The integration's key, 32 characters."},
    {"api_url", Secrecy::kPlain, Need::kOptional, "https://events.pagerduty.com; EU: events.eu."},
}};

constexpr std::size_t kSummaryBytesMax = 1'024;
constexpr std::size_t kDedupKeyBytesMax = 255;

Status Check(const Settings& settings) {
    constexpr std::size_t kKeyBytes = 32;
    if (SettingOf(settings, "routing_key").size() != kKeyBytes) {
        return Error{ErrorCode::kInvalidArgument, "routing_key: allowed: 32 characters"};
    }
    return SettingOf(settings, "api_url").empty() ? Status() : CheckUrl(settings, "api_url");
}

/// The same for every event of a group, so that its last one ends the incident.
std::string DedupKey(const NoticeGroup& group) {
    const std::string& key =
        group.group_key.empty() ? group.notices.front().alert_key : group.group_key;
    return key.size() <= kDedupKeyBytesMax ? key : Sha256Hex(key);
}

void WritePayload(codec::JsonWriter& json, const Digest& digest, const Notice& first) {
    json.BeginObject().Key("summary").String(Shorten(digest.headline, kSummaryBytesMax));
    json.Key("source").String("sightglass");
    json.Key("severity").String(ToString(digest.severity));
    if (digest.at != Time{}) {
        json.Key("timestamp").String(FormatTime(digest.at));
    }
    json.Key("component").StringOrNull(first.monitor_name);
    json.Key("class").StringOrNull(first.monitor_id);
    json.Key("custom_details").BeginObject().Key("message").String(digest.message);
    for (const auto& [name, value] : digest.facts) {
        json.Key(name).String(value);
    }
    if (!digest.listed.empty()) {
        json.Key("alerts").BeginArray();
        for (const std::string& listed : digest.listed) {
            json.String(listed);
        }
        json.EndArray().Key("more").StringOrNull(digest.more);
    }
    json.EndObject().EndObject();
}

Result<Outgoing> Compose(const Settings& settings, const NoticeGroup& group, Time /*now*/) {
    const Digest digest = DigestOf(group);
    const bool over = digest.state == NoticeState::kResolved;
    codec::JsonWriter json;
    json.BeginObject().Key("routing_key").String(SettingOf(settings, "routing_key"));
    json.Key("event_action").String(over ? "resolve" : "trigger");
    json.Key("dedup_key").String(DedupKey(group));
    json.Key("client").String("Sightglass");
    if (!digest.link.empty()) {
        json.Key("client_url").String(digest.link);
    }
    WritePayload(json.Key("payload"), digest, group.notices.front());
    if (!digest.link.empty()) {
        json.Key("links").BeginArray().BeginObject().Key("href").String(digest.link);
        json.Key("text").String(digest.open).EndObject().EndArray();
    }
    json.EndObject();
    const std::string_view api = SettingOf(settings, "api_url", "https://events.pagerduty.com");
    return Outgoing(OutgoingRequest{
        .url = std::string(api) + "/v2/enqueue",
        .headers = {{"Content-Type", "application/json"}},
        .body = json.Take()});
}

}  // namespace

const ChannelKind kPagerDuty{
    .name = "pagerduty",
    .title = "PagerDuty",
    .fields = kFields,
    .rate_per_minute = 120,
    .check = Check,
    .compose = Compose,
    .read = ReadHttpAnswer,
};

}  // namespace sightglass::notify
