#include "analytics/call_list.h"

#include <set>

#include <gtest/gtest.h>

#include "store/memory.h"

namespace sightglass::analytics {
namespace {

constexpr Time kNow = TimeFromMicros(1'790'006'400'000'000);

TEST(CallListTest, WalksThroughAllPagesOnce) {
    const std::unique_ptr<store::Store> store = store::NewMemoryStore();
    store::Batch batch;
    UuidSource ids(1);
    for (int i = 0; i < 10; ++i) {
        Call call;
        call.started_at = kNow - std::chrono::seconds(1 + i / 3);  // Some at the same moment.
        call.call_id = ids.Next(*call.started_at);
        batch.calls.push_back(call);
    }
    ASSERT_TRUE(store->Commit(batch).Ok());
    std::set<Uuid> seen;
    CallListText text;
    text.limit = 5;
    for (int page_number = 0; page_number < 2; ++page_number) {
        const Result<store::CallQuery> query = ParseCallList(text, kNow);
        ASSERT_TRUE(query.Ok());
        const Result<CallPage> page = ListCalls(*query, *store);
        ASSERT_TRUE(page.Ok());
        EXPECT_EQ(page->calls.size(), 5u);
        EXPECT_EQ(page->next.empty(), page_number == 1);
        for (const Call& call : page->calls) {
            seen.insert(call.call_id);
        }
        text.cursor = page->next;
    }
    EXPECT_EQ(seen.size(), 10u);
}

TEST(CallListTest, ReadsBackItsCursors) {
    UuidSource ids(3);
    for (const Time time : {kNow, Time(), TimeFromMicros(-5)}) {
        const store::CallQuery::Cursor cursor{time, ids.Next(kNow)};
        const auto read = DecodeCursor(EncodeCursor(cursor));
        ASSERT_TRUE(read.Ok());
        EXPECT_EQ(read->started_at, cursor.started_at);
        EXPECT_EQ(read->call_id, cursor.call_id);
    }
    for (const char* wrong : {"x", "0", "000000000000000g00000000000000000000000000000000"}) {
        EXPECT_EQ(DecodeCursor(wrong).error().code, ErrorCode::kInvalidArgument);
    }
}

TEST(CallListTest, RefusesWhatIsOutOfBounds) {
    CallListText text;
    text.limit = 501;
    EXPECT_FALSE(ParseCallList(text, kNow).Ok());
    text.limit = 1;
    text.search = std::string(1'001, 'x');
    EXPECT_FALSE(ParseCallList(text, kNow).Ok());
    text.search.clear();
    text.filters = {"nothing:x"};
    EXPECT_FALSE(ParseCallList(text, kNow).Ok());
}

}  // namespace
}  // namespace sightglass::analytics
