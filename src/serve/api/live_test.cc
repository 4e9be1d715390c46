#include "serve/api/live.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "analytics/filter_text.h"
#include "codec/sse.h"
#include "serve/test_server.h"

namespace sightglass::serve {
namespace {

/// Takes everything, and says that as much waits as the test wants.
class FakeStream final : public net::HttpStream {
public:
    bool Write(std::shared_ptr<const std::string> bytes) override {
        if (!takes) {
            return false;
        }
        written += *bytes;
        pieces.push_back(std::move(bytes));
        return true;
    }

    std::size_t QueuedBytes() const noexcept override { return queued; }

    bool Gone() const noexcept override { return gone; }

    void End() override { gone = true; }

    void Abort() override { gone = true; }

    std::size_t Count(const std::string& name) const {
        std::size_t count = 0;
        codec::SseReader reader;
        reader.Feed(written, [&](const codec::SseEvent& event) {
            count += event.name == name ? 1U : 0U;
        });
        return count;
    }

    bool takes = true;
    std::string written;
    std::vector<std::shared_ptr<const std::string>> pieces;
    std::size_t queued = 0;
    bool gone = false;
};

class LiveFeedTest : public ::testing::Test {
protected:
    void EndCalls(int count, const std::string& model) {
        std::vector<Call> calls;
        for (int i = 0; i < count; ++i) {
            Call call;
            call.call_id = ids_.Next(clock_.Now());
            call.started_at = clock_.Now();
            call.ended_at = clock_.Now();
            call.model = model;
            call.status = CallStatus::kOk;
            calls.push_back(std::move(call));
        }
        live_.Add(calls);
    }

    /// Two seconds later: the second that just was is whole, and its stragglers are in.
    void NextSecond() {
        clock_.Advance(std::chrono::seconds(2));
        feed_.Tick();
    }

    std::shared_ptr<FakeStream> Watch(const std::vector<std::string>& filters = {}) {
        auto stream = std::make_shared<FakeStream>();
        feed_.Add(stream, analytics::ParseFilters(filters, {}).value());
        return stream;
    }

