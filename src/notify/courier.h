// The outbox that keeps notices in the state database, and the thread notify-0 that sends them.
//
//   auto channels = Channels::Open(rows, secret, clock);
//   auto courier = Courier::Start({}, **channels, deliveries, clock);
//   (*courier)->Enqueue(channel_id, group);   // kept; sent soon, again and again until it is taken
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "notify/channels.h"
#include "notify/notify.h"
#include "notify/queue.h"
#include "notify/sender.h"
#include "state/deliveries.h"

namespace sightglass::notify {

struct CourierOptions {
    SenderOptions sender = {};
    int tries_max = 200;  ///< Then it is a dead letter: after some three hours, with what follows.
    Duration retry_wait = std::chrono::seconds(1);  ///< After the first try; doubles, with jitter.
    Duration retry_wait_max =
        std::chrono::seconds(60);  ///< So that a receiver that is back has all soon.
};

/// What a test of a channel came to.
/// Thread-safety: plain value.
struct TestReport {
    Outcome outcome = Outcome::kDelivered;
    int status = 0;
    std::string why = {};
};

/// Thread-safety: safe for concurrent use.
class Courier final : public Outbox {
public:
    /// Takes up what was pending. All of them must outlive it.
    static Result<std::unique_ptr<Courier>> Start(
        CourierOptions options,
        notify::Channels& channels,
        state::Deliveries& deliveries,
        const Clock& clock
    );

    ~Courier() override;
    Courier(const Courier&) = delete;
    Courier& operator=(const Courier&) = delete;

    Status Enqueue(std::string_view channel_id, const NoticeGroup& group) override;
    std::vector<std::string> ChannelIds() const override;
    std::optional<Duration> SayAgainEvery(std::string_view channel_id) const override;

    /// Sends a test notice on the caller's thread, past the outbox, and waits for the answer: up to 20 s.
    Result<TestReport> Test(std::string_view channel_id, Language language);

    /// Takes dead letters up again: the one of that id, or all. How many there were.
    Result<std::int64_t> Retry(const std::string& channel_id, std::optional<std::int64_t> delivery);

    /// After a channel was changed or removed.
    void ChannelsChanged();

    notify::Channels& Channels() noexcept { return channels_; }

    const state::Deliveries& Deliveries() const noexcept { return deliveries_; }

    /// What is under way is broken off, and sent again at the next start.
    void Stop();

private:
    Courier(
        CourierOptions options,
        notify::Channels& channels,
        state::Deliveries& deliveries,
        const Clock& clock
    );

    void Run(const std::stop_token& stop);
    void TakeInbox();
    void BeginDue(SteadyTime now);
    void Begin(const Channel& channel, std::int64_t id, SteadyTime now);
    void Finish(std::int64_t id, const Answer& answer);
    void GiveUpOn(const std::string& channel_id);
    void Settle(const Channel& channel, std::int64_t id, int status, const Verdict& verdict);
    Waiting WaitingFor(const state::Delivery& delivery, const NoticeGroup& group) const;

    const CourierOptions options_;
    notify::Channels& channels_;
    state::Deliveries& deliveries_;
    const Clock& clock_;
    Mutex enqueueing_;  ///< So that ids come into the inbox in their order.
    Guarded<std::vector<Waiting>> inbox_;

    // notify-0's own.
    Sender sender_;
    Queues queues_;

    std::jthread thread_;
};

}  // namespace sightglass::notify
