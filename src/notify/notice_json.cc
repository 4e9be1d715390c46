#include "notify/notice_json.h"

#include "codec/json.h"
#include "codec/json_writer.h"
#include "notify/digest.h"
#include "notify/texts.h"

namespace sightglass::notify {
namespace {

using codec::JsonValue;
using codec::JsonWriter;

void WriteTime(JsonWriter& json, std::string_view name, Time time) {
    json.Key(name).StringOrNull(time == Time{} ? std::string() : FormatTime(time));
}

/// An array of pairs: an object would lose the order, and one of two equal names.
void WriteTexts(JsonWriter& json, std::string_view name, const std::vector<NamedText>& texts) {
    json.Key(name).BeginArray();
    for (const auto& [key, value] : texts) {
        json.BeginObject().Key("name").String(key).Key("value").String(value).EndObject();
    }
    json.EndArray();
}

void WriteNotice(JsonWriter& json, const Notice& notice) {
    json.BeginObject().Key("alert_key").String(notice.alert_key);
    json.Key("monitor_id").String(notice.monitor_id);
    json.Key("monitor_name").String(notice.monitor_name);
    json.Key("status").String(ToString(notice.state));
    json.Key("severity").String(ToString(notice.severity));
    json.Key("title").String(notice.title);
    json.Key("message").String(notice.message);
    WriteTexts(json, "values", notice.values);
    WriteTexts(json, "labels", notice.labels);
    WriteTime(json, "started_at", notice.started_at);
    WriteTime(json, "ended_at", notice.ended_at);
    json.Key("link").StringOrNull(notice.link);
    json.Key("language").String(ToString(notice.language)).EndObject();
}

void WriteNotices(JsonWriter& json, const std::vector<Notice>& notices) {
    json.BeginArray();
    for (const Notice& notice : notices) {
        WriteNotice(json, notice);
    }
    json.EndArray();
}

std::string TextIn(JsonValue object, std::string_view name) {
    return std::string(object.Get(name).String().value_or(""));
}

std::vector<NamedText> ReadTexts(JsonValue array) {
    std::vector<NamedText> texts;
    array.ForEach([&texts](std::string_view, JsonValue each) {
        texts.emplace_back(TextIn(each, "name"), TextIn(each, "value"));
        return true;
    });
    return texts;
}

Time ReadTime(JsonValue value) {
    const auto time = ParseTime(value.String().value_or(""), Time{});
    return time.Ok() ? *time : Time{};
}

template <typename Enum>
Enum ReadEnum(std::string_view text, std::initializer_list<Enum> values) {
    for (const Enum value : values) {
        if (ToString(value) == text) {
            return value;
        }
    }
    return *values.begin();
}

Notice ReadNotice(JsonValue object) {
    Notice notice;
    notice.alert_key = TextIn(object, "alert_key");
    notice.monitor_id = TextIn(object, "monitor_id");
    notice.monitor_name = TextIn(object, "monitor_name");
    notice.state = ReadEnum(
        TextIn(object, "status"),
        {NoticeState::kFiring, NoticeState::kReminder, NoticeState::kResolved}
    );
    notice.severity = ReadEnum(
        TextIn(object, "severity"),
        {Severity::kWarning, Severity::kInfo, Severity::kCritical}
    );
    notice.title = TextIn(object, "title");
    notice.message = TextIn(object, "message");
    notice.values = ReadTexts(object.Get("values"));
    notice.labels = ReadTexts(object.Get("labels"));
    notice.started_at = ReadTime(object.Get("started_at"));
    notice.ended_at = ReadTime(object.Get("ended_at"));
    notice.link = TextIn(object, "link");
    notice.language = ParseLanguage(TextIn(object, "language")).value_or(Language::kEnglish);
    return notice;
}

}  // namespace

std::string WebhookJson(const NoticeGroup& group) {
    const Digest digest = DigestOf(group, 0);
    JsonWriter json;
    json.BeginObject().Key("version").Int(1);
    json.Key("id").String(group.id);
    json.Key("group_key").String(group.group_key);
    json.Key("status").String(ToString(digest.state));
    json.Key("severity").String(ToString(digest.severity));
    json.Key("title").StringOrNull(group.title);
    json.Key("headline").String(digest.headline);
    json.Key("total").Int(group.total).Key("firing").Int(group.firing);
    json.Key("link").StringOrNull(group.link);
    WriteNotices(json.Key("notices"), group.notices);
    return json.EndObject().Take();
}

std::string NoticesJson(const std::vector<Notice>& notices) {
    JsonWriter json;
    WriteNotices(json, notices);
    return json.Take();
}

Result<NoticeGroup> ReadGroup(std::string_view json) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(json));
    NoticeGroup group;
    group.id = TextIn(root, "id");
    group.group_key = TextIn(root, "group_key");
    group.title = TextIn(root, "title");
    group.total = root.Get("total").Int().value_or(1);
    group.firing = root.Get("firing").Int().value_or(0);
    group.link = TextIn(root, "link");
    root.Get("notices").ForEach([&group](std::string_view, JsonValue each) {
        group.notices.push_back(ReadNotice(each));
        return true;
    });
    if (group.notices.empty()) {
        return Error{ErrorCode::kCorrupt, "a group without notices"};
    }
    return group;
}

}  // namespace sightglass::notify
