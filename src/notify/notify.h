// Notices about alerts, and the one door by which they leave: an outbox that keeps what it was given
// until the channel has taken it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sightglass::notify {

enum class NoticeState {
    kFiring,    ///< The alert began.
    kReminder,  ///< It still fires; said again.
    kResolved,  ///< It is over.
};

enum class Severity { kInfo, kWarning, kCritical };

enum class Language { kEnglish, kChinese, kDutch };

/// "firing", "reminder", "resolved".
std::string_view ToString(NoticeState state) noexcept;
/// "info", "warning", "critical".
std::string_view ToString(Severity severity) noexcept;
/// "en", "zh", "nl".
std::string_view ToString(Language language) noexcept;

/// A name and its value, in the order in which they are to be shown: {"service", "checkout"}.
using NamedText = std::pair<std::string, std::string>;

/// One alert's news. Title, message and values are texts for people, in `language` already; channels
/// add the words around them in the same language.
/// Thread-safety: plain value.
struct Notice {
    std::string alert_key = {};  ///< Stays the same from firing to resolved; never empty.
    std::string monitor_id = {};
    std::string monitor_name = {};
    NoticeState state = NoticeState::kFiring;
    Severity severity = Severity::kWarning;
    std::string title = {};
    std::string message = {};
    std::vector<NamedText> values =
        {};  ///< {"error_rate", "12 %"}: they change from notice to notice.
    std::vector<NamedText> labels = {};  ///< The alert's group; they never change for an alert_key.
    Time started_at = {};
    Time ended_at = {};     ///< The epoch while it fires.
    std::string link = {};  ///< To the alert on the dashboard; empty where no address is known.
    Language language = Language::kEnglish;

    friend bool operator==(const Notice&, const Notice&) = default;
};

/// What goes to one channel at once: one alert's notice, or those of many alerts of one route, so that
/// 5,000 alerts are one message. `notices` may be the first few of `total`.
/// Thread-safety: plain value.
struct NoticeGroup {
    /// Names this event for good: a group that is handed in twice under one id is sent once. Also what
    /// receivers see as idempotency key. Empty: the outbox makes one.
    std::string id = {};
    /// What the group is about, the same from its first notice to its last (PagerDuty's dedup_key). For
    /// a single alert its alert_key.
    std::string group_key = {};
    std::string title = {};            ///< Of the group; empty: the first notice's.
    std::vector<Notice> notices = {};  ///< At least one; no more than kNoticesMax are kept.
    std::int64_t total = 1;            ///< How many alerts it is about, those not listed included.
    std::int64_t firing = 1;           ///< How many of them still fire; 0 resolves the group.
    std::string link = {};             ///< To the list of all; empty: the first notice's.

    friend bool operator==(const NoticeGroup&, const NoticeGroup&) = default;
};

/// Where those who find something to say hand it in. Implemented by Courier (courier.h).
/// Thread-safety: safe for concurrent use.
class Outbox {
public:
    static constexpr std::size_t kNoticesMax = 100;

    virtual ~Outbox() = default;

    /// On return the group is kept on disk and will be delivered at least once, in order for each
    /// alert_key, also over a crash; what the channel refuses for good stands among its dead letters.
    /// Returns at once: nothing is sent by the caller's thread. kNotFound where there is no such
    /// channel (or it is switched off: then kUnavailable), kInvalidArgument for a group without
    /// notices, kIo where it cannot be kept.
    virtual Status Enqueue(std::string_view channel_id, const NoticeGroup& group) = 0;

    /// The ids of the channels that take notices now, for routes that name none.
    virtual std::vector<std::string> ChannelIds() const = 0;

    /// How often the channel has to hear again of what still fires, because its receiver forgets it
    /// otherwise; nothing where it does not.
    virtual std::optional<Duration> SayAgainEvery(std::string_view channel_id) const = 0;
};

}  // namespace sightglass::notify
