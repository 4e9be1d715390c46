#include "analytics/trace_list.h"

#include <gtest/gtest.h>

#include "store/memory.h"

namespace sightglass::analytics {
namespace {

constexpr Time kNow = TimeFromMicros(1'795'305'687'000'000);

class TraceListTest : public testing::Test {
protected:
    void AddTraces(int count) {
        store::Batch batch;
        for (int i = 0; i < count; ++i) {
            Span span;
            span.id.bytes[15] = static_cast<std::uint8_t>(i);
            span.trace_id = "trace-" + std::to_string(i);
            span.started_at = kNow - std::chrono::minutes(i / 3);  // Some at one time.
            batch.spans.push_back(span);
        }
        ASSERT_TRUE(store_->Commit(batch).Ok());
    }

    std::unique_ptr<store::Store> store_ = store::NewMemoryStore();
    TraceListText text_{.to = "2027-01-01T00:00:00Z"};
};

TEST_F(TraceListTest, PagesHoldEachTraceOnce) {
    AddTraces(10);
    text_.limit = 3;
    std::vector<std::string> seen;
    do {
        const auto query = ParseTraceList(text_, kNow);
        ASSERT_TRUE(query.Ok()) << query.error().message;
        const auto page = ListTraces(*query, *store_);
        ASSERT_TRUE(page.Ok());
        for (const store::TraceSummary& trace : page->traces) {
            seen.push_back(trace.trace_id);
        }
        text_.cursor = page->next;
    } while (!text_.cursor.empty());
    ASSERT_EQ(seen.size(), 10U);
    EXPECT_EQ(seen.front(), "trace-2");
    EXPECT_EQ(seen.back(), "trace-9");
}

TEST_F(TraceListTest, RefusesWhatIsNoCursorOrTooMuch) {
    for (const char* cursor :
         {"x", "0000000000000000", "00000000000000000g", "000000000000000011112"}) {
        text_.cursor = cursor;
        EXPECT_FALSE(ParseTraceList(text_, kNow).Ok()) << cursor;
    }
    text_.cursor = "";
    text_.limit = kPageTracesMax + 1;
    EXPECT_FALSE(ParseTraceList(text_, kNow).Ok());
    text_.limit = 1;
    text_.filters = {"nonsense:1"};
    EXPECT_FALSE(ParseTraceList(text_, kNow).Ok());
}

TEST_F(TraceListTest, AKeyNeedsAnIdAndATimeThatGoesForward) {
    EXPECT_FALSE(ParseTraceKey("", "", "", kNow).Ok());
    EXPECT_FALSE(ParseTraceKey(std::string(1000, 'x'), "", "", kNow).Ok());
    EXPECT_FALSE(ParseTraceKey("a", "now", "-1h", kNow).Ok());
    const auto key = ParseTraceKey("a", "-1h", "", kNow);
    ASSERT_TRUE(key.Ok());
    EXPECT_EQ(key->from, kNow - std::chrono::hours(1));
    EXPECT_GT(key->to, kNow);
}

}  // namespace
}  // namespace sightglass::analytics
