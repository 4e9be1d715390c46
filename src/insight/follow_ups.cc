#include "insight/follow_ups.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/log.h"
#include "insight/follow_up_finder.h"
#include "notify/signature.h"

namespace sightglass::insight {
namespace {

constexpr const char* kSettingsName = "follow_ups";
constexpr std::int64_t kOpenedAtOnceMax = 100;
constexpr std::size_t kKnownMax = 50;
constexpr std::size_t kDueMax = 1'000;
constexpr std::size_t kHandledMax = 20'000;
constexpr Duration kErrorsQuiet = std::chrono::hours(24);
constexpr Duration kDropQuiet = std::chrono::hours(24 * 28);

Duration DurationOf(double count, Duration unit) {
    return Duration(std::llround(count * static_cast<double>(unit.count())));
}

std::string_view TitleOf(FollowUpRule rule) {
    switch (rule) {
        case FollowUpRule::kBadFeedback:
            return "bad feedback";
        case FollowUpRule::kRepeatedErrors:
            return "repeated errors";
        case FollowUpRule::kDropInUse:
            return "use fell";
        case FollowUpRule::kHeavyNewUser:
            return "a new user calls much";
        default:
            return "by hand";
    }
}

std::string NumberText(double number) {
    std::string text = std::to_string(number);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') {
        text.pop_back();
    }
    return text;
}

}  // namespace

Result<FollowUpSettings> FollowUps::Settings() const {
    SG_ASSIGN_OR_RETURN(const std::string text, deps_.records.Text(kSettingsName));
    return text.empty() ? Result<FollowUpSettings>(FollowUpSettings())
                        : ParseFollowUpSettings(text);
}

Status FollowUps::SetSettings(const std::string& json, const state::AuditEntry& entry) {
    if (!json.empty()) {
        SG_TRY(ParseFollowUpSettings(json));
    }
    return deps_.records.PutText(kSettingsName, json, entry);
}

Status FollowUps::Keep(const FollowUp& follow_up, const std::optional<state::AuditEntry>& entry) {
    return deps_.records.Put(RowOf(follow_up), entry);
}

void FollowUps::Tell(
    const FollowUpSettings& settings,
    const FollowUp& follow_up,
    FollowUpEvent event
) const {
    const bool over = event == FollowUpEvent::kClosed;
    const bool was_told = over && follow_up.reminded_at != Time{};
    if (!settings.tell[static_cast<std::size_t>(event)] && !was_told) {
        return;
    }
    const std::string who = !follow_up.user.empty()         ? deps_.pseudonym(follow_up.user)
                            : !follow_up.session_id.empty() ? "session " + follow_up.session_id
                                                            : "call " + follow_up.call_id;
    notify::Notice notice;
    notice.alert_key = "follow-up." + follow_up.id;
    notice.monitor_id = "follow-ups";
    notice.monitor_name = "Follow-ups";
    notice.state = over ? notify::NoticeState::kResolved : notify::NoticeState::kFiring;
    notice.severity =
        event == FollowUpEvent::kDue ? notify::Severity::kWarning : notify::Severity::kInfo;
    notice.title = "Follow-up " + std::string(ToString(event)) + ": " + who;
    notice.message = "Why: " + std::string(TitleOf(follow_up.rule)) + ".";
    for (const auto& [name, number] : follow_up.facts) {
        notice.values.emplace_back(name, NumberText(number));
    }
    notice.values.emplace_back("state", ToString(follow_up.state));
    if (!follow_up.owner.empty()) {
        notice.values.emplace_back("owner", follow_up.owner);
    }
    if (follow_up.outcome) {
        notice.values.emplace_back("outcome", ToString(*follow_up.outcome));
    }
    notice.labels = {
        {"follow_up", follow_up.id},
        {"about", who},
        {"rule", std::string(ToString(follow_up.rule))}};
    notice.started_at = follow_up.opened_at;
    notice.ended_at = over ? follow_up.closed_at : Time{};
    notice.link = dashboard_.With([&](const std::string& address) {
        return address.empty() ? std::string() : address + "/ui/followups?key=" + follow_up.id;
    });
    notify::NoticeGroup group;
    const Time at = event == FollowUpEvent::kDue ? follow_up.reminded_at : deps_.clock.Now();
    const std::string says =
        notice.alert_key + ' ' + std::string(ToString(event)) + ' ' + std::to_string(ToMicros(at));
    group.id = notify::Sha256Hex(says).substr(0, 32);
    group.group_key = notice.alert_key;
    group.firing = over ? 0 : 1;
    group.notices.push_back(std::move(notice));
    const auto channels = settings.channels.empty() ? deps_.outbox.ChannelIds() : settings.channels;
    for (const std::string& channel : channels) {
        const Status told = deps_.outbox.Enqueue(channel, group);
        if (!told.Ok()) {
            Log(LogLevel::kWarn, "follow-ups", "tell a channel: " + told.error().message);
        }
    }
}

Result<FollowUp> FollowUps::Open(FollowUp follow_up, const AuditNote& note) {
    SG_ASSIGN_OR_RETURN(const FollowUpSettings settings, Settings());
    const MutexLock lock(changing_);
    const Time now = deps_.clock.Now();
    follow_up.id = ToString(ids_.Next(now));
    follow_up.opened_at = now;
    if (follow_up.due_at == Time{}) {
        const bool by_hand = follow_up.rule == FollowUpRule::kByHand;
        const double days = by_hand ? 2 : settings.Of(follow_up.rule).due_days;
        follow_up.due_at = now + DurationOf(days, std::chrono::hours(24));
    }
    SG_TRY(Keep(follow_up, note ? std::optional<state::AuditEntry>(note(follow_up)) : std::nullopt)
    );
    Tell(settings, follow_up, FollowUpEvent::kOpened);
    return follow_up;
}

