#include "alert/evaluator.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/thread.h"
#include "store/matching.h"

namespace sightglass::alert {
namespace {

constexpr Duration kLiveEvery = std::chrono::seconds(1);
constexpr Duration kStoreEvery = std::chrono::seconds(10);

/// Whether alert-0 has begun.
constexpr Duration kAskAgain = std::chrono::milliseconds(100);

/// Own counters are known so far back.
constexpr Duration kSamplesFor = std::chrono::hours(1);
constexpr Duration kSampleEvery = std::chrono::seconds(5);

/// Waits that a stop ends at once.
void SleepUntil(std::chrono::steady_clock::time_point when, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_until(lock, stop, when, [] { return false; });
}

void Repeat(const std::stop_token& stop, Duration every, const std::function<void()>& work) {
    auto next = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
        work();
        // What took longer than its time does not have to be made up for.
        next = std::max(next + every, std::chrono::steady_clock::now());
        SleepUntil(next, stop);
    }
}

bool IsOwn(const Monitor& monitor) {
    const auto& names = OwnMetrics();
    return std::find(names.begin(), names.end(), monitor.metric) != names.end();
}

/// What alert-0 looks at: without a question to the store.
bool IsQuick(const Monitor& monitor) {
    return monitor.kind == Kind::kHeadroom || IsOwn(monitor);
}

}  // namespace

Evaluator::Evaluator(Monitoring& monitoring, EvaluatorDeps deps)
    : monitoring_(monitoring), deps_(std::move(deps)) {
    WatchViews(monitoring_.Enabled(), deps_.clock.Now());
}

Evaluator::~Evaluator() {
    Stop();
}

void Evaluator::Start() {
    live_thread_ = StartThread("alert-0", Priority::kBackground, [this](const auto& stop) {
        Repeat(stop, kLiveEvery, [this] { LookLive(deps_.clock.Now()); });
    });
    store_thread_ = StartThread("alert-1", Priority::kBackground, [this](const auto& stop) {
        while (!caught_up_ && !stop.stop_requested()) {
            SleepUntil(std::chrono::steady_clock::now() + kAskAgain, stop);
        }
        Repeat(stop, kStoreEvery, [this, &stop] { LookStored(deps_.clock.Now(), stop); });
    });
}

void Evaluator::Stop() {
    for (std::jthread* thread : {&live_thread_, &store_thread_}) {
        if (thread->joinable()) {
            thread->request_stop();
        }
    }
    for (std::jthread* thread : {&live_thread_, &store_thread_}) {
        if (thread->joinable()) {
            thread->join();
        }
    }
}

void Evaluator::WatchViews(const std::vector<MonitorPointer>& monitors, Time now) {
    live::Windows& windows = deps_.live.GetWindows();
    std::set<std::string> wanted;
    for (const MonitorPointer& monitor : monitors) {
        if (!IsLive(*monitor)) {
            continue;
        }
        std::string name = ViewName(*monitor);
        if (wanted.insert(name).second && !views_.contains(name)) {
            windows.Watch(name, ViewOf(*monitor), now);
        }
    }
    for (const std::string& name : views_) {
        if (!wanted.contains(name)) {
            windows.Unwatch(name);
        }
    }
    views_ = std::move(wanted);
}

void Evaluator::Sample(Time now) {
    if (!samples_.empty() && now < samples_.back().at) {
        samples_.clear();  // The clock was set back.
    }
    // The last one is always of now; those before it are kSampleEvery apart.
    const bool replaces =
        samples_.size() >= 2 && now - samples_[samples_.size() - 2].at < kSampleEvery;
    if (replaces) {
        samples_.pop_back();
    }
    samples_.push_back({now, deps_.own_figures()});
    while (now - samples_.front().at > kSamplesFor) {
        samples_.pop_front();
    }
}

Measured Evaluator::MeasureOwn(const Monitor& monitor, Time now) const {
    const OwnFigures& last = samples_.back().figures;
    const auto since = [&](double OwnFigures::*counter) {
        const auto first = std::find_if(samples_.begin(), samples_.end(), [&](const auto& each) {
            return each.at >= now - monitor.window;
        });
        return last.*counter - first->figures.*counter;
    };
    Measured measured;
    Reading& reading = measured.readings.emplace_back();
    if (monitor.metric == "journal_lag_s") {
        reading.value = last.journal_lag_s;
    } else if (monitor.metric == "disk_used_ratio") {
        reading.value = last.disk_used_ratio;
    } else if (monitor.metric == "in_flight") {
        reading.value = last.in_flight;
    } else if (monitor.metric == "dropped") {
        reading.value = since(&OwnFigures::dropped);
    } else if (monitor.metric == "unrecorded_calls") {
        reading.value = since(&OwnFigures::unrecorded_calls);
    }
    return measured;
}

void Evaluator::LookLive(Time now) {
    const std::vector<MonitorPointer> monitors = monitoring_.Enabled();
    WatchViews(monitors, now);
    if (!caught_up_ && !deps_.is_caught_up()) {
        return;
    }
    caught_up_ = true;
    Sample(now);
    std::optional<std::vector<live::Headroom>> headrooms;
    std::set<std::string> without_live;
    for (const MonitorPointer& monitor : monitors) {
        if (monitor->kind == Kind::kHeadroom) {
            if (!headrooms) {
                headrooms = deps_.live.Totals().Headrooms();
            }
            monitoring_.Take(monitor, MeasureHeadroom(*monitor, *headrooms, now), true, now);
        } else if (IsOwn(*monitor)) {
            monitoring_.Take(monitor, MeasureOwn(*monitor, now), true, now);
        } else if (IsLive(*monitor)) {
            auto measured = MeasureLive(*monitor, deps_.live.GetWindows(), now);
            if (measured) {
                monitoring_.Take(monitor, std::move(*measured), true, now);
            } else {
                without_live.insert(monitor->id);
            }
        }
    }
    without_live_.With([&](std::set<std::string>& ids) { ids.swap(without_live); });
    monitoring_.Tell(now);
}

Result<Measured> Evaluator::MeasureOther(const MonitorPointer& monitor, Time now) {
    Memory& memory = memories_[monitor->id];
    if (memory.monitor != monitor) {
        memory = Memory{.monitor = monitor};
    }
    if (monitor->kind == Kind::kNew) {
        return memory.known.Measure(*monitor, deps_.store, now);
    }
    if (monitor->kind != Kind::kAnomaly) {
        return MeasureStored(*monitor, deps_.store, now);
    }
    // Its buckets are whole: nothing changes until the next is over.
    const Time bucket = store::BucketStart(now, monitor->window);
    if (memory.bucket != bucket) {
        SG_ASSIGN_OR_RETURN(memory.measured, MeasureStored(*monitor, deps_.store, now));
        memory.bucket = bucket;
    }
    return memory.measured;
}

void Evaluator::LookStored(Time now, const std::stop_token& stop) {
    if (!caught_up_) {
        return;
    }
    const std::vector<MonitorPointer> monitors = monitoring_.Enabled();
    const auto without_live =
        without_live_.With([](const std::set<std::string>& ids) { return ids; });
    std::set<std::string> looked_at;
    for (const MonitorPointer& monitor : monitors) {
        if (stop.stop_requested()) {
            return;
        }
        if (IsQuick(*monitor) || (IsLive(*monitor) && !without_live.contains(monitor->id))) {
            continue;
        }
        looked_at.insert(monitor->id);
        monitoring_.Take(monitor, MeasureOther(monitor, now), false, now);
    }
    std::erase_if(memories_, [&](const auto& each) { return !looked_at.contains(each.first); });
}

}  // namespace sightglass::alert
