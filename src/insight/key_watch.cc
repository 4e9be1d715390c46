#include "insight/key_watch.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "analytics/key_use.h"
#include "base/log.h"
#include "base/thread.h"
#include "notify/signature.h"

namespace sightglass::insight {
namespace {

constexpr std::chrono::seconds kPauseMin(20);
/// So many times as long as a look took: weeks of many calls must not keep a processor busy.
constexpr int kPauseTimes = 50;
constexpr std::size_t kDayChars = 10;  // Of "2026-11-22T00:00:00Z".
constexpr std::size_t kIdChars = 32;

std::string Joined(const std::vector<analytics::NamedCalls>& all) {
    std::string text;
    for (const analytics::NamedCalls& one : all) {
        text.append(text.empty() ? "" : ", ").append(one.name);
    }
    return text;
}

notify::Notice
NoticeOf(const analytics::KeyTrace& trace, const std::string& owner, const std::string& dashboard) {
    const analytics::KeyUse& use = trace.uses.front();
    notify::Notice notice;
    notice.alert_key = "misused-key." + trace.fingerprint;
    notice.monitor_id = "misused-keys";
    notice.monitor_name = "Misused keys";
    notice.severity = notify::Severity::kCritical;
    const std::string name = trace.label.empty() ? trace.fingerprint : trace.label;
    notice.title = "The key " + name + " may be in the wrong hands";
    notice.message = "It is used from an address that it was never used from";
    for (const analytics::KeyOddity oddity : use.odd) {
        notice.message += oddity == analytics::KeyOddity::kNewService    ? ", by another service"
                          : oddity == analytics::KeyOddity::kUnusualHour ? ", at an unusual hour"
                          : oddity == analytics::KeyOddity::kRate        ? ", at ten times its rate"
                                                                         : "";
    }
    notice.message += ". The page Keys says who used it, and revokes it.";
    notice.values = {
        {"address", use.address},
        {"user_agent", use.user_agent},
        {"service", use.service},
        {"calls", std::to_string(use.calls)}};
    if (!owner.empty()) {
        notice.values.emplace_back("owner", owner);
    }
    notice.values.emplace_back("services before", Joined(trace.services_before));
    notice.labels = {{"api_key", trace.fingerprint}};
    notice.started_at = use.first_seen;
    notice.link = dashboard.empty() ? "" : dashboard + "/ui/keys?key=" + trace.fingerprint;
    return notice;
}

}  // namespace

void KeyWatch::Start(std::string dashboard) {
    dashboard_ = std::move(dashboard);
    thread_ = StartThread("key-watch", Priority::kBackground, [this](const std::stop_token& stop) {
        Run(stop);
    });
}

void KeyWatch::Stop() {
    if (thread_.joinable()) {
        thread_.request_stop();
        thread_.join();
    }
}

Status KeyWatch::Look() const {
    const Time now = parts_.clock.Now();
    SG_ASSIGN_OR_RETURN(const auto misused, analytics::FindMisusedKeys(now, parts_.store));
    const auto table = parts_.keys.Get();
    for (const analytics::KeyTrace& trace : misused) {
        const access::KeyRecord* const ours = table->FindFingerprint(trace.fingerprint);
        if (ours != nullptr && ours->IsRevoked()) {
            continue;
        }
        notify::NoticeGroup group;
        group.notices.push_back(
            NoticeOf(trace, ours != nullptr ? ours->owner : std::string(), dashboard_)
        );
        group.group_key = group.notices.front().alert_key;
        // The same all day, so that it is said once.
        const std::string says = group.group_key + ' ' + FormatTime(now).substr(0, kDayChars);
        group.id = notify::Sha256Hex(says).substr(0, kIdChars);
        for (const std::string& channel : parts_.outbox.ChannelIds()) {
            SG_TRY(parts_.outbox.Enqueue(channel, group));
        }
    }
    return {};
}

void KeyWatch::Run(const std::stop_token& stop) const {
    std::mutex mutex;
    std::condition_variable_any waked;
    while (!stop.stop_requested()) {
        const auto began = std::chrono::steady_clock::now();
        if (const Status looked = Look(); !looked.Ok()) {
            Log(LogLevel::kWarn, "key-watch", "look at keys: " + looked.error().message);
        }
        const auto took = std::chrono::steady_clock::now() - began;
        const auto pause =
            std::max<std::chrono::steady_clock::duration>(kPauseMin, kPauseTimes * took);
        std::unique_lock<std::mutex> lock(mutex);
        waked.wait_for(lock, stop, pause, [] { return false; });
    }
}

}  // namespace sightglass::insight
