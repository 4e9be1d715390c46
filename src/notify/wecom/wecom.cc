#include "notify/wecom/wecom.h"

#include <array>
#include <chrono>

#include "codec/json_writer.h"
#include "notify/digest.h"
#include "notify/robot_answer.h"

namespace sightglass::notify {
namespace {

constexpr std::array<Field, 1> kFields{{
    {"url", Secrecy::kSecret, Need::kRequired, "The robot's webhook, with its key."},
}};

constexpr std::array<std::int64_t, 2> kLater{-1, 45009};
constexpr Markup kMarkdown{.escape = EscapeMarkdown, .bold_begin = "**", .bold_end = "**"};
constexpr std::size_t kContentBytesMax = 4'096;

Status Check(const Settings& settings) {
    return CheckUrl(settings, "url");
}

Result<Outgoing> Compose(const Settings& settings, const NoticeGroup& group, Time /*now*/) {
    const Digest digest = DigestOf(group);
    const std::string head = "**" + EscapeMarkdown(digest.headline) + "**\n";
    std::string link;
    if (!digest.link.empty() && digest.link.size() < kContentBytesMax / 4) {
        link = "\n[" + std::string(digest.open) + "](" + digest.link + ")";
    }
    const std::string body =
        WriteBody(digest, kMarkdown, kContentBytesMax - head.size() - link.size());
    codec::JsonWriter json;
    json.BeginObject().Key("msgtype").String("markdown").Key("markdown").BeginObject();
    json.Key("content").String(head + body + link).EndObject().EndObject();
    return Outgoing(OutgoingRequest{
        .url = std::string(SettingOf(settings, "url")),
        .headers = {{"Content-Type", "application/json; charset=utf-8"}},
        .body = json.Take()});
}

Verdict Read(const Answer& answer) {
    return ReadRobotAnswer(
        answer,
        {.code = "errcode",
         .older_code = {},
         .message = "errmsg",
         .later = kLater,
         .wait = std::chrono::minutes(1)}
    );
}

}  // namespace

const ChannelKind kWeCom{
    .name = "wecom",
    .title = "WeCom",
    .fields = kFields,
    .rate_per_minute = 18,  // 20 are allowed.
    .check = Check,
    .compose = Compose,
    .read = Read,
};

}  // namespace sightglass::notify
