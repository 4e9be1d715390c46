#include "insight/follow_up_watch.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

#include "base/log.h"
#include "base/thread.h"

namespace sightglass::insight {
namespace {

constexpr std::chrono::seconds kRound(3);
constexpr int kRoundsOfUse = 100;

template <typename Outcome>
void Report(const char* what, const Outcome& outcome) {
    if (!outcome.Ok()) {
        Log(LogLevel::kWarn, "follow-ups", std::string(what) + ": " + outcome.error().message);
    }
}

}  // namespace

void FollowUpWatch::Start() {
    thread_ = StartThread("follow-ups", Priority::kBackground, [this](const std::stop_token& stop) {
        Run(stop);
    });
}

void FollowUpWatch::Stop() {
    if (thread_.joinable()) {
        thread_.request_stop();
        thread_.join();
    }
}

void FollowUpWatch::Run(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any waked;
    for (int round = 1; !stop.stop_requested(); ++round) {
        Report("look at feedback", follow_ups_.Look(FollowUps::What::kFeedback));
        Report("remind", follow_ups_.Remind());
        if (round % kRoundsOfUse == 0) {
            Report("look at use", follow_ups_.Look(FollowUps::What::kUse));
        }
        std::unique_lock<std::mutex> lock(mutex);
        waked.wait_for(lock, stop, kRound, [] { return false; });
    }
}

}  // namespace sightglass::insight
