// What a kind of channel is: the settings it has, a pure function from a group of notices to what goes
// out, and a rule for reading the answer. One folder a kind holds these; channel.cc lists them.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "notify/notify.h"

namespace sightglass::notify {

/// The settings of a channel by name, secrets in clear: never to be shown or logged as a whole.
using Settings = std::map<std::string, std::string, std::less<>>;

/// The setting's text, or `otherwise` where it is not set.
std::string_view
SettingOf(const Settings& settings, std::string_view name, std::string_view otherwise = {});

enum class Secrecy { kPlain, kSecret };
enum class Need { kOptional, kRequired };

struct Field {
    std::string_view name;
    Secrecy secrecy = Secrecy::kPlain;
    Need need = Need::kOptional;
    std::string_view what;  ///< One sentence for people.
};

struct OutgoingRequest {
    std::string url;  ///< Holds secrets.
    std::vector<NamedText> headers = {};
    std::string body = {};  ///< Sent by POST.

    friend bool operator==(const OutgoingRequest&, const OutgoingRequest&) = default;
};

enum class MailSecurity { kStartTls, kTls, kNone };

struct OutgoingMail {
    std::string host;
    int port = 587;
    MailSecurity security = MailSecurity::kStartTls;
    std::string username = {};
    std::string password = {};
    std::string from = {};
    std::vector<std::string> to = {};
    std::string message = {};  ///< RFC 5322, lines end with CRLF, dots not yet doubled.

    friend bool operator==(const OutgoingMail&, const OutgoingMail&) = default;
};

using Outgoing = std::variant<OutgoingRequest, OutgoingMail>;

/// What came back.
struct Answer {
    int status = 0;                            ///< Of HTTP or SMTP; 0 where there was no answer.
    std::string body = {};                     ///< Its first 64 KiB.
    std::optional<Duration> retry_after = {};  ///< As the header Retry-After has it.
    std::string failure = {};                  ///< Why there was no answer. Without secrets.
    bool forbidden = false;                    ///< Nothing was sent: our rules forbid the address.
};

enum class Outcome { kDelivered, kRetry, kRefused };

struct Verdict {
    Outcome outcome = Outcome::kDelivered;
    std::optional<Duration> retry_after = {};  ///< With kRetry: not before.
    std::string why = {};                      ///< Empty where it was delivered.
};

/// The rule that most receivers follow: 2xx is delivered; 408, 425, 429, 5xx and no answer are tried
/// again; everything else, redirects included, is refused for good.
Verdict ReadHttpAnswer(const Answer& answer);

struct ChannelKind {
    std::string_view name;   ///< "slack"
    std::string_view title;  ///< "Slack"
    std::span<const Field> fields;
    int rate_per_minute = 60;  ///< Unless the channel says otherwise.

    /// What the fields alone do not say: formats, which go together.
    Status (*check)(const Settings& settings);

    /// `group` has at least one notice and an id; `settings` passed the check.
    Result<Outgoing> (*compose)(const Settings& settings, const NoticeGroup& group, Time now);

    Verdict (*read)(const Answer& answer);

    /// How often what still fires has to be said again, because the receiver forgets it otherwise. Null:
    /// it forgets nothing.
    Duration (*say_again)(const Settings& settings) = nullptr;
};

std::span<const ChannelKind* const> ChannelKinds() noexcept;

/// Null where there is no such kind.
const ChannelKind* FindChannelKind(std::string_view name) noexcept;

/// Unknown and missing settings, texts that are too long or hold control characters, and the kind's
/// own check. The error names the setting and never its value.
Status CheckSettings(const ChannelKind& kind, const Settings& settings);

/// kInvalidArgument naming the setting, where it is not an http or https URL.
Status CheckUrl(const Settings& settings, std::string_view name);

}  // namespace sightglass::notify
