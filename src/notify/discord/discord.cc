#include "notify/discord/discord.h"

#include <array>
#include <charconv>

#include "codec/json.h"
#include "codec/json_writer.h"
#include "notify/digest.h"

namespace sightglass::notify {
namespace {

constexpr std::array<Field, 1> kFields{{
    {"url", Secrecy::kSecret, Need::kRequired, "The webhook's URL."},
}};

constexpr Markup kMarkdown{.escape = EscapeMarkdown, .bold_begin = "**", .bold_end = "**"};
constexpr std::size_t kTitleBytesMax = 256;
constexpr std::size_t kDescriptionBytesMax = 4'000;  // 4,096 characters.

Status Check(const Settings& settings) {
    return CheckUrl(settings, "url");
}

std::int64_t ColorNumber(const Digest& digest) {
    const std::string_view digits = ColorOf(digest).substr(1);
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    return number;
}

Result<Outgoing> Compose(const Settings& settings, const NoticeGroup& group, Time /*now*/) {
    const Digest digest = DigestOf(group);
    codec::JsonWriter json;
    json.BeginObject().Key("embeds").BeginArray().BeginObject();
    json.Key("title").String(Shorten(digest.headline, kTitleBytesMax));
    json.Key("description").String(WriteBody(digest, kMarkdown, kDescriptionBytesMax));
    if (!digest.link.empty()) {
        json.Key("url").String(digest.link);
    }
    json.Key("color").Int(ColorNumber(digest));
    json.Key("footer").BeginObject().Key("text").String("Sightglass").EndObject();
    if (digest.at != Time{}) {
        json.Key("timestamp").String(FormatTime(digest.at));
    }
    json.EndObject().EndArray();
    // Nobody is called, whatever a label says.
    json.Key("allowed_mentions").BeginObject().Key("parse").BeginArray().EndArray().EndObject();
    json.EndObject();
    return Outgoing(OutgoingRequest{
        .url = std::string(SettingOf(settings, "url")),
        .headers = {{"Content-Type", "application/json"}},
        .body = json.Take()});
}

/// A 429 says in its body, to the millisecond, when to come back.
Verdict Read(const Answer& answer) {
    Verdict verdict = ReadHttpAnswer(answer);
    if (answer.status == 429) {
        codec::JsonParser parser;
        const auto root = parser.Parse(answer.body);
        const auto seconds = root.Ok() ? root->Get("retry_after").Double() : std::nullopt;
        if (seconds && *seconds >= 0 && *seconds < 86'400) {
            verdict.retry_after = Duration(static_cast<std::int64_t>(*seconds * 1e6));
        }
    }
    return verdict;
}

}  // namespace

const ChannelKind kDiscord{
    .name = "discord",
    .title = "Discord",
    .fields = kFields,
    .rate_per_minute = 30,
    .check = Check,
    .compose = Compose,
    .read = Read,
};

}  // namespace sightglass::notify
