#include "notify/dingtalk/dingtalk.h"

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
    {"url", Secrecy::kSecret, Need::kRequired, "The robot's webhook, with its access_token."},
    {"secret", Secrecy::kSecret, Need::kOptional, "The robot's secret (SEC...), where it signs."},
}};

constexpr std::array<std::int64_t, 3> kLater{-1, 90030, 130101};
constexpr Markup kMarkdown{
    .escape = EscapeMarkdown,
    .bold_begin = "**",
    .bold_end = "**",
    .line_end = "\n\n"};
constexpr std::size_t kTextBytesMax = 16'000;  // A body may have 20,000.

Status Check(const Settings& settings) {
    return CheckUrl(settings, "url");
}

/// The secret is in the message as well as the key, and the result stands in the query part.
std::string SignedUrl(std::string_view url, std::string_view secret, Time now) {
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count();
    const std::string timestamp = std::to_string(ms);
    const std::string sum = HmacSha256(secret, timestamp + "\n" + std::string(secret));
    const std::string_view joint = url.find('?') == std::string_view::npos ? "?" : "&";
    return std::string(url) + std::string(joint) + "timestamp=" + timestamp +
           "&sign=" + PercentEncode(codec::EncodeBase64(sum));
}

Result<Outgoing> Compose(const Settings& settings, const NoticeGroup& group, Time now) {
    const Digest digest = DigestOf(group);
    std::string text = "### " + EscapeMarkdown(digest.headline) + "\n\n" +
                       WriteBody(digest, kMarkdown, kTextBytesMax);
    if (!digest.link.empty()) {
        text += "\n\n[" + std::string(digest.open) + "](" + digest.link + ")";
    }
    codec::JsonWriter json;
    json.BeginObject().Key("msgtype").String("markdown").Key("markdown").BeginObject();
    json.Key("title").String(digest.headline).Key("text").String(text).EndObject();
    json.Key("at").BeginObject().Key("isAtAll").Bool(false).EndObject().EndObject();
    const std::string_view url = SettingOf(settings, "url");
    const std::string_view secret = SettingOf(settings, "secret");
    return Outgoing(OutgoingRequest{
        .url = secret.empty() ? std::string(url) : SignedUrl(url, secret, now),
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

const ChannelKind kDingTalk{
    .name = "dingtalk",
    .title = "DingTalk",
    .fields = kFields,
    .rate_per_minute = 18,  // 20 are allowed, and one more blocks the robot for ten minutes.
    .check = Check,
    .compose = Compose,
    .read = Read,
};

}  // namespace sightglass::notify
