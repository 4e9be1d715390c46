#include "notify/teams/teams.h"

#include <array>

#include "codec/json_writer.h"
#include "notify/digest.h"

namespace sightglass::notify {
namespace {

constexpr std::array<Field, 1> kFields{{
    {"url", Secrecy::kSecret, Need::kRequired, "The workflow's HTTP address."},
}};

constexpr std::size_t kListedMax = 20;  // A card may have 28 KiB.

Status Check(const Settings& settings) {
    return CheckUrl(settings, "url");
}

std::string_view ColorWord(const Digest& digest) {
    if (digest.state == NoticeState::kResolved) {
        return "Good";
    }
    switch (digest.severity) {
        case Severity::kInfo:
            return "Accent";
        case Severity::kWarning:
            return "Warning";
        case Severity::kCritical:
            break;
    }
    return "Attention";
}

void WriteText(codec::JsonWriter& json, std::string_view text) {
    json.BeginObject().Key("type").String("TextBlock").Key("text").String(EscapeMarkdown(text));
    json.Key("wrap").Bool(true).EndObject();
}

void WriteHeadline(codec::JsonWriter& json, const Digest& digest) {
    json.BeginObject().Key("type").String("TextBlock");
    json.Key("text").String(EscapeMarkdown(digest.headline));
    json.Key("weight").String("Bolder").Key("size").String("Medium");
    json.Key("color").String(ColorWord(digest)).Key("wrap").Bool(true).EndObject();
}

void WriteFacts(codec::JsonWriter& json, const Digest& digest) {
    json.BeginObject().Key("type").String("FactSet").Key("facts").BeginArray();
    for (const auto& [name, value] : digest.facts) {
        json.BeginObject().Key("title").String(EscapeMarkdown(name));
        json.Key("value").String(EscapeMarkdown(value)).EndObject();
    }
    json.EndArray().EndObject();
}

void WriteCardBody(codec::JsonWriter& json, const Digest& digest) {
    json.BeginArray();
    WriteHeadline(json, digest);
    if (!digest.message.empty()) {
        WriteText(json, digest.message);
    }
    if (!digest.facts.empty()) {
        WriteFacts(json, digest);
    }
    for (const std::string& listed : digest.listed) {
        WriteText(json, listed);
    }
    if (!digest.more.empty()) {
        WriteText(json, digest.more);
    }
    json.EndArray();
}

Result<Outgoing> Compose(const Settings& settings, const NoticeGroup& group, Time /*now*/) {
    const Digest digest = DigestOf(group, kListedMax);
    codec::JsonWriter json;
    json.BeginObject().Key("type").String("message").Key("attachments").BeginArray().BeginObject();
    json.Key("contentType").String("application/vnd.microsoft.card.adaptive");
    json.Key("contentUrl").Null().Key("content").BeginObject();
    json.Key("$schema").String("http://adaptivecards.io/schemas/adaptive-card.json");
    json.Key("type").String("AdaptiveCard").Key("version").String("1.4");
    WriteCardBody(json.Key("body"), digest);
    if (!digest.link.empty()) {
        json.Key("actions").BeginArray().BeginObject().Key("type").String("Action.OpenUrl");
        json.Key("title").String(digest.open).Key("url").String(digest.link).EndObject().EndArray();
    }
    json.Key("msteams").BeginObject().Key("width").String("full").EndObject();
    json.EndObject().EndObject().EndArray().EndObject();
    return Outgoing(OutgoingRequest{
        .url = std::string(SettingOf(settings, "url")),
        .headers = {{"Content-Type", "application/json"}},
        .body = json.Take()});
}

}  // namespace

const ChannelKind kTeams{
    .name = "teams",
    .title = "Microsoft Teams",
    .fields = kFields,
    .rate_per_minute = 60,
    .check = Check,
    .compose = Compose,
    .read = ReadHttpAnswer,
};

}  // namespace sightglass::notify
