#include "analytics/question.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/memory.h"

namespace sightglass::analytics {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr Time kNow = TimeFromMicros(1'790'006'400'000'000);

QuestionText Asking(std::vector<std::string> metrics) {
    QuestionText text;
    text.metrics = std::move(metrics);
    return text;
}

std::string RefusalOf(const QuestionText& text, std::vector<std::string_view>* allowed = nullptr) {
    const Result<Question> question = ParseQuestion(text, kNow, allowed);
    EXPECT_FALSE(question.Ok());
    if (question.Ok()) {
        return "";
    }
    EXPECT_EQ(question.error().code, ErrorCode::kInvalidArgument);
    return question.error().message;
}

TEST(QuestionTest, AsksAboutTheLastDayUnlessToldOtherwise) {
    const Result<Question> question = ParseQuestion(Asking({"calls"}), kNow);
    ASSERT_TRUE(question.Ok());
    EXPECT_EQ(question->plan.from, kNow - hours(24));
    EXPECT_EQ(question->plan.to, kNow);
    EXPECT_EQ(question->plan.limit, 1000u);
    EXPECT_FALSE(question->plan.interval);
}

TEST(QuestionTest, TakesListsAndSingleNamesAlike) {
    QuestionText text = Asking({"calls, cost_usd", "latency_p95_ms", "calls"});
    text.group_by = {"model,tag:feature", "model"};
    const Result<Question> question = ParseQuestion(text, kNow);
    ASSERT_TRUE(question.Ok());
    ASSERT_EQ(question->plan.metrics.size(), 3u);
    EXPECT_EQ(question->plan.metrics[1]->name, "cost_usd");
    ASSERT_EQ(question->plan.group_by.size(), 2u);
    EXPECT_EQ(question->plan.group_by[0].dimension.field, FindField("model"));
    EXPECT_EQ(question->plan.group_by[1].tag, "feature");
}

TEST(QuestionTest, OrdersByTimeThenByTheFirstMetric) {
    QuestionText text = Asking({"cost_usd", "calls"});
    text.group_by = {"model"};
    EXPECT_EQ(ParseQuestion(text, kNow)->plan.order_by[0].column, "cost_usd");
    EXPECT_TRUE(ParseQuestion(text, kNow)->plan.order_by[0].descending);
    text.interval = "1h";
    EXPECT_EQ(ParseQuestion(text, kNow)->plan.order_by[0].column, "time");
    EXPECT_EQ(ParseQuestion(text, kNow)->plan.order_by[1].column, "cost_usd");
    text.order_by = {"-calls,model"};
    const Result<Question> question = ParseQuestion(text, kNow);
    ASSERT_EQ(question->plan.order_by.size(), 2u);
    EXPECT_EQ(question->plan.order_by[0].column, "calls");
    EXPECT_TRUE(question->plan.order_by[0].descending);
    EXPECT_FALSE(question->plan.order_by[1].descending);
}

TEST(QuestionTest, NamesWhatIsWrongAndWhatIsRight) {
    std::vector<std::string_view> allowed;
    EXPECT_THAT(
        RefusalOf(Asking({"costs_usd"}), &allowed),
        AllOf(StartsWith("metrics: 'costs_usd'"), HasSubstr("cost_usd"))
    );
    EXPECT_EQ(allowed.front(), "cost_usd");
    EXPECT_THAT(allowed, Contains("calls"));
    EXPECT_THAT(RefusalOf(Asking({})), StartsWith("metrics: at least one"));
    EXPECT_THAT(RefusalOf(Asking({"generation_s"})), HasSubstr("is not a metric"));
    EXPECT_THAT(RefusalOf(Asking({"zzz"})), ::testing::Not(HasSubstr("did you mean")));
    EXPECT_THAT(
        RefusalOf(Asking({"cost"})),
        HasSubstr("did you mean cost_usd, cost_per_call_usd?")
    );

    QuestionText text = Asking({"calls"});
    text.group_by = {"modle"};
    EXPECT_THAT(
        RefusalOf(text),
        AllOf(StartsWith("group_by: 'modle'"), HasSubstr("did you mean model"))
    );
    text.group_by = {"latency_us"};
    EXPECT_THAT(RefusalOf(text), StartsWith("group_by: 'latency_us' is not a dimension"));

    text = Asking({"calls"});
    text.order_by = {"-cost_usd"};
    EXPECT_THAT(
        RefusalOf(text),
        StartsWith("order_by: 'cost_usd' is not a column of the answer; allowed: calls")
    );

    text = Asking({"calls"});
    text.limit = 10'001;
    EXPECT_THAT(RefusalOf(text), StartsWith("limit: 10001"));
    text.limit = 0;
    EXPECT_THAT(RefusalOf(text), StartsWith("limit: 0"));
}

TEST(QuestionTest, RefusesTimesThatMakeNoSense) {
    QuestionText text = Asking({"calls"});
    text.from = "yesterday";
    EXPECT_THAT(RefusalOf(text), StartsWith("from: 'yesterday'"));
    for (const char* far : {"1800-01-01T00:00:00Z", "-9000w", "9000000000000"}) {
        text.from = far;
        EXPECT_THAT(RefusalOf(text), StartsWith("from: "));
    }
    text.from = "now";
    EXPECT_THAT(RefusalOf(text), StartsWith("from: "));
    text.from = "-30d";
    text.interval = "1s";
    EXPECT_THAT(
        RefusalOf(text),
        AllOf(StartsWith("interval: '1s'"), HasSubstr("10000"), HasSubstr("use 6h or auto"))
    );
    text.interval = "often";
    EXPECT_THAT(RefusalOf(text), StartsWith("interval: 'often'"));
    for (const char* width : {"0s", "6000w"}) {
        text.interval = width;
        EXPECT_THAT(RefusalOf(text), StartsWith("interval: "));
    }
}

TEST(QuestionTest, ChoosesSixtyToAHundredAndTwentyBuckets) {
    const auto chosen = [](Duration span) { return ChooseInterval({kNow - span, kNow}); };
    EXPECT_EQ(chosen(minutes(1)), seconds(1));
    EXPECT_EQ(chosen(minutes(15)), seconds(10));
    EXPECT_EQ(chosen(hours(1)), seconds(30));
    EXPECT_EQ(chosen(hours(24)), minutes(15));
    EXPECT_EQ(chosen(hours(24 * 7)), hours(2));
    EXPECT_EQ(chosen(hours(24 * 30)), hours(6));
    EXPECT_EQ(chosen(hours(24 * 365 * 50)) % hours(24 * 7), Duration(0));
    EXPECT_LE(hours(24 * 365 * 50) / chosen(hours(24 * 365 * 50)), 120);
}

TEST(QuestionTest, AnswersFromAStore) {
    const std::unique_ptr<store::Store> store = store::NewMemoryStore();
    store::Batch batch;
    UuidSource ids(1);
    for (int i = 0; i < 6; ++i) {
        Call call;
        call.started_at = kNow - hours(1) + minutes(i);
        call.call_id = ids.Next(*call.started_at);
        call.model = i < 4 ? "gpt-4o" : "o1";
        call.latency_us = 100'000;
        batch.calls.push_back(call);
    }
    ASSERT_TRUE(store->Commit(batch).Ok());
    QuestionText text = Asking({"calls"});
    text.group_by = {"model"};
    text.filters = {"model:~O"};
    const Result<Answer> answer = Ask(*ParseQuestion(text, kNow), *store);
    ASSERT_TRUE(answer.Ok());
    ASSERT_EQ(answer->table.rows.size(), 2u);
    EXPECT_EQ(answer->table.rows[0][0], store::Cell(std::string("gpt-4o")));
    EXPECT_EQ(answer->table.rows[0][1], store::Cell(std::int64_t{4}));
    EXPECT_EQ(answer->from, kNow - hours(24));

    const Result<DistributionQuestion> distribution = ParseDistribution({}, kNow);
    ASSERT_TRUE(distribution.Ok());
    const Result<Answer> counts = Ask(*distribution, *store);
    ASSERT_TRUE(counts.Ok());
    EXPECT_EQ(counts->interval, minutes(15));
    ASSERT_EQ(counts->table.rows.size(), 1u);
    EXPECT_EQ(counts->table.columns[1].unit, "ms");
    EXPECT_NEAR(std::get<double>(counts->table.rows[0][1]), 100.0, 1e-9);
    EXPECT_NEAR(std::get<double>(counts->table.rows[0][2]), 133.352, 1e-3);
}

TEST(QuestionTest, KnowsTwoDistributions) {
    std::vector<std::string_view> allowed;
    const auto question = ParseDistribution({.metric = "latency_p95_ms"}, kNow, &allowed);
    ASSERT_FALSE(question.Ok());
    EXPECT_THAT(allowed, ElementsAre("latency_ms", "ttft_ms"));
    EXPECT_EQ(ParseDistribution({.metric = "ttft_ms"}, kNow)->plan.quantity, Quantity::kTtftUs);
}

}  // namespace
}  // namespace sightglass::analytics
