#include "app/demo/traffic.h"

#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "app/demo/simulated_provider.h"

namespace sightglass::demo {
namespace {

/// The machine's clock, put ahead.
class AheadClock final : public Clock {
public:
    Time Now() const noexcept override { return Clock::System().Now() + ahead_.load(); }

    void PutAhead(Duration ahead) { ahead_ = ahead; }

private:
    std::atomic<Duration> ahead_ = Duration(0);
};

/// The generator and the provider without a gateway between them, as fast as they can.
class TrafficGeneratorTest : public testing::Test {
protected:
    void Start(const ResponderOptions& responder, TrafficOptions traffic) {
        SimulatedProviderOptions options;
        options.responder = responder;
        options.speed = 0;
        auto provider = SimulatedProvider::Start(options, Clock::System());
        ASSERT_TRUE(provider.Ok()) << provider.error().message;
        provider_ = std::move(provider).value();
        traffic.port = provider_->Port();
        traffic.requests_per_s = 500;
        traffic.pause_scale = 0;
        auto generator = TrafficGenerator::Start(traffic, clock_);
        ASSERT_TRUE(generator.Ok()) << generator.error().message;
        generator_ = std::move(generator).value();
    }

    /// Waits for it, a minute at most.
    template <typename Condition>
    static bool Comes(Condition condition) {
        constexpr int kTries = 12'000;
        for (int i = 0; i < kTries && !condition(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return condition();
    }

    /// Waits until so many answers have come; then stops.
    TrafficStats Run(std::uint64_t answers) {
        EXPECT_TRUE(Comes([&] { return generator_->GetStats().answered >= answers; }));
        generator_->Stop();
        return generator_->GetStats();
    }

    AheadClock clock_;
    std::unique_ptr<SimulatedProvider> provider_;
    std::unique_ptr<TrafficGenerator> generator_;
};

TEST_F(TrafficGeneratorTest, EveryServiceIsAnsweredWhenNothingGoesWrong) {
    ResponderOptions quiet;
    quiet.faults = kNoFaults;
    quiet.incidents.period = Duration(0);
    TrafficOptions traffic;
    traffic.abort_share = 0;
    traffic.bad_key_share = 0;
    Start(quiet, traffic);
    const TrafficStats stats = Run(150);
    EXPECT_EQ(stats.errors, 0U);
    EXPECT_EQ(stats.failed, 0U);
    EXPECT_GE(stats.sent, stats.answered);
}

TEST_F(TrafficGeneratorTest, FaultsReachTheClients) {
    ResponderOptions faulty;
    faulty.faults.server_error = 0.3;
    faulty.faults.cut_off = 0.3;
    TrafficOptions traffic;
    traffic.bad_key_share = 0.2;
    Start(faulty, traffic);
    const TrafficStats stats = Run(200);
    EXPECT_GT(stats.errors, 20U);
    EXPECT_GT(stats.failed, 0U);
}

TEST_F(TrafficGeneratorTest, AnApplicationLoopsAndAStrangerTriesKeysWhenItIsTheirTurn) {
    ResponderOptions quiet;
    quiet.faults = kNoFaults;
    quiet.incidents.period = Duration(0);
    TrafficOptions traffic;
    traffic.bad_key_share = 0;
    traffic.sessions_max = 0;
    traffic.incidents = {.period = std::chrono::hours(10), .length = std::chrono::hours(5)};
    Start(quiet, traffic);
    clock_.PutAhead(std::chrono::hours(16));
    EXPECT_TRUE(Comes([this] { return generator_->GetStats().trouble >= 2; }));
    EXPECT_EQ(generator_->GetStats().errors, 0U);  // The loop's requests are as good as any.
    clock_.PutAhead(std::chrono::hours(36));
    EXPECT_TRUE(Comes([this] { return generator_->GetStats().errors >= 2; })
    );  // Strange keys are not.
}

TEST_F(TrafficGeneratorTest, AHostThatIsNoAddressIsRefused) {
    TrafficOptions traffic;
    traffic.host = "gateway.example";
    EXPECT_EQ(
        TrafficGenerator::Start(traffic, Clock::System()).error().code,
        ErrorCode::kInvalidArgument
    );
}

TEST_F(TrafficGeneratorTest, NobodyListeningIsCountedNotFatal) {
    TrafficOptions traffic;
    traffic.port = 1;
    traffic.requests_per_s = 500;
    auto generator = TrafficGenerator::Start(traffic, Clock::System());
    ASSERT_TRUE(generator.Ok());
    EXPECT_TRUE(Comes([&] { return generator.value()->GetStats().failed >= 10; }));
    EXPECT_EQ(generator.value()->GetStats().answered, 0U);
}

}  // namespace
}  // namespace sightglass::demo
