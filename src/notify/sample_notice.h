// A notice for the tests of this room.
//
// Thread-safety: pure functions.
#pragma once

#include <string>

#include "notify/channel.h"
#include "notify/notify.h"

namespace sightglass::notify {

/// 2026-11-22T19:04:00Z.
inline constexpr Time kSampleNow = Time(Duration(1'795'374'240'000'000));

inline Notice SampleNotice() {
    Notice notice;
    notice.alert_key = "m1/service=checkout";
    notice.monitor_id = "m1";
    notice.monitor_name = "Error rate";
    notice.severity = Severity::kCritical;
    notice.title = "Errors of checkout";
    notice.message = "12 % of calls <fail> & *more*";
    notice.values = {{"error_rate", "12 %"}};
    notice.labels = {{"service", "checkout"}};
    notice.started_at = kSampleNow - std::chrono::minutes(4);
    notice.link = "https://sg.example/ui/alerts/1";
    return notice;
}

inline NoticeGroup SampleGroup(NoticeState state = NoticeState::kFiring) {
    NoticeGroup group{.id = "event-1", .group_key = "m1/service=checkout"};
    group.notices = {SampleNotice()};
    group.notices[0].state = state;
    if (state == NoticeState::kResolved) {
        group.notices[0].ended_at = kSampleNow;
        group.firing = 0;
    }
    return group;
}

/// 5,000 alerts, of which 100 are listed.
inline NoticeGroup SampleStorm() {
    NoticeGroup group{.id = "event-2", .group_key = "route-1", .title = "Many", .total = 5'000};
    group.firing = 4'990;
    for (int i = 0; i < 100; ++i) {
        Notice notice = SampleNotice();
        notice.alert_key += std::to_string(i);
        notice.labels = {{"user", std::to_string(i)}};
        group.notices.push_back(notice);
    }
    return group;
}

/// What a kind makes of it, or an empty request where it refuses.
inline OutgoingRequest
Composed(const ChannelKind& kind, const Settings& settings, const NoticeGroup& group) {
    auto outgoing = kind.compose(settings, group, kSampleNow);
    return outgoing.Ok() ? std::get<OutgoingRequest>(std::move(outgoing).value())
                         : OutgoingRequest{};
}

}  // namespace sightglass::notify
