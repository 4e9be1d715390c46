#include "notify/webhook/webhook.h"

#include <array>
#include <chrono>

#include "notify/notice_json.h"
#include "notify/signature.h"
#include "notify/webhook/template.h"

namespace sightglass::notify {
namespace {

constexpr std::array<Field, 5> kFields{{
    {"url", Secrecy::kSecret, Need::kRequired, "Where notices are sent."},
    {"secret", Secrecy::kSecret, Need::kOptional, "Key of the signature; none: not signed."},
    {"authorization", Secrecy::kSecret, Need::kOptional, "The header Authorization."},
    {"template", Secrecy::kPlain, Need::kOptional, "The body, with {{placeholders}}."},
    {"content_type", Secrecy::kPlain, Need::kOptional, "Of the body; application/json."},
}};

constexpr std::string_view kJson = "application/json";

Status Check(const Settings& settings) {
    SG_TRY(CheckUrl(settings, "url"));
    const std::string_view body = SettingOf(settings, "template");
    return body.empty() ? Status() : CheckTemplate(body);
}

Result<Outgoing> Compose(const Settings& settings, const NoticeGroup& group, Time now) {
    OutgoingRequest request{.url = std::string(SettingOf(settings, "url"))};
    const std::string_view type = SettingOf(settings, "content_type", kJson);
    const std::string_view body = SettingOf(settings, "template");
    request.body = body.empty() ? WebhookJson(group) : FillTemplate(body, group, EscapingFor(type));
    request.headers = {{"Content-Type", std::string(type)}, {"Idempotency-Key", group.id}};
    const std::string_view authorization = SettingOf(settings, "authorization");
    if (!authorization.empty()) {
        request.headers.emplace_back("Authorization", authorization);
    }
    const std::string_view secret = SettingOf(settings, "secret");
    if (!secret.empty()) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
        const std::string timestamp = std::to_string(seconds.count());
        request.headers.emplace_back("X-Timestamp", timestamp);
        request.headers.emplace_back(
            "X-Signature",
            "sha256=" + HexOf(HmacSha256(secret, timestamp + "." + request.body))
        );
    }
    return Outgoing(std::move(request));
}

}  // namespace

const ChannelKind kWebhook{
    .name = "webhook",
    .title = "Webhook",
    .fields = kFields,
    .rate_per_minute = 600,
    .check = Check,
    .compose = Compose,
    .read = ReadHttpAnswer,
};

}  // namespace sightglass::notify
