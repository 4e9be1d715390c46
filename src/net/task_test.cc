#include "net/task.h"

#include <string>

#include <gtest/gtest.h>

namespace sightglass::net {
namespace {

Task<int> AnswerAfter(Signal& signal, int answer) {
    co_await signal.Wait();
    co_return answer;
}

Task<void> Collect(Signal& signal, std::string& log) {
    log += "a";
    const int first = co_await AnswerAfter(signal, 1);
    log += std::to_string(first);
    const int second = co_await AnswerAfter(signal, 2);
    log += std::to_string(second);
}

TEST(TaskTest, RunsUpToEachWait) {
    Signal signal;
    std::string log;
    Spawn(Collect(signal, log));
    EXPECT_EQ(log, "a");
    signal.Raise();
    EXPECT_EQ(log, "a1");
    signal.Raise();
    EXPECT_EQ(log, "a12");
}

TEST(SignalTest, RemembersThatItWasRaised) {
    Signal signal;
    std::string log;
    signal.Raise();
    signal.Raise();
    Spawn(Collect(signal, log));
    EXPECT_EQ(log, "a1") << "raised twice before anybody waited is raised once";
    signal.Raise();
    EXPECT_EQ(log, "a12");
}

struct CountsItsEnd {
    explicit CountsItsEnd(int& counter) noexcept : ended(counter) {}

    CountsItsEnd(const CountsItsEnd&) = delete;
    CountsItsEnd& operator=(const CountsItsEnd&) = delete;

    ~CountsItsEnd() { ++ended; }

    int& ended;
};

Task<void> HoldUntil(Signal& signal, int& ended) {
    const CountsItsEnd holder(ended);
    co_await signal.Wait();
}

TEST(TaskTest, FreesWhatItHoldsWhenItEnds) {
    Signal signal;
    int ended = 0;
    Spawn(HoldUntil(signal, ended));
    EXPECT_EQ(ended, 0);
    signal.Raise();
    EXPECT_EQ(ended, 1);
    { const Task<void> never_started = HoldUntil(signal, ended); }
    EXPECT_EQ(ended, 1);
}

}  // namespace
}  // namespace sightglass::net
