// The thread that looks for follow-ups: at feedback and at what is due each few seconds, at what users do
// each five minutes.
#pragma once

#include <thread>

#include "insight/follow_ups.h"

namespace sightglass::insight {

/// Thread-safety: Start, Stop and destruction from one thread.
class FollowUpWatch {
public:
    /// The queue must outlive this.
    explicit FollowUpWatch(FollowUps& follow_ups) : follow_ups_(follow_ups) {}

    ~FollowUpWatch() { Stop(); }

    FollowUpWatch(const FollowUpWatch&) = delete;
    FollowUpWatch& operator=(const FollowUpWatch&) = delete;

    void Start();
    void Stop();

private:
    void Run(const std::stop_token& stop);

    FollowUps& follow_ups_;
    std::jthread thread_;
};

}  // namespace sightglass::insight
