#include "notify/courier.h"

#include <algorithm>
#include <functional>
#include <random>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "base/thread.h"
#include "base/uuid.h"
#include "notify/digest.h"
#include "notify/notice_json.h"

namespace sightglass::notify {
namespace {

using std::chrono::steady_clock;

constexpr std::int64_t kDeliveredKept = 100;
constexpr std::int64_t kDeadKept = 1'000;
constexpr std::int64_t kPendingMax = 10'000;
constexpr std::size_t kWhyBytesMax = 300;
constexpr std::size_t kNoticesBytesMax = 4U << 20;
constexpr Duration kLongestWait = std::chrono::hours(24);
/// A receiver that does not answer is not asked for each notice in turn at once.
constexpr Duration kPauseMax = std::chrono::seconds(10);

/// A share of `wait` between a half and the whole: many that failed at once do not come back at once.
Duration WithJitter(Duration wait) {
    static thread_local std::minstd_rand random(std::random_device{}());
    std::uniform_int_distribution<std::int64_t> share(wait.count() / 2, wait.count());
    return Duration(share(random));
}

Duration Backoff(const CourierOptions& options, std::int64_t attempts) {
    Duration wait = options.retry_wait;
    for (std::int64_t i = 1; i < attempts && wait < options.retry_wait_max; ++i) {
        wait *= 2;
    }
    return WithJitter(std::min(wait, options.retry_wait_max));
}

/// In the channel's language, where it has one.
void SetLanguage(const Channel& channel, NoticeGroup& group) {
    const auto language = ParseLanguage(SettingOf(channel.said.settings, "language"));
    for (Notice& notice : group.notices) {
        notice.language = language.value_or(notice.language);
    }
}

std::string WhyOf(const Channel& channel, const Verdict& verdict) {
    std::string why = WithoutSecrets(verdict.why, channel);
    MakeValidUtf8(why);
    return Shorten(why, kWhyBytesMax);
}

/// Taken out before the answer is read, because reading cuts texts short, and half a secret is not found.
Verdict ReadAnswer(const Channel& channel, Answer answer) {
    answer.body = WithoutSecrets(std::move(answer.body), channel);
    return channel.kind->read(answer);
}

NoticeGroup TestGroup(Language language, Time now) {
    const Texts& texts = TextsOf(language);
    const std::string id = "test-" + ToString(UuidSource().Next(now));
    Notice notice;
    notice.alert_key = id;
    notice.monitor_id = "test";
    notice.monitor_name = "Test";
    notice.state = NoticeState::kResolved;
    notice.severity = Severity::kInfo;
    notice.title = texts.test_title;
    notice.message = texts.test_message;
    notice.started_at = now;
    notice.ended_at = now;
    notice.language = language;
    return {.id = id, .group_key = id, .notices = {notice}, .total = 1, .firing = 0};
}

void LogFailure(std::string_view what, const Status& status) {
    if (!status.Ok()) {
        Log(LogLevel::kError, "notify", std::string(what) + ": " + status.error().message);
    }
}

}  // namespace

Courier::Courier(
    CourierOptions options,
    notify::Channels& channels,
    state::Deliveries& deliveries,
    const Clock& clock
)
    : options_(std::move(options)),
      channels_(channels),
      deliveries_(deliveries),
      clock_(clock),
      sender_(options_.sender) {}

Result<std::unique_ptr<Courier>> Courier::Start(
    CourierOptions options,
    notify::Channels& channels,
    state::Deliveries& deliveries,
    const Clock& clock
) {
    std::unique_ptr<Courier> courier(new Courier(std::move(options), channels, deliveries, clock));
    SG_ASSIGN_OR_RETURN(const std::vector<state::Delivery> pending, deliveries.Pending());
    for (const state::Delivery& delivery : pending) {
        const auto group = ReadGroup(delivery.notices);
        Waiting waiting = courier->WaitingFor(delivery, group.Ok() ? *group : NoticeGroup{});
        courier->queues_[delivery.channel_id].Put(std::move(waiting));
    }
    courier->thread_ = StartThread(
        "notify-0",
        Priority::kNormal,
        [self = courier.get()](const std::stop_token& stop) { self->Run(stop); }
    );
    return courier;
}

Courier::~Courier() {
    Stop();
}

void Courier::Stop() {
    if (thread_.joinable()) {
        thread_.request_stop();
        sender_.Wake();
        thread_.join();
    }
}

Waiting Courier::WaitingFor(const state::Delivery& delivery, const NoticeGroup& group) const {
    const Duration wait =
        std::clamp(delivery.next_at - clock_.Now(), Duration::zero(), kLongestWait);
    Waiting waiting{
        .id = delivery.id,
        .channel_id = delivery.channel_id,
        .attempts = delivery.attempts,
        .not_before = steady_clock::now() + wait};
    const std::hash<std::string> hash;
    waiting.keys.push_back(hash(group.group_key));
    for (const Notice& notice : group.notices) {
        waiting.keys.push_back(hash(notice.alert_key));
    }
    return waiting;
}

Status Courier::Enqueue(std::string_view channel_id, const NoticeGroup& group) {
    const auto channel = channels_.Find(channel_id);
    if (channel == nullptr) {
        return Error{ErrorCode::kNotFound, "there is no channel of that id"};
    }
    if (!channel->Takes()) {
        return Error{ErrorCode::kUnavailable, "the channel is switched off"};
    }
    if (group.notices.empty()) {
        return Error{ErrorCode::kInvalidArgument, "a group without notices"};
    }
    NoticeGroup kept = group;
    const Time now = clock_.Now();
    if (kept.id.empty()) {
        kept.id = ToString(UuidSource().Next(now));
    }
    if (kept.group_key.empty()) {
        kept.group_key = kept.notices.front().alert_key;
    }
    kept.notices.resize(std::min(kept.notices.size(), kNoticesMax));
    state::Delivery delivery{
        .channel_id = channel->id,
        .idempotency_key = kept.id,
        .created_at = now,
        .next_at = now,
        .notices = WebhookJson(kept)};
    if (delivery.notices.size() > kNoticesBytesMax) {
        return Error{ErrorCode::kTooLarge, "a group of more than 4 MiB"};
    }
    const MutexLock lock(enqueueing_);
    SG_ASSIGN_OR_RETURN(state::DeliveryCounts counts, deliveries_.Count());
    if (counts[channel->id]["pending"] >= kPendingMax) {
        return Error{ErrorCode::kFull, "10000 notices wait for this channel already"};
    }
    SG_ASSIGN_OR_RETURN(const std::optional<std::int64_t> added, deliveries_.Add(delivery));
    if (added) {
        delivery.id = *added;
        inbox_.With([waiting = WaitingFor(delivery, kept)](std::vector<Waiting>& inbox) {
            inbox.push_back(waiting);
        });
        sender_.Wake();
    }
    return {};
}

std::vector<std::string> Courier::ChannelIds() const {
    std::vector<std::string> ids;
    for (const auto& channel : channels_.All()) {
        if (channel->Takes()) {
            ids.push_back(channel->id);
        }
    }
    return ids;
}

std::optional<Duration> Courier::SayAgainEvery(std::string_view channel_id) const {
    const auto channel = channels_.Find(channel_id);
    if (channel == nullptr || channel->kind->say_again == nullptr) {
        return std::nullopt;
    }
    return channel->kind->say_again(channel->said.settings);
}

Result<TestReport> Courier::Test(std::string_view channel_id, Language language) {
    const auto channel = channels_.Find(channel_id);
    if (channel == nullptr) {
        return Error{ErrorCode::kNotFound, "there is no channel of that id"};
    }
    if (!channel->trouble.empty()) {
        return Error{ErrorCode::kUnavailable, channel->trouble};
    }
    const auto own = ParseLanguage(SettingOf(channel->said.settings, "language"));
    const Time now = clock_.Now();
    const NoticeGroup group = TestGroup(own.value_or(language), now);
    auto outgoing = channel->kind->compose(channel->said.settings, group, now);
    if (!outgoing.Ok()) {
        return std::move(outgoing).error();
    }
    const Answer answer = SendAndWait(options_.sender, std::move(outgoing).value());
    const Verdict verdict = ReadAnswer(*channel, answer);
    return TestReport{verdict.outcome, answer.status, WhyOf(*channel, verdict)};
}

Result<std::int64_t>
Courier::Retry(const std::string& channel_id, std::optional<std::int64_t> delivery) {
    if (channels_.Find(channel_id) == nullptr) {
        return Error{ErrorCode::kNotFound, "there is no channel of that id"};
    }
    const MutexLock lock(enqueueing_);
    SG_ASSIGN_OR_RETURN(
        const std::vector<std::int64_t> revived,
        deliveries_.Revive(channel_id, delivery, clock_.Now())
    );
    for (const std::int64_t id : revived) {
        SG_ASSIGN_OR_RETURN(const std::optional<state::Delivery> found, deliveries_.Find(id));
        if (!found) {
            continue;
        }
        const auto group = ReadGroup(found->notices);
        inbox_.With([waiting = WaitingFor(*found, group.Ok() ? *group : NoticeGroup{})](auto& inbox
                    ) { inbox.push_back(waiting); });
    }
    sender_.Wake();
    return static_cast<std::int64_t>(revived.size());
}

void Courier::ChannelsChanged() {
    sender_.Wake();
}

void Courier::Run(const std::stop_token& stop) {
    constexpr Duration kIdle = std::chrono::seconds(30);
    while (!stop.stop_requested()) {
        TakeInbox();
        const SteadyTime now = steady_clock::now();
        BeginDue(now);
        Duration wait = kIdle;
        for (const auto& [channel_id, queue] : queues_) {
            const auto channel = channels_.Find(channel_id);
            if (channel == nullptr || !channel->Takes()) {
                continue;
            }
            if (const auto next = queue.Next(now, channel->RatePerMinute())) {
                wait = std::min(wait, std::chrono::ceil<Duration>(std::max(*next, now) - now));
            }
        }
        constexpr Duration kTick = std::chrono::milliseconds(1);
        for (const Sender::Finished& finished : sender_.Wait(std::max(wait, kTick))) {
            Finish(finished.tag, finished.answer);
        }
    }
}

void Courier::TakeInbox() {
    std::vector<Waiting> taken;
    inbox_.With([&taken](std::vector<Waiting>& inbox) { taken.swap(inbox); });
    for (Waiting& waiting : taken) {
        Queue& queue = queues_[waiting.channel_id];
        queue.Put(std::move(waiting));
    }
}

void Courier::GiveUpOn(const std::string& channel_id) {
    Log(LogLevel::kWarn, "notify", "notices of a channel that is gone are dropped: " + channel_id);
    LogFailure("drop notices", deliveries_.RemoveOf(channel_id));
}

void Courier::BeginDue(SteadyTime now) {
    for (auto each = queues_.begin(); each != queues_.end();) {
        const auto channel = channels_.Find(each->first);
        if (channel == nullptr || each->second.size() == 0) {
            if (channel == nullptr) {
                GiveUpOn(each->first);
            }
            // An empty queue stays where its rate is still counted: it is small.
            each = channel == nullptr ? queues_.erase(each) : std::next(each);
            continue;
        }
        if (channel->Takes()) {
            if (const auto id = each->second.Take(now, channel->RatePerMinute())) {
                Begin(*channel, *id, now);
            }
        }
        ++each;
    }
}

void Courier::Begin(const Channel& channel, std::int64_t id, SteadyTime now) {
    const auto found = deliveries_.Find(id);
    if (!found.Ok()) {
        Log(LogLevel::kError, "notify", "read a notice: " + found.error().message);
        queues_[channel.id].PutBack(id, now + options_.retry_wait_max);
        return;
    }
    if (!*found) {
        queues_[channel.id].Remove(id);
        return;
    }
    auto group = ReadGroup((*found)->notices);
    Result<Outgoing> outgoing = Error{ErrorCode::kCorrupt, "the kept notice cannot be read"};
    if (group.Ok()) {
        group->id = (*found)->idempotency_key;
        SetLanguage(channel, *group);
        outgoing = channel.kind->compose(channel.said.settings, *group, clock_.Now());
    }
    if (outgoing.Ok()) {
        sender_.Begin(id, std::move(outgoing).value());
    } else {
        Settle(channel, id, 0, {Outcome::kRefused, {}, outgoing.error().message});
    }
}

void Courier::Finish(std::int64_t id, const Answer& answer) {
    for (auto& [channel_id, queue] : queues_) {
        if (queue.UnderWay(id) == nullptr) {
            continue;
        }
        const auto channel = channels_.Find(channel_id);
        if (channel != nullptr) {
            Settle(*channel, id, answer.status, ReadAnswer(*channel, answer));
        }
        return;
    }
}

void Courier::Settle(const Channel& channel, std::int64_t id, int status, const Verdict& verdict) {
    Queue& queue = queues_[channel.id];
    Waiting* const waiting = queue.UnderWay(id);
    waiting->attempts += 1;
    const Time now = clock_.Now();
    state::Delivery row{
        .id = id,
        .attempts = waiting->attempts,
        .next_at = now,
        .ended_at = now,
        .status = status,
        .error = WhyOf(channel, verdict)};
    const bool again = verdict.outcome == Outcome::kRetry && waiting->attempts < options_.tries_max;
    if (again) {
        const Duration backoff = Backoff(options_, waiting->attempts);
        const Duration wait = std::max(backoff, verdict.retry_after.value_or(Duration::zero()));
        const SteadyTime steady = steady_clock::now();
        queue.Pause(steady + verdict.retry_after.value_or(std::min(backoff, kPauseMax)));
        queue.PutBack(id, steady + wait);
        row.next_at = now + wait;
        row.ended_at = {};
        LogFailure("note a try", deliveries_.Update(row));
        return;
    }
    queue.Remove(id);
    row.state = verdict.outcome == Outcome::kDelivered ? "delivered" : "dead";
    if (row.state == "dead") {
        Log(LogLevel::kWarn,
            "notify",
            "a notice to " + channel.said.name + " is given up: " + row.error);
    }
    LogFailure("note what was sent", deliveries_.Update(row));
    const std::int64_t kept = row.state == "dead" ? kDeadKept : kDeliveredKept;
    LogFailure("forget old notices", deliveries_.Prune(channel.id, row.state, kept));
}

}  // namespace sightglass::notify