Result<FollowUp> FollowUps::Change(
    const std::string& id,
    const std::function<Status(FollowUp& follow_up)>& change,
    const AuditNote& note
) {
    SG_ASSIGN_OR_RETURN(const FollowUpSettings settings, Settings());
    const MutexLock lock(changing_);
    SG_ASSIGN_OR_RETURN(FollowUp follow_up, Find(id));
    const FollowUpState before = follow_up.state;
    SG_TRY(change(follow_up));
    SG_TRY(Keep(follow_up, note ? std::optional<state::AuditEntry>(note(follow_up)) : std::nullopt)
    );
    if (follow_up.state != before && follow_up.state != FollowUpState::kOpen) {
        const FollowUpEvent event =
            follow_up.state == FollowUpState::kClosed     ? FollowUpEvent::kClosed
            : follow_up.state == FollowUpState::kAnswered ? FollowUpEvent::kAnswered
                                                          : FollowUpEvent::kContacted;
        Tell(settings, follow_up, event);
    }
    return follow_up;
}

Result<FollowUp> FollowUps::Find(const std::string& id) const {
    SG_ASSIGN_OR_RETURN(const state::FollowUpRow row, deps_.records.Find(id));
    return ReadRow(row);
}

Result<std::vector<FollowUp>> FollowUps::List(const state::FollowUpQuestion& question) const {
    SG_ASSIGN_OR_RETURN(const std::vector<state::FollowUpRow> rows, deps_.records.List(question));
    std::vector<FollowUp> all;
    all.reserve(rows.size());
    for (const state::FollowUpRow& row : rows) {
        SG_ASSIGN_OR_RETURN(FollowUp follow_up, ReadRow(row));
        all.push_back(std::move(follow_up));
    }
    return all;
}

/// Whether somebody has it in hand, had it, or had something of the kind a short while ago.
Result<bool> FollowUps::IsKnown(const FollowUp& found) const {
    SG_ASSIGN_OR_RETURN(
        const std::vector<FollowUp> of_subject,
        List(
            {.subject = SubjectOf(found),
             .rule = std::string(ToString(found.rule)),
             .limit = kKnownMax}
        )
    );
    return std::any_of(of_subject.begin(), of_subject.end(), [&](const FollowUp& one) {
        if (one.state != FollowUpState::kClosed) {
            return true;
        }
        const Duration since = found.opened_at - one.closed_at;
        switch (found.rule) {
            case FollowUpRule::kBadFeedback:
                return one.trigger == found.trigger || since < Duration(0);
            case FollowUpRule::kRepeatedErrors:
                return since < kErrorsQuiet;
            case FollowUpRule::kDropInUse:
                return since < kDropQuiet;
            default:
                return true;  // One is new once.
        }
    });
}

Result<bool> FollowUps::OpenIfNew(const FollowUpSettings& settings, FollowUp found) {
    SG_ASSIGN_OR_RETURN(const bool known, IsKnown(found));
    if (known) {
        return false;
    }
    found.owner = settings.Of(found.rule).owner;
    SG_TRY(Open(std::move(found), nullptr));
    return true;
}

Result<std::int64_t> FollowUps::Look(What what) {
    const MutexLock looking(looking_);
    SG_ASSIGN_OR_RETURN(const FollowUpSettings settings, Settings());
    const Time now = deps_.clock.Now();
    SG_ASSIGN_OR_RETURN(
        const std::vector<FollowUp> found,
        what == What::kFeedback ? FindBadFeedback(settings, now, deps_.store, handled_)
                                : FindByUse(settings, now, deps_.store)
    );
    if (handled_.size() > kHandledMax) {
        handled_.clear();  // They are looked at once more, and found to be known.
    }
    std::int64_t opened = 0;
    for (const FollowUp& one : found) {
        SG_ASSIGN_OR_RETURN(const bool is_new, OpenIfNew(settings, one));
        opened += is_new ? 1 : 0;
        if (what == What::kFeedback) {
            handled_.insert(one.trigger);
        }
        if (opened == kOpenedAtOnceMax) {
            break;  // The others are found the next time.
        }
    }
    return opened;
}

Status FollowUps::Remind() {
    SG_ASSIGN_OR_RETURN(const FollowUpSettings settings, Settings());
    if (!settings.tell[static_cast<std::size_t>(FollowUpEvent::kDue)]) {
        return {};
    }
    SG_ASSIGN_OR_RETURN(
        const std::vector<FollowUp> all,
        List({.state = "unclosed", .limit = kDueMax})
    );
    const Duration again = DurationOf(settings.remind_hours, std::chrono::hours(1));
    for (const FollowUp& one : all) {
        const Time now = deps_.clock.Now();
        const bool is_due = one.due_at != Time{} && one.due_at <= now &&
                            (one.reminded_at == Time{} || now - one.reminded_at >= again);
        if (!is_due) {
            continue;
        }
        // Written down before it is told: a crash in between tells nobody twice.
        const MutexLock lock(changing_);
        SG_ASSIGN_OR_RETURN(FollowUp present, Find(one.id));
        if (present.state == FollowUpState::kClosed || present.due_at != one.due_at) {
            continue;
        }
        present.reminded_at = now;
        SG_TRY(Keep(present, std::nullopt));
        Tell(settings, present, FollowUpEvent::kDue);
    }
    return {};
}

}  // namespace sightglass::insight