    UuidSource ids_{3};
    TestClock clock_;
    live::Live live_{clock_};
    LiveFeed feed_{live_, std::chrono::milliseconds(250), 3};
};

TEST_F(LiveFeedTest, WelcomesAWatcherWithHistoryAndTheLatestCalls) {
    EndCalls(2, "gpt-4o");
    clock_.Advance(std::chrono::seconds(2));
    const auto stream = Watch();
    EXPECT_EQ(stream->Count("history"), 1U);
    EXPECT_EQ(stream->Count("call"), 2U);
    EXPECT_EQ(stream->Count("summary"), 0U);
}

TEST_F(LiveFeedTest, TellsEachCallOnceToEverybody) {
    const auto early = Watch();
    EndCalls(3, "gpt-4o");
    const auto late = Watch();
    NextSecond();
    EXPECT_EQ(early->Count("call"), 3U);
    EXPECT_EQ(late->Count("call"), 3U);
    EXPECT_GE(early->Count("summary"), 1U);
}

TEST_F(LiveFeedTest, EncodesOnceForAllWhoSeeTheSame) {
    const auto one = Watch();
    const auto two = Watch();
    EndCalls(3, "gpt-4o");
    NextSecond();
    ASSERT_FALSE(one->pieces.empty());
    EXPECT_EQ(one->pieces.back(), two->pieces.back());
}

TEST_F(LiveFeedTest, FiltersCallsButNotSummaries) {
    const auto stream = Watch({"model:gpt-4o"});
    EndCalls(2, "gpt-4o");
    EndCalls(2, "o3");
    NextSecond();
    EXPECT_EQ(stream->Count("call"), 2U);
    EXPECT_NE(stream->written.find(R"("calls":4)"), std::string::npos);
}

TEST_F(LiveFeedTest, ASlowWatcherMissesCallsAndIsToldHowMany) {
    const auto slow = Watch();
    const auto quick = Watch();
    slow->queued = 1U << 20;
    EndCalls(3, "gpt-4o");
    NextSecond();
    EXPECT_EQ(slow->Count("call"), 0U);
    EXPECT_NE(slow->written.find(R"("left_out":3)"), std::string::npos);
    EXPECT_EQ(quick->Count("call"), 3U);
    EXPECT_EQ(quick->written.find(R"("left_out":3)"), std::string::npos);
    slow->queued = 0;
    EndCalls(1, "gpt-4o");
    NextSecond();
    EXPECT_EQ(slow->Count("call"), 1U);
}

TEST_F(LiveFeedTest, AStreamThatTakesNothingIsToldLater) {
    const auto stream = Watch();
    stream->takes = false;
    EndCalls(2, "gpt-4o");
    NextSecond();
    stream->takes = true;
    EndCalls(1, "gpt-4o");
    NextSecond();
    EXPECT_EQ(stream->Count("call"), 1U);
    EXPECT_NE(stream->written.find(R"("left_out":2)"), std::string::npos);
}

TEST_F(LiveFeedTest, ForgetsWatchersThatWentAway) {
    const auto one = Watch();
    const auto two = Watch();
    const auto three = Watch();
    EXPECT_FALSE(feed_.HasRoom());
    two->gone = true;
    feed_.Tick();
    EXPECT_TRUE(feed_.HasRoom());
}

TEST_F(LiveFeedTest, KeepsQuietConnectionsOpen) {
    const auto stream = Watch();
    for (int i = 0; i < 60; ++i) {
        feed_.Tick();
    }
    EXPECT_NE(stream->written.find(": ping\n\n"), std::string::npos);
}

TEST(LiveRouteTest, StreamsCallsToManyWatchersAsTheyEnd) {
    ControlOptions options;
    options.live_tick = std::chrono::milliseconds(5);
    TestServer server(options);
    constexpr int kWatchers = 20;
    std::atomic<int> welcomed{0};
    std::atomic<int> told{0};
    std::vector<std::jthread> watchers;
    for (int i = 0; i < kWatchers; ++i) {
        watchers.emplace_back([&] {
            net::HttpClient client = server.Client();
            codec::SseReader reader;
            bool done = false;
            const auto answer = client.Stream(
                {.target = "/api/v1/live",
                 .headers = {{"Authorization", "Bearer " + std::string(kTestToken)}}},
                [&](std::string_view bytes) {
                    reader.Feed(bytes, [&](const codec::SseEvent& event) {
                        welcomed += event.name == "history" ? 1 : 0;
                        done = done || event.name == "call";
                    });
                    return !done;
                }
            );
            EXPECT_TRUE(answer.Ok() && answer->status == 200);
            told += done ? 1 : 0;
        });
    }
    while (welcomed < kWatchers) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    Call call;
    call.call_id = UuidSource(1).Next(server.clock.Now());
    call.started_at = server.clock.Now();
    call.ended_at = server.clock.Now();
    server.Commit({call});
    watchers.clear();
    EXPECT_EQ(told, kWatchers);
}

TEST(LiveRouteTest, EndsItsStreamsWhenTheServerStops) {
    TestServer server;
    std::jthread stopper;
    net::HttpClient client = server.Client();
    const auto answer = client.Stream(
        {.target = "/api/v1/live",
         .headers = {{"Authorization", "Bearer " + std::string(kTestToken)}}},
        [&](std::string_view) {
            if (!stopper.joinable()) {
                stopper = std::jthread([&server] { server.control->Stop(); });
            }
            return true;
        }
    );
    EXPECT_TRUE(answer.Ok()) << answer.error().message;
}

TEST(LiveRouteTest, RefusesMoreWatchersThanAllowed) {
    ControlOptions options;
    options.watchers_max = 0;
    const TestServer server(options);
    EXPECT_EQ(server.Get("/api/v1/live").status, 503);
}

}  // namespace
}  // namespace sightglass::serve
