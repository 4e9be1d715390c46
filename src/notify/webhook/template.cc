#include "notify/webhook/template.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/text.h"
#include "codec/json_writer.h"
#include "notify/digest.h"
#include "notify/notice_json.h"
#include "notify/signature.h"

namespace sightglass::notify {
namespace {

constexpr std::size_t kTextBytesMax = 8U << 10;

std::string TimeOrNothing(Time time) {
    return time == Time{} ? std::string() : FormatTime(time);
}

std::string PlainText(const NoticeGroup& group) {
    const Digest digest = DigestOf(group);
    const std::string body = WriteBody(digest, {.escape = AsItIs}, kTextBytesMax);
    return digest.headline + (body.empty() ? "" : "\n" + body) +
           (digest.link.empty() ? "" : "\n" + digest.link);
}

struct Placeholder {
    std::string_view name;
    std::string (*value)(const NoticeGroup& group);
};

constexpr std::array<Placeholder, 15> kPlaceholders{{
    {"id", [](const NoticeGroup& group) { return group.id; }},
    {"group_key", [](const NoticeGroup& group) { return group.group_key; }},
    {"state",
     [](const NoticeGroup& group) { return std::string(ToString(DigestOf(group, 0).state)); }},
    {"severity",
     [](const NoticeGroup& group) { return std::string(ToString(DigestOf(group, 0).severity)); }},
    {"title",
     [](const NoticeGroup& group) {
         return group.title.empty() ? group.notices.front().title : group.title;
     }},
    {"message", [](const NoticeGroup& group) { return group.notices.front().message; }},
    {"link", [](const NoticeGroup& group) { return DigestOf(group, 0).link; }},
    {"total", [](const NoticeGroup& group) { return std::to_string(group.total); }},
    {"firing", [](const NoticeGroup& group) { return std::to_string(group.firing); }},
    {"alert_key", [](const NoticeGroup& group) { return group.notices.front().alert_key; }},
    {"monitor_id", [](const NoticeGroup& group) { return group.notices.front().monitor_id; }},
    {"monitor_name", [](const NoticeGroup& group) { return group.notices.front().monitor_name; }},
    {"started_at",
     [](const NoticeGroup& group) { return TimeOrNothing(group.notices.front().started_at); }},
    {"ended_at",
     [](const NoticeGroup& group) { return TimeOrNothing(group.notices.front().ended_at); }},
    {"text", PlainText},
}};

std::string ValueIn(const std::vector<NamedText>& texts, std::string_view name) {
    const auto found = std::find_if(texts.begin(), texts.end(), [name](const NamedText& text) {
        return text.first == name;
    });
    return found == texts.end() ? std::string() : found->second;
}

/// Nothing where there is no such placeholder.
std::optional<std::string> ValueOf(std::string_view name, const NoticeGroup& group) {
    if (name.starts_with("label.")) {
        return ValueIn(group.notices.front().labels, name.substr(6));
    }
    if (name.starts_with("value.")) {
        return ValueIn(group.notices.front().values, name.substr(6));
    }
    for (const Placeholder& placeholder : kPlaceholders) {
        if (placeholder.name == name) {
            return placeholder.value(group);
        }
    }
    return {};
}

std::string Escaped(std::string_view value, Escaping escaping) {
    if (escaping == Escaping::kForm) {
        return PercentEncode(value);
    }
    if (escaping == Escaping::kNone) {
        return std::string(value);
    }
    std::string quoted;
    codec::AppendJsonString(value, quoted);
    return quoted.substr(1, quoted.size() - 2);
}

/// Calls text(piece) and name(placeholder) in turn. False where a placeholder has no end.
template <typename OnText, typename OnName>
bool Walk(std::string_view text, OnText&& on_text, OnName&& on_name) {
    for (;;) {
        const std::size_t begin = text.find("{{");
        on_text(text.substr(0, begin));
        if (begin == std::string_view::npos) {
            return true;
        }
        const std::size_t end = text.find("}}", begin);
        if (end == std::string_view::npos) {
            return false;
        }
        on_name(Trim(text.substr(begin + 2, end - begin - 2)));
        text.remove_prefix(end + 2);
    }
}

}  // namespace

Escaping EscapingFor(std::string_view content_type) noexcept {
    if (content_type.find("json") != std::string_view::npos) {
        return Escaping::kJson;
    }
    return content_type.find("urlencoded") != std::string_view::npos ? Escaping::kForm
                                                                     : Escaping::kNone;
}

Status CheckTemplate(std::string_view text) {
    const NoticeGroup sample{.notices = {Notice{}}};
    std::string unknown;
    const bool whole = Walk(
        text,
        [](std::string_view) {},
        [&](std::string_view name) {
            if (name != "notices" && !ValueOf(name, sample)) {
                unknown = EscapeForDisplay(name);
            }
        }
    );
    if (!whole) {
        return Error{ErrorCode::kInvalidArgument, "template: a {{ has no }}"};
    }
    if (!unknown.empty()) {
        std::string names;
        for (const Placeholder& placeholder : kPlaceholders) {
            names += std::string(placeholder.name) + ", ";
        }
        return Error{
            ErrorCode::kInvalidArgument,
            "template: {{" + unknown + "}} is unknown; allowed: " + names +
                "notices, label.NAME, value.NAME"};
    }
    return {};
}

std::string FillTemplate(std::string_view text, const NoticeGroup& group, Escaping escaping) {
    std::string filled;
    Walk(
        text,
        [&filled](std::string_view piece) { filled += piece; },
        [&](std::string_view name) {
            if (name == "notices") {
                const std::string json = NoticesJson(group.notices);
                filled += escaping == Escaping::kForm ? PercentEncode(json) : json;
            } else {
                filled += Escaped(ValueOf(name, group).value_or(""), escaping);
            }
        }
    );
    return filled;
}

}  // namespace sightglass::notify
