#include "pipeline/exchange_ring.h"

#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace sightglass::pipeline {
namespace {

ExchangeView ViewOf(std::uint32_t number, std::string_view request, std::string_view answer) {
    ExchangeView view;
    std::memcpy(view.call_id.bytes.data(), &number, sizeof number);
    view.dialect = "openai";
    view.model = "gpt-5";
    view.request_body = request;
    view.response_body = answer;
    view.response_truncated = number % 2 == 1;
    view.work.threads = true;
    return view;
}

std::uint32_t NumberOf(const ExchangeView& view) {
    std::uint32_t number = 0;
    std::memcpy(&number, view.call_id.bytes.data(), sizeof number);
    return number;
}

TEST(ExchangeRingTest, GivesBackWhatItWasGivenInOrder) {
    ExchangeRing ring;
    EXPECT_TRUE(ring.Empty());
    EXPECT_TRUE(ring.TryPush(ViewOf(1, "question", "answer")));
    EXPECT_TRUE(ring.TryPush(ViewOf(2, "", "")));
    EXPECT_FALSE(ring.Empty());
    EXPECT_TRUE(ring.Pop([](const ExchangeView& view) {
        EXPECT_EQ(NumberOf(view), 1U);
        EXPECT_EQ(view.dialect, "openai");
        EXPECT_EQ(view.model, "gpt-5");
        EXPECT_EQ(view.request_body, "question");
        EXPECT_EQ(view.response_body, "answer");
        EXPECT_EQ(view.request_encoding, "");
        EXPECT_TRUE(view.response_truncated);
        EXPECT_FALSE(view.request_truncated);
        EXPECT_TRUE(view.work.threads);
        EXPECT_FALSE(view.work.count_input);
    }));
    EXPECT_TRUE(ring.Pop([](const ExchangeView& view) { EXPECT_EQ(NumberOf(view), 2U); }));
    EXPECT_FALSE(ring.Pop([](const ExchangeView&) { FAIL(); }));
}

TEST(ExchangeRingTest, RefusesWhatDoesNotFit) {
    ExchangeRing ring;
    const std::string body(30'000, 'x');
    EXPECT_FALSE(ring.TryPush(ViewOf(0, std::string(ExchangeRing::kExchangeBytesMax, 'x'), "")));
    std::uint32_t taken = 0;
    while (ring.TryPush(ViewOf(taken, body, "")) && taken < 1000) {
        ++taken;
    }
    EXPECT_GT(taken, ExchangeRing::kBytes / 40'000);
    EXPECT_LT(taken, ExchangeRing::kBytes / 30'000 + 1);
    EXPECT_TRUE(ring.Pop([](const ExchangeView&) {}));
    EXPECT_TRUE(ring.Pop([](const ExchangeView&) {}));
    EXPECT_TRUE(ring.TryPush(ViewOf(taken, body, "")));
}

TEST(ExchangeRingTest, ABurstFindsRoomWhereverTheRingIs) {
    ExchangeRing ring;
    const std::string body(2'000, 'x');
    const std::size_t burst = ExchangeRing::kBytes / 2 / 2'200;
    for (std::uint32_t round = 0; round < 2 * burst; ++round) {
        for (std::size_t i = 0; i < burst; ++i) {
            ASSERT_TRUE(ring.TryPush(ViewOf(round, body, ""))) << "round " << round << ", " << i;
        }
        while (ring.Pop([](const ExchangeView&) {})) {
        }
        ASSERT_TRUE(ring.TryPush(ViewOf(round, body, "")));  // The next one begins elsewhere.
        ASSERT_TRUE(ring.Pop([](const ExchangeView&) {}));
    }
}

TEST(ExchangeRingTest, NothingIsLostOrMixedUpBetweenTwoThreads) {
    constexpr std::uint32_t kCount = 50'000;
    ExchangeRing ring;
    std::thread reader([&ring] {
        std::uint32_t expected = 0;
        while (expected < kCount) {
            const bool popped = ring.Pop([&expected](const ExchangeView& view) {
                ASSERT_EQ(NumberOf(view), expected);
                ASSERT_EQ(view.request_body, std::string(expected % 977, 'q'));
                ASSERT_EQ(view.response_body, std::string(expected * 7 % 3001, 'a'));
                ++expected;
            });
            if (!popped) {
                std::this_thread::yield();
            }
        }
    });
    for (std::uint32_t i = 0; i < kCount;) {
        const std::string question(i % 977, 'q');
        const std::string answer(i * 7 % 3001, 'a');
        if (ring.TryPush(ViewOf(i, question, answer))) {
            ++i;
        } else {
            std::this_thread::yield();
        }
    }
    reader.join();
    EXPECT_TRUE(ring.Empty());
}

}  // namespace
}  // namespace sightglass::pipeline
