#include "notify/email/email.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "notify/digest.h"
#include "notify/email/mime.h"

namespace sightglass::notify {
namespace {

constexpr std::array<Field, 7> kFields{{
    {"host", Secrecy::kPlain, Need::kRequired, "The mail server."},
    {"port", Secrecy::kPlain, Need::kOptional, "587; 465 with tls, 25 with none."},
    {"security", Secrecy::kPlain, Need::kOptional, "starttls (the default), tls, or none."},
    {"username", Secrecy::kPlain, Need::kOptional, "Where the server asks for one."},
    {"password", Secrecy::kSecret, Need::kOptional, "Its password."},
    {"from", Secrecy::kPlain, Need::kRequired, "The sender: sightglass@example.com."},
    {"to", Secrecy::kPlain, Need::kRequired, "Who gets it: addresses between commas."},
}};

constexpr std::size_t kListedMax = 100;
constexpr std::size_t kTextBytesMax = 64U << 10;
constexpr std::size_t kReceiversMax = 100;

Error Wrong(std::string_view what) {
    return Error{ErrorCode::kInvalidArgument, std::string(what)};
}

std::pair<MailSecurity, int> SecurityOf(const Settings& settings) {
    const std::string_view text = SettingOf(settings, "security", "starttls");
    if (text == "tls") {
        return {MailSecurity::kTls, 465};
    }
    return text == "none" ? std::pair{MailSecurity::kNone, 25}
                          : std::pair{MailSecurity::kStartTls, 587};
}

std::vector<std::string> Receivers(const Settings& settings) {
    std::vector<std::string> receivers;
    for (const std::string_view each : Split(SettingOf(settings, "to"), ',')) {
        receivers.push_back(AddressIn(each));
    }
    return receivers;
}

Status CheckHost(std::string_view host) {
    const bool good = host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
                          return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                 (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == ':';
                      });
    return good ? Status() : Wrong("host: allowed: a name or an address");
}

Status Check(const Settings& settings) {
    SG_TRY(CheckHost(SettingOf(settings, "host")));
    const std::string_view security = SettingOf(settings, "security", "starttls");
    if (security != "starttls" && security != "tls" && security != "none") {
        return Wrong("security: allowed: starttls, tls, none");
    }
    const auto port = ParseInt(SettingOf(settings, "port", "587"));
    if (!port || *port < 1 || *port > 65'535) {
        return Wrong("port: allowed: 1 to 65535");
    }
    if (security == "none" && !SettingOf(settings, "password").empty()) {
        return Wrong("security: a password is never sent in clear: use starttls or tls");
    }
    if (AddressIn(SettingOf(settings, "from")).empty()) {
        return Wrong("from: allowed: an address such as sightglass@example.com");
    }
    const std::vector<std::string> receivers = Receivers(settings);
    const bool wrong = std::find(receivers.begin(), receivers.end(), "") != receivers.end();
    if (wrong || receivers.size() > kReceiversMax) {
        return Wrong("to: allowed: at most 100 addresses between commas");
    }
    return {};
}

std::string EscapeHtml(std::string_view text) {
    std::string escaped;
    for (const char c : EscapeEntities(text)) {
        escaped += c == '"' ? std::string("&quot;") : std::string(1, c);
    }
    return escaped;
}

std::string WriteText(const Digest& digest) {
    std::string text = digest.headline + "\n\n";
    text += WriteBody(digest, {.escape = AsItIs}, kTextBytesMax);
    return digest.link.empty() ? text + "\n" : text + "\n\n" + digest.link + "\n";
}

std::string WriteFacts(const Digest& digest) {
    if (digest.facts.empty()) {
        return {};
    }
    std::string html = "<table cellpadding=\"4\">";
    for (const auto& [name, value] : digest.facts) {
        html += "<tr><th align=\"left\">" + EscapeHtml(name) + "</th><td>" + EscapeHtml(value) +
                "</td></tr>";
    }
    return html + "</table>";
}

std::string WriteList(const Digest& digest) {
    if (digest.listed.empty()) {
        return {};
    }
    std::string html = "<ul>";
    for (const std::string& listed : digest.listed) {
        html += "<li>" + EscapeHtml(listed) + "</li>";
    }
    return html + "</ul><p>" + EscapeHtml(digest.more) + "</p>";
}

std::string WriteHtml(const Digest& digest, Language language) {
    std::string html = "<!doctype html><html lang=\"" + std::string(ToString(language)) +
                       "\"><body style=\"font-family:sans-serif\"><h2 style=\"color:" +
                       std::string(ColorOf(digest)) + "\">" + EscapeHtml(digest.headline) + "</h2>";
    html += "<p>" + EscapeHtml(digest.message) + "</p>" + WriteFacts(digest) + WriteList(digest);
    if (!digest.link.empty()) {
        html += "<p><a href=\"" + EscapeHtml(digest.link) + "\">" + EscapeHtml(digest.open) +
                "</a></p>";
    }
    return html + "</body></html>\n";
}

Result<Outgoing> Compose(const Settings& settings, const NoticeGroup& group, Time now) {
    const Digest digest = DigestOf(group, kListedMax);
    const auto [security, usual_port] = SecurityOf(settings);
    const auto port = ParseInt(SettingOf(settings, "port"));
    OutgoingMail mail;
    mail.host = SettingOf(settings, "host");
    mail.port = port ? static_cast<int>(*port) : usual_port;
    mail.security = security;
    mail.username = SettingOf(settings, "username");
    mail.password = SettingOf(settings, "password");
    mail.from = AddressIn(SettingOf(settings, "from"));
    mail.to = Receivers(settings);
    const std::string text = WriteText(digest);
    const std::string html = WriteHtml(digest, group.notices.front().language);
    mail.message = WriteMail({
        .from = mail.from,
        .to = mail.to,
        .subject = digest.headline,
        .id = group.id,
        .thread_id = group.group_key,
        .text = text,
        .html = html,
        .at = now,
    });
    return Outgoing(std::move(mail));
}

/// 2yz is taken, 4yz may work later, 5yz never will. Source: RFC 5321, section 4.2.1.
Verdict Read(const Answer& answer) {
    if (answer.status >= 200 && answer.status < 300 && answer.failure.empty()) {
        return {};
    }
    const bool never = answer.forbidden || (answer.status >= 500 && answer.status < 600);
    std::string why = answer.failure.empty() ? "no answer" : answer.failure;
    if (answer.status > 0) {
        why += " (status " + std::to_string(answer.status) + ")";
    }
    return {never ? Outcome::kRefused : Outcome::kRetry, {}, std::move(why)};
}

}  // namespace

const ChannelKind kEmail{
    .name = "email",
    .title = "Email",
    .fields = kFields,
    .rate_per_minute = 30,
    .check = Check,
    .compose = Compose,
    .read = Read,
};

}  // namespace sightglass::notify
