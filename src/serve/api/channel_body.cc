#include "serve/api/channel_body.h"

#include <limits>
#include <string>

#include "base/text.h"
#include "codec/json_body.h"

namespace sightglass::serve {
namespace {

using codec::JsonValue;
using codec::NotAllowed;
using notify::ChannelWish;

Status ReadText(std::string_view name, JsonValue value, std::string& out) {
    out = value.String().value_or("");
    return value.IsString() || value.IsNull() ? Status() : NotAllowed(name, "a text");
}

Status ReadSettingsObject(JsonValue object, notify::Settings& settings) {
    if (!object.IsObject()) {
        return NotAllowed("settings", "an object such as {\"url\":\"https://...\"}");
    }
    Status status;
    object.ForEach([&](std::string_view name, JsonValue value) {
        const auto number = value.Int();
        std::string text = number ? std::to_string(*number) : std::string();
        status = number ? Status() : ReadText(name, value, text);
        settings.insert_or_assign(std::string(name), std::move(text));
        return status.Ok();
    });
    return status;
}

Status ReadMember(std::string_view name, JsonValue value, ChannelWish& wish) {
    if (name == "name") {
        return ReadText(name, value, wish.name);
    }
    if (name == "kind") {
        return ReadText(name, value, wish.kind);
    }
    if (name == "language") {
        return ReadText(name, value, wish.settings["language"]);
    }
    if (name == "settings") {
        return ReadSettingsObject(value, wish.settings);
    }
    if (name == "enabled") {
        wish.enabled = value.Bool().value_or(true);
        return value.Bool() ? Status() : NotAllowed(name, "true or false");
    }
    if (name == "rate_per_minute") {
        const auto rate = value.Int();
        const bool fits = rate && *rate > 0 && *rate <= std::numeric_limits<int>::max();
        wish.rate_per_minute = fits ? static_cast<int>(*rate) : 0;
        return fits || value.IsNull() ? Status() : NotAllowed(name, "1 to 100000");
    }
    return NotAllowed(name, "the members name, kind, enabled, language, rate_per_minute, settings");
}

}  // namespace

Status ReadChannelMembers(std::string_view body, ChannelWish& wish) {
    return codec::ReadMembers(body, [&](std::string_view name, JsonValue value) {
        return ReadMember(name, value, wish);
    });
}

Result<std::optional<std::int64_t>> ReadRetryBody(std::string_view body) {
    std::optional<std::int64_t> delivery;
    if (body.empty()) {
        return delivery;
    }
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(body));
    delivery = root.Get("delivery").Int();
    if (!root.IsObject() || root.Size() != (delivery ? 1U : 0U) || delivery.value_or(1) < 1) {
        return NotAllowed("the body", "{\"delivery\": ID}, or {} for all dead letters");
    }
    return delivery;
}

}  // namespace sightglass::serve
