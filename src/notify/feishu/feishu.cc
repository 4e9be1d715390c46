#include "notify/feishu/feishu.h"

#include <array>
#include <chrono>

#include "codec/base64.h"
#include "codec/json_writer.h"
#include "notify/digest.h"
#include "notify/robot_answer.h"
#include "notify/signature.h"

namespace sightglass::notify {
namespace {

constexpr std::array<Field, 2> kFields{{
    {"url", Secrecy::kSecret, Need::kRequired, "The bot's webhook, of Feishu or Lark."},
    {"secret", Secrecy::kSecret, Need::kOptional, "The bot's signature key, where it signs."},
}};

constexpr std::array<std::int64_t, 1> kLater{11232};
constexpr Markup kMarkdown{.escape = EscapeMarkdown, .bold_begin = "**", .bold_end = "**"};
constexpr std::size_t kTextBytesMax = 14'000;  // A body may have 20 KiB.

Status Check(const Settings& settings) {
    return CheckUrl(settings, "url");
}

/// Time and secret are the key; the message is empty.
void WriteSignature(codec::JsonWriter& json, std::string_view secret, Time now) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    const std::string timestamp = std::to_string(seconds);
    const std::string sum = HmacSha256(timestamp + "\n" + std::string(secret), "");
    json.Key("timestamp").String(timestamp).Key("sign").String(codec::EncodeBase64(sum));
}

std::string_view Template(const Digest& digest) {
    if (digest.state == NoticeState::kResolved) {
        return "green";
    }
    switch (digest.severity) {
        case Severity::kInfo:
            return "blue";
        case Severity::kWarning:
            return "orange";
        case Severity::kCritical:
            break;
    }
    return "red";
}

void WriteCard(codec::JsonWriter& json, const Digest& digest) {
    json.BeginObject().Key("header").BeginObject().Key("title").BeginObject();
    json.Key("tag").String("plain_text").Key("content").String(digest.headline).EndObject();
    json.Key("template").String(Template(digest)).EndObject();
    json.Key("elements").BeginArray().BeginObject().Key("tag").String("div");
    json.Key("text").BeginObject().Key("tag").String("lark_md");
    json.Key("content").String(WriteBody(digest, kMarkdown, kTextBytesMax));
    json.EndObject().EndObject();
    if (!digest.link.empty()) {
        json.BeginObject().Key("tag").String("action").Key("actions").BeginArray().BeginObject();
        json.Key("tag").String("button").Key("text").BeginObject().Key("tag").String("plain_text");
        json.Key("content").String(digest.open).EndObject().Key("url").String(digest.link);
        json.Key("type").String("primary").EndObject().EndArray().EndObject();
    }
    json.EndArray().EndObject();
}

Result<Outgoing> Compose(const Settings& settings, const NoticeGroup& group, Time now) {
    codec::JsonWriter json;
    json.BeginObject();
    const std::string_view secret = SettingOf(settings, "secret");
    if (!secret.empty()) {
        WriteSignature(json, secret, now);
    }
    json.Key("msg_type").String("interactive");
    WriteCard(json.Key("card"), DigestOf(group));
    json.EndObject();
    return Outgoing(OutgoingRequest{
        .url = std::string(SettingOf(settings, "url")),
        .headers = {{"Content-Type", "application/json; charset=utf-8"}},
        .body = json.Take()});
}

Verdict Read(const Answer& answer) {
    return ReadRobotAnswer(
        answer,
        {.code = "code",
         .older_code = "StatusCode",
         .message = "msg",
         .later = kLater,
         .wait = std::chrono::seconds(10)}
    );
}

}  // namespace

const ChannelKind kFeishu{
    .name = "feishu",
    .title = "Feishu / Lark",
    .fields = kFields,
    .rate_per_minute = 90,  // 100 are allowed.
    .check = Check,
    .compose = Compose,
    .read = Read,
};

}  // namespace sightglass::notify
