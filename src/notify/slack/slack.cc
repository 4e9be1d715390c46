#include "notify/slack/slack.h"

#include <array>
#include <chrono>

#include "codec/json.h"
#include "codec/json_writer.h"
#include "notify/digest.h"

namespace sightglass::notify {
namespace {

constexpr std::array<Field, 4> kFields{{
    {"url", Secrecy::kSecret, Need::kOptional, "The incoming webhook; or token and channel."},
    {"token", Secrecy::kSecret, Need::kOptional, "A bot's token (xoxb-...)."},
    {"channel", Secrecy::kPlain, Need::kOptional, "Where the bot writes: a channel's id."},
    {"api_url", Secrecy::kPlain, Need::kOptional, "Of Slack's API; https://slack.com/api."},
}};

constexpr Markup kMrkdwn{.escape = EscapeEntities, .bold_begin = "*", .bold_end = "*"};
constexpr std::size_t kTextBytesMax = 2'800;  // 3,000 characters a text.

Status Check(const Settings& settings) {
    if (!SettingOf(settings, "api_url").empty()) {
        SG_TRY(CheckUrl(settings, "api_url"));
    }
    if (!SettingOf(settings, "url").empty()) {
        return CheckUrl(settings, "url");
    }
    if (SettingOf(settings, "token").empty() || SettingOf(settings, "channel").empty()) {
        return Error{
            ErrorCode::kInvalidArgument,
            "url: is missing: the incoming webhook; or give token and channel"};
    }
    return {};
}

void WriteAttachment(codec::JsonWriter& json, const Digest& digest) {
    json.BeginObject().Key("color").String(ColorOf(digest));
    json.Key("fallback").String(EscapeEntities(digest.headline));
    if (!digest.link.empty()) {
        json.Key("title").String(digest.open).Key("title_link").String(digest.link);
    }
    json.Key("text").String(WriteBody(digest, kMrkdwn, kTextBytesMax));
    json.Key("mrkdwn_in").BeginArray().String("text").EndArray();
    json.Key("footer").String("Sightglass");
    json.Key("ts").Int(
        std::chrono::floor<std::chrono::seconds>(digest.at.time_since_epoch()).count()
    );
    json.EndObject();
}

Result<Outgoing> Compose(const Settings& settings, const NoticeGroup& group, Time /*now*/) {
    const Digest digest = DigestOf(group);
    const std::string_view webhook = SettingOf(settings, "url");
    OutgoingRequest request;
    codec::JsonWriter json;
    json.BeginObject();
    if (webhook.empty()) {
        json.Key("channel").String(SettingOf(settings, "channel"));
    }
    json.Key("text").String(EscapeEntities(digest.headline));
    WriteAttachment(json.Key("attachments").BeginArray(), digest);
    json.EndArray().EndObject();
    request.body = json.Take();
    request.headers = {{"Content-Type", "application/json; charset=utf-8"}};
    request.url = webhook;
    if (webhook.empty()) {
        const std::string_view api = SettingOf(settings, "api_url", "https://slack.com/api");
        request.url = std::string(api) + "/chat.postMessage";
        request.headers.emplace_back(
            "Authorization",
            "Bearer " + std::string(SettingOf(settings, "token"))
        );
    }
    return Outgoing(std::move(request));
}

/// A webhook says "ok"; the API says 200 and {"ok":false,"error":…} where it failed.
Verdict Read(const Answer& answer) {
    Verdict verdict = ReadHttpAnswer(answer);
    if (verdict.outcome != Outcome::kDelivered) {
        return verdict;
    }
    codec::JsonParser parser;
    const auto root = parser.Parse(answer.body);
    if (!root.Ok() || root->Get("ok").Bool().value_or(true)) {
        return verdict;
    }
    const std::string why(root->Get("error").String().value_or("not ok"));
    const bool later = why == "ratelimited" || why == "rate_limited" || why == "internal_error" ||
                       why == "service_unavailable" || why == "fatal_error";
    return {later ? Outcome::kRetry : Outcome::kRefused, answer.retry_after, why};
}

}  // namespace

const ChannelKind kSlack{
    .name = "slack",
    .title = "Slack",
    .fields = kFields,
    .rate_per_minute = 60,
    .check = Check,
    .compose = Compose,
    .read = Read,
};

}  // namespace sightglass::notify
