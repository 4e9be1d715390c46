// How long one look at 10,000 groups takes: asked of the live windows, judged, moved on, told.
#include <unistd.h>

#include <filesystem>
#include <string>

#include <benchmark/benchmark.h>

#include "alert/evaluator.h"
#include "store/memory.h"

namespace sightglass::alert {
namespace {

class StandingClock final : public Clock {
public:
    Time Now() const noexcept override { return now; }

    Time now = Time(std::chrono::seconds(1'700'000'000));
};

class DeafOutbox final : public notify::Outbox {
public:
    Status Enqueue(std::string_view, const notify::NoticeGroup&) override { return {}; }

    std::vector<std::string> ChannelIds() const override { return {"ops"}; }

    std::optional<Duration> SayAgainEvery(std::string_view) const override { return std::nullopt; }
};

/// `groups` groups with a call a second for a minute; range(1) percent of them are alarming.
void LookAtGroups(benchmark::State& state) {
    std::string name = (std::filesystem::temp_directory_path() / "sg-bench-XXXXXX").string();
    const std::filesystem::path folder = ::mkdtemp(name.data());
    StandingClock clock;
    DeafOutbox outbox;
    const auto database = state::Database::Open(folder / "state.db");
    state::AlertRecords records(**database);
    const auto monitoring = Monitoring::Open({}, records, outbox, clock);
    Monitor monitor;
    monitor.id = "errors";
    monitor.name = "Errors";
    monitor.metric = "error_rate";
    monitor.group_by = {"user"};
    monitor.window = std::chrono::minutes(1);
    monitor.condition.value = 0.5;
    static_cast<void>((*monitoring)->Make(monitor));
    live::Live live(clock);
    const auto store = store::NewMemoryStore();
    Evaluator evaluator(
        **monitoring,
        {.clock = clock,
         .live = live,
         .store = *store,
         .own_figures = [] { return OwnFigures{}; },
         .is_caught_up = [] { return true; }}
    );
    for (int second = 0; second < 60; ++second) {
        clock.now += std::chrono::seconds(1);
        for (std::int64_t group = 0; group < state.range(0); ++group) {
            Call call;
            call.user = "user-" + std::to_string(group);
            call.ended_at = clock.now;
            call.status = group % 100 < state.range(1) ? CallStatus::kError : CallStatus::kOk;
            live.Add(std::vector{call});
        }
    }
    while (state.KeepRunning()) {
        clock.now += std::chrono::milliseconds(1);
        evaluator.LookLive(clock.now);
    }
    state.counters["groups/s"] = benchmark::Counter(
        static_cast<double>(state.range(0)),
        benchmark::Counter::kIsIterationInvariantRate
    );
    std::filesystem::remove_all(folder);
}

BENCHMARK(LookAtGroups)
    ->Args({10'000, 0})
    ->Args({10'000, 1})
    ->Args({10'000, 50})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sightglass::alert
