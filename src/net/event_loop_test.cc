#include "net/event_loop.h"

#include <gtest/gtest.h>

namespace sightglass::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Task<void> WaitFor(Alarm& alarm, Signal& signal, std::string& log, EventLoop& loop, bool last) {
    while (!alarm.Rang()) {
        co_await signal.Wait();
    }
    log += last ? "b" : "a";
    if (last) {
        loop.Quit();
    }
}

TEST(AlarmTest, RingsInTheOrderOfTimesAndNotBefore) {
    EventLoop loop;
    Signal early;
    Signal late;
    std::string log;
    const steady_clock::time_point begun = steady_clock::now();
    Alarm second(loop, begun + milliseconds(9), late);
    Alarm first(loop, begun + milliseconds(3), early);
    Spawn(WaitFor(second, late, log, loop, true));
    Spawn(WaitFor(first, early, log, loop, false));
    loop.Run();
    EXPECT_EQ(log, "ab");
    EXPECT_GE(steady_clock::now() - begun, milliseconds(9));
}

TEST(AlarmTest, OneThatIsGoneRaisesNothing) {
    EventLoop loop;
    Signal gone;
    Signal kept;
    std::string log;
    { const Alarm never(loop, steady_clock::now(), gone); }
    Alarm alarm(loop, steady_clock::now() + milliseconds(1), kept);
    Spawn(WaitFor(alarm, kept, log, loop, true));
    loop.Run();
    EXPECT_EQ(log, "b");
}

}  // namespace
}  // namespace sightglass::net
