#include "notify/channel.h"

#include <algorithm>
#include <array>

#include "net/url.h"
#include "notify/alertmanager/alertmanager.h"
#include "notify/dingtalk/dingtalk.h"
#include "notify/discord/discord.h"
#include "notify/email/email.h"
#include "notify/feishu/feishu.h"
#include "notify/pagerduty/pagerduty.h"
#include "notify/slack/slack.h"
#include "notify/teams/teams.h"
#include "notify/telegram/telegram.h"
#include "notify/texts.h"
#include "notify/webhook/webhook.h"
#include "notify/wecom/wecom.h"

namespace sightglass::notify {
namespace {

constexpr std::size_t kSettingBytesMax = 16U << 10;
constexpr std::string_view kLanguage = "language";  // Every kind has it.
constexpr std::size_t kWhyBytesMax = 200;

constexpr std::array<const ChannelKind*, 11> kKinds{
    &kWebhook,
    &kSlack,
    &kTeams,
    &kDiscord,
    &kPagerDuty,
    &kEmail,
    &kDingTalk,
    &kFeishu,
    &kWeCom,
    &kTelegram,
    &kAlertmanager};

Error Wrong(std::string_view name, std::string_view why) {
    return Error{ErrorCode::kInvalidArgument, std::string(name) + ": " + std::string(why)};
}

std::string NamesOf(const ChannelKind& kind) {
    std::string names;
    for (const Field& field : kind.fields) {
        names += (names.empty() ? "" : ", ") + std::string(field.name);
    }
    return names;
}

Status CheckLanguage(std::string_view text) {
    return text.empty() || ParseLanguage(text) ? Status() : Wrong(kLanguage, "allowed: en, zh, nl");
}

bool HoldsControls(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
    });
}

Status CheckText(const Field& field, std::string_view text) {
    if (text.size() > kSettingBytesMax) {
        return Wrong(field.name, "is longer than 16 KiB");
    }
    // Only a template has lines; elsewhere a line end would begin another header.
    const bool lines = field.name != "template" && text.find('\n') != std::string_view::npos;
    if (HoldsControls(text) || lines) {
        return Wrong(field.name, "holds control characters");
    }
    return {};
}

}  // namespace

std::string_view
SettingOf(const Settings& settings, std::string_view name, std::string_view otherwise) {
    const auto found = settings.find(name);
    return found == settings.end() || found->second.empty() ? otherwise : found->second;
}

Verdict ReadHttpAnswer(const Answer& answer) {
    const int status = answer.status;
    if (status >= 200 && status < 300) {
        return {};
    }
    if (answer.forbidden) {
        return {Outcome::kRefused, {}, answer.failure};
    }
    if (status == 0) {
        return {Outcome::kRetry, {}, answer.failure.empty() ? "no answer" : answer.failure};
    }
    std::string why = "status " + std::to_string(status);
    if (!answer.body.empty()) {
        why += ": " + answer.body.substr(0, kWhyBytesMax);
    }
    if (status == 408 || status == 425 || status == 429 || status >= 500) {
        return {Outcome::kRetry, answer.retry_after, std::move(why)};
    }
    if (status >= 300 && status < 400) {
        why = "status " + std::to_string(status) + ": redirects are not followed";
    }
    return {Outcome::kRefused, {}, std::move(why)};
}

std::span<const ChannelKind* const> ChannelKinds() noexcept {
    return kKinds;
}

const ChannelKind* FindChannelKind(std::string_view name) noexcept {
    const auto* const found = std::find_if(kKinds.begin(), kKinds.end(), [name](const auto* kind) {
        return kind->name == name;
    });
    return found == kKinds.end() ? nullptr : *found;
}

Status CheckSettings(const ChannelKind& kind, const Settings& settings) {
    for (const auto& [name, text] : settings) {
        if (name == kLanguage) {
            SG_TRY(CheckLanguage(text));
            continue;
        }
        const auto field =
            std::find_if(kind.fields.begin(), kind.fields.end(), [&name = name](const Field& each) {
                return each.name == name;
            });
        if (field == kind.fields.end()) {
            return Wrong(
                "settings",
                "a channel of kind " + std::string(kind.name) + " has only " + NamesOf(kind) +
                    ", language"
            );
        }
        SG_TRY(CheckText(*field, text));
    }
    for (const Field& field : kind.fields) {
        if (field.need == Need::kRequired && SettingOf(settings, field.name).empty()) {
            return Wrong(field.name, "is missing: " + std::string(field.what));
        }
    }
    return kind.check(settings);
}

Status CheckUrl(const Settings& settings, std::string_view name) {
    std::string_view url = SettingOf(settings, name);
    // Webhook addresses have a query part more often than not; the reader of base URLs knows none.
    url = url.substr(0, url.find('?'));
    return net::ParseUrl(url).Ok()
               ? Status()
               : Wrong(name, "allowed: an http:// or https:// URL without user name and fragment");
}

}  // namespace sightglass::notify
