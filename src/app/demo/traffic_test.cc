#include "app/demo/traffic.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "app/demo/simulated_provider.h"

namespace sightglass::demo {
namespace {

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
        auto generator = TrafficGenerator::Start(traffic, Clock::System());
        ASSERT_TRUE(generator.Ok()) << generator.error().message;
        generator_ = std::move(generator).value();
    }

    /// Waits, within the test's own time limit, until so many answers have come; then stops.
    TrafficStats Run(std::uint64_t answers) {
        while (generator_->GetStats().answered < answers) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        generator_->Stop();
        return generator_->GetStats();
    }

    std::unique_ptr<SimulatedProvider> provider_;
    std::unique_ptr<TrafficGenerator> generator_;
};

TEST_F(TrafficGeneratorTest, EveryServiceIsAnsweredWhenNothingGoesWrong) {
    ResponderOptions quiet;
    quiet.faults = kNoFaults;
    quiet.incident_period = Duration(0);
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
    while (generator.value()->GetStats().failed < 10) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_EQ(generator.value()->GetStats().answered, 0U);
}

}  // namespace
}  // namespace sightglass::demo
