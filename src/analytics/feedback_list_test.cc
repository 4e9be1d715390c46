#include "analytics/feedback_list.h"

#include <gtest/gtest.h>

#include "store/memory.h"

namespace sightglass::analytics {
namespace {

constexpr Time kNow = TimeFromMicros(1'795'305'687'000'000);

class FeedbackListTest : public testing::Test {
protected:
    void AddFeedback(int count) {
        store::Batch batch;
        for (int i = 0; i < count; ++i) {
            Feedback feedback;
            feedback.id = "f/" + std::to_string(i);
            feedback.session_id = "s";
            feedback.created_at = kNow - std::chrono::minutes(i / 3);  // Some at one time.
            batch.feedback.push_back(feedback);
        }
        ASSERT_TRUE(store_->Commit(batch).Ok());
    }

    std::unique_ptr<store::Store> store_ = store::NewMemoryStore();
    FeedbackListText text_{.to = "2027-01-01T00:00:00Z"};
};

TEST_F(FeedbackListTest, PagesHoldEachOnce) {
    AddFeedback(10);
    text_.limit = 3;
    std::vector<std::string> seen;
    do {
        const auto query = ParseFeedbackList(text_, kNow);
        ASSERT_TRUE(query.Ok()) << query.error().message;
        const auto page = ListFeedback(*query, *store_);
        ASSERT_TRUE(page.Ok());
        for (const Feedback& feedback : page->feedback) {
            seen.push_back(feedback.id);
        }
        text_.cursor = page->next;
    } while (!text_.cursor.empty());
    const std::vector<std::string> wanted =
        {"f/2", "f/1", "f/0", "f/5", "f/4", "f/3", "f/8", "f/7", "f/6", "f/9"};
    EXPECT_EQ(seen, wanted);
}

TEST_F(FeedbackListTest, RefusesWhatItDoesNotKnow) {
    std::vector<std::string_view> allowed;
    text_.source = "mail";
    EXPECT_FALSE(ParseFeedbackList(text_, kNow, &allowed).Ok());
    EXPECT_EQ(allowed.size(), 3U);
    text_.source = "langfuse";
    EXPECT_EQ(ParseFeedbackList(text_, kNow)->source, FeedbackSource::kLangfuse);
    text_.call_id = "no id";
    EXPECT_FALSE(ParseFeedbackList(text_, kNow).Ok());
}

TEST_F(FeedbackListTest, RefusesWhatIsNoCursorOrTooMuch) {
    for (const char* cursor : {"x", "0000000000000000", "000000000000000011112"}) {
        text_.cursor = cursor;
        EXPECT_FALSE(ParseFeedbackList(text_, kNow).Ok()) << cursor;
    }
    text_.cursor = "";
    text_.limit = kPageFeedbackMax + 1;
    EXPECT_FALSE(ParseFeedbackList(text_, kNow).Ok());
}

}  // namespace
}  // namespace sightglass::analytics
