#include "capture/gateway/event_tail.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "codec/sse.h"

namespace sightglass::capture {
namespace {

constexpr std::size_t kBytesMax = 1U << 20;

std::vector<std::string> EventsOf(std::string_view text) {
    std::vector<std::string> events;
    codec::SseReader reader;
    const auto keep = [&](const codec::SseEvent& event) { events.emplace_back(event.data); };
    reader.Feed(text, keep);
    reader.Finish(keep);
    return events;
}

class EventTailTest : public ::testing::TestWithParam<std::string> {};

TEST_P(EventTailTest, KeepsTheLastEventsWhole) {
    std::mt19937 random(1);
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{5000}}) {
        std::string stream;
        for (int i = 0; i < 500; ++i) {
            stream += "data: event " + std::to_string(i) + std::string(random() % 300, 'x') +
                      GetParam() + GetParam();
        }
        EventTail tail(kBytesMax);
        for (std::size_t at = 0; at < stream.size(); at += step) {
            tail.Add(std::string_view(stream).substr(at, step));
        }
        const std::vector<std::string> all = EventsOf(stream);
        const std::vector<std::string> kept = EventsOf(tail.Text());
        ASSERT_GE(kept.size(), static_cast<std::size_t>(EventTail::kEventsKept));
        EXPECT_TRUE(std::equal(kept.rbegin(), kept.rend(), all.rbegin()));
        EXPECT_FALSE(tail.Cut());
        EXPECT_LT(tail.Text().size(), 16U << 10) << "and not much more than that";
    }
}

INSTANTIATE_TEST_SUITE_P(LineEnds, EventTailTest, ::testing::Values("\n", "\r\n"));

TEST(EventTailBoundTest, GrowsForALargeEvent) {
    EventTail tail(kBytesMax);
    for (int i = 0; i < 100; ++i) {
        tail.Add("data: small\n\n");
    }
    const std::string large = "data: " + std::string(500'000, 'x') + "\n\n";
    for (std::size_t at = 0; at < large.size(); at += 1000) {
        tail.Add(std::string_view(large).substr(at, 1000));
    }
    EXPECT_FALSE(tail.Cut());
    EXPECT_TRUE(tail.Text().ends_with(large));
}

TEST(EventTailBoundTest, CutsAnEventThatIsLargerThanItsBound) {
    EventTail tail(10'000);
    tail.Add("data: first\n\n");
    tail.Add("data: ");
    for (int i = 0; i < 1000; ++i) {
        tail.Add(std::string(100, 'x'));
    }
    tail.Add("\"usage\":{}}\n\n");
    EXPECT_TRUE(tail.Cut());
    EXPECT_GE(tail.Text().size(), 10'000U);
    EXPECT_LE(tail.Text().size(), 33'000U);
    EXPECT_TRUE(tail.Text().ends_with("xx\"usage\":{}}\n\n"));
    for (int i = 0; i < 4000; ++i) {
        tail.Add("data: small\n\n");
    }
    EXPECT_FALSE(tail.Cut()) << "once that event has left";
    EXPECT_TRUE(tail.Text().starts_with("data: small\n\n"));
}

TEST(EventTailBoundTest, ForgetsOnReset) {
    EventTail tail(kBytesMax);
    tail.Add("data: x\n\n");
    tail.Reset();
    EXPECT_EQ(tail.Text(), "");
}

}  // namespace
}  // namespace sightglass::capture
