#include "notify/telegram/telegram.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "codec/json.h"
#include "codec/json_writer.h"
#include "notify/digest.h"

namespace sightglass::notify {
namespace {

constexpr std::array<Field, 3> kFields{{
    {"token", Secrecy::kSecret, Need::kRequired, "The bot's token."},
    {"chat_id", Secrecy::kPlain, Need::kRequired, "The chat: a number, or @channel."},
    {"api_url", Secrecy::kPlain, Need::kOptional, "https://api.telegram.org, or one's own server."},
}};

constexpr Markup kHtml{.escape = EscapeEntities, .bold_begin = "<b>", .bold_end = "</b>"};
constexpr std::size_t kTextBytesMax = 3'400;  // 4,096 characters, head and link included.

Status Check(const Settings& settings) {
    const std::string_view token = SettingOf(settings, "token");
    // It becomes a part of the path.
    const bool good = std::all_of(token.begin(), token.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == ':' || c == '-' || c == '_';
    });
    if (!good) {
        return Error{ErrorCode::kInvalidArgument, "token: allowed: a text such as 123456:ABC-def"};
    }
    return SettingOf(settings, "api_url").empty() ? Status() : CheckUrl(settings, "api_url");
}

Result<Outgoing> Compose(const Settings& settings, const NoticeGroup& group, Time /*now*/) {
    const Digest digest = DigestOf(group);
    std::string text = "<b>" + EscapeEntities(digest.headline) + "</b>\n" +
                       WriteBody(digest, kHtml, kTextBytesMax);
    if (!digest.link.empty() && digest.link.find('"') == std::string::npos) {
        text += "\n<a href=\"" + EscapeEntities(digest.link) + "\">" + std::string(digest.open) +
                "</a>";
    }
    codec::JsonWriter json;
    json.BeginObject().Key("chat_id").String(SettingOf(settings, "chat_id"));
    json.Key("text").String(text).Key("parse_mode").String("HTML");
    json.Key("disable_web_page_preview").Bool(true).EndObject();
    const std::string_view api = SettingOf(settings, "api_url", "https://api.telegram.org");
    return Outgoing(OutgoingRequest{
        .url =
            std::string(api) + "/bot" + std::string(SettingOf(settings, "token")) + "/sendMessage",
        .headers = {{"Content-Type", "application/json"}},
        .body = json.Take()});
}

/// A 429 says in its body when to come back.
Verdict Read(const Answer& answer) {
    Verdict verdict = ReadHttpAnswer(answer);
    if (answer.status == 429) {
        codec::JsonParser parser;
        const auto root = parser.Parse(answer.body);
        const auto seconds =
            root.Ok() ? root->Get("parameters").Get("retry_after").Int() : std::nullopt;
        if (seconds && *seconds >= 0 && *seconds < 86'400) {
            verdict.retry_after = std::chrono::seconds(*seconds);
        }
    }
    return verdict;
}

}  // namespace

const ChannelKind kTelegram{
    .name = "telegram",
    .title = "Telegram",
    .fields = kFields,
    .rate_per_minute = 20,
    .check = Check,
    .compose = Compose,
    .read = Read,
};

}  // namespace sightglass::notify
