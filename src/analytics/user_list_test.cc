// Planted users, and what is known of them by counting on one's fingers.
#include "analytics/user_list.h"

#include <gtest/gtest.h>

#include "analytics/analysis_fixture.h"

namespace sightglass::analytics {
namespace {

/// A Sunday's end: weeks end with it.
constexpr Time kEnd = kMonday + 7 * kOneDay;
constexpr Duration kHour = std::chrono::hours(1);

class UserListTest : public AnalysisTest {
protected:
    /// So many calls on the day that began so many days before the end.
    void PutDay(const std::string& user, int days_ago, int calls, int errors = 0) {
        const Time day = kEnd - (days_ago + 1) * kOneDay;
        for (int i = 0; i < calls; ++i) {
            Call call = MakeCall(day + i * kHour / 4, "chat", "gpt-4o");
            call.user = user;
            call.session_id = user + "-" + std::to_string(days_ago);
            if (i < errors) {
                call.status = CallStatus::kError;
            }
            Put(std::move(call));
        }
    }

    /// heavy: every day of 28, 40 calls; regular: each second day; light: three days; lapsing: until 20 days ago; gone: 80
    /// days ago; fresh: since 3 days; old: before the history, and yesterday.
    void PutPeople() {
        for (int day = 0; day < 28; ++day) {
            PutDay("heavy", day, 40);
            if (day % 2 == 0) {
                PutDay("regular", day, 2, day == 0 ? 1 : 0);
            }
        }
        PutDay("heavy", 60, 1);
        PutDay("regular", 60, 1);
        for (const int day : {2, 9, 16, 60}) {
            PutDay("light", day, 1);
        }
        for (const int day : {20, 21, 22, 50}) {
            PutDay("lapsing", day, 1);
        }
        PutDay("gone", 80, 5);
        for (const int day : {0, 3}) {
            PutDay("fresh", day, 3);
        }
        PutDay("old", 190, 1);
        PutDay("old", 1, 1);
        Call nobody = MakeCall(kEnd - kHour, "chat", "gpt-4o");
        nobody.user.clear();
        Put(std::move(nobody));
    }

    static UserQuery QueryOf(UserListText text = {}) {
        text.rules = ParseSegmentRules(DefaultSegmentRules()).value();
        const auto query = ParseUserList(text, kEnd);
        EXPECT_TRUE(query.Ok()) << (query.Ok() ? "" : query.error().message);
        return *query;
    }

    static std::vector<std::string> NamesOf(const UserPage& page) {
        std::vector<std::string> names;
        for (const UserSummary& user : page.users) {
            names.push_back(user.totals.user);
        }
        return names;
    }
};

using Names = std::vector<std::string>;

TEST_F(UserListTest, HasEachUserWithTotalsDaysAndSegment) {
    PutPeople();
    const auto page = ListUsers(QueryOf({.from = "-200d"}), Store());
    ASSERT_TRUE(page.Ok());
    EXPECT_EQ(
        NamesOf(*page),
        (Names{"heavy", "regular", "fresh", "gone", "lapsing", "light", "old"})
    );
    const UserSummary& regular = page->users[1];
    EXPECT_EQ(regular.totals.calls, 29);
    EXPECT_EQ(regular.totals.errors, 1);
    EXPECT_NEAR(*regular.totals.error_rate, 1.0 / 29, 1e-12);
    EXPECT_NEAR(*regular.totals.cost_usd, 0.029, 1e-12);
    EXPECT_EQ(regular.totals.total_tokens, 29'000);
    EXPECT_EQ(regular.totals.sessions, 15);
    EXPECT_EQ(regular.totals.feedback_count, 0);
    EXPECT_EQ(regular.totals.satisfaction_rate, std::nullopt);
    EXPECT_EQ(regular.active_days, 14);
    EXPECT_EQ(regular.last, DayOf(kEnd) - 1);
    EXPECT_EQ(regular.first, DayOf(kEnd) - 61);
    std::map<std::string, std::string> segments;
    for (const UserSummary& user : page->users) {
        segments[user.totals.user] = user.segment;
    }
    EXPECT_EQ(
        segments,
        (std::map<std::string, std::string>{
            {"heavy", "heavy"},
            {"regular", "regular"},
            {"fresh", "new"},
            {"gone", "gone"},
            {"lapsing", "lapsing"},
            {"light", "light"},
            {"old", "light"}})
    );
    EXPECT_EQ(page->users.back().first, std::nullopt) << "its first call is older than the history";
}

TEST_F(UserListTest, PagesFollowEachOtherInTheOrderAskedFor) {
    PutPeople();
    const store::Store& store = Store();
    UserListText text{.from = "-200d", .order_by = "errors", .limit = 3};
    Names names;
    do {
        const auto page = ListUsers(QueryOf(text), store);
        ASSERT_TRUE(page.Ok());
        for (const std::string& name : NamesOf(*page)) {
            names.push_back(name);
        }
        text.cursor = page->next;
    } while (!text.cursor.empty());
    EXPECT_EQ(names, (Names{"fresh", "gone", "heavy", "lapsing", "light", "old", "regular"}));
}

TEST_F(UserListTest, ASegmentAndAFilterNarrow) {
    PutPeople();
    const store::Store& store = Store();
    EXPECT_EQ(
        NamesOf(*ListUsers(QueryOf({.from = "-200d", .segment = "light"}), store)),
        (Names{"light", "old"})
    );
    EXPECT_TRUE(ListUsers(QueryOf({.filters = {"service:mail"}}), store)->users.empty());
    EXPECT_EQ(
        NamesOf(*ListUsers(QueryOf({.filters = {"status:error"}}), store)),
        (Names{"regular"})
    );
}

TEST_F(UserListTest, WrongQuestionsAreRefused) {
    std::vector<std::string_view> allowed;
    UserListText text;
    text.rules = ParseSegmentRules(DefaultSegmentRules()).value();
    text.segment = "rich";
    EXPECT_FALSE(ParseUserList(text, kEnd, &allowed).Ok());
    EXPECT_EQ(allowed.size(), 6U);
    text.segment.clear();
    text.order_by = "-latency";
    EXPECT_FALSE(ParseUserList(text, kEnd).Ok());
    text.order_by.clear();
    text.cursor = "x";
    EXPECT_FALSE(ParseUserList(text, kEnd).Ok());
}

TEST_F(UserListTest, TheReportCountsActiveUsersSegmentsAndCohorts) {
    PutPeople();
    const auto report = ReportUsers(QueryOf({.from = "-200d"}), Store());
    ASSERT_TRUE(report.Ok());
    EXPECT_EQ(report->users, 7);
    EXPECT_EQ(report->segments.size(), 6U);
    EXPECT_EQ(report->segments[5].segment, "light");
    EXPECT_EQ(report->segments[5].users, 2);
    ASSERT_EQ(report->active.size(), static_cast<std::size_t>(kActiveDaysShown));
    const ActiveUsers& last = report->active.back();
    EXPECT_EQ(last.day, DayOf(kEnd) - 1);
    EXPECT_EQ(last.on_day, 3);    // heavy, regular, fresh
    EXPECT_EQ(last.in_week, 5);   // and light, old
    EXPECT_EQ(last.in_month, 6);  // and lapsing
    const ActiveUsers& quiet = report->active[static_cast<std::size_t>(kActiveDaysShown - 1 - 40)];
    EXPECT_EQ(quiet.on_day, 0);
    EXPECT_EQ(quiet.in_month, 4);  // 60 days ago: heavy, regular, light; 50 days ago: lapsing

    ASSERT_EQ(report->cohorts.size(), static_cast<std::size_t>(kCohortWeeks));
    EXPECT_EQ(report->cohorts.back().week, DayOf(kMonday));
    EXPECT_EQ(report->cohorts.back().users, 1);  // fresh
    // 60 days ago: the week eight before this one, of which that day is the Wednesday.
    const Cohort& cohort = report->cohorts[static_cast<std::size_t>(kCohortWeeks - 1 - 8)];
    EXPECT_EQ(cohort.users, 3);
    EXPECT_EQ(cohort.active, (std::vector<std::int64_t>{3, 0, 0, 0, 0, 2, 3, 3, 3}));
}

TEST_F(UserListTest, AProfileHasTheDaysAndTheRankAmongAll) {
    PutPeople();
    const store::Store& store = Store();
    const auto heavy = FindUser("heavy", QueryOf(), store);
    ASSERT_TRUE(heavy.Ok());
    EXPECT_EQ(heavy->summary.segment, "heavy");
    EXPECT_EQ(heavy->days.size(), 29U);
    EXPECT_EQ(heavy->days.back().calls, 40);
    EXPECT_NEAR(heavy->days.back().cost_usd, 0.04, 1e-12);
    const auto gone = FindUser("gone", QueryOf(), store);
    ASSERT_TRUE(gone.Ok());
    EXPECT_EQ(gone->summary.totals.calls, 0);
    EXPECT_EQ(gone->days.size(), 1U);
    const auto none = FindUser("nobody", QueryOf(), store);
    ASSERT_FALSE(none.Ok());
    EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

TEST(SpreadTest, SaysHowFewHaveMost) {
    const Spread equal = SpreadOf({5, 5, 5, 5});
    EXPECT_EQ(equal.users, 4);
    EXPECT_NEAR(*equal.gini, 0, 1e-12);
    EXPECT_EQ(equal.users_of_80, 4);
    EXPECT_NEAR(equal.curve[4].share, 0.5, 1e-12);
    // Three of the four have nothing but a hundredth.
    const Spread unequal = SpreadOf({0, 97, 1, 1, 1});
    EXPECT_EQ(unequal.users, 4);
    EXPECT_NEAR(*unequal.gini, 0.72, 1e-12);
    EXPECT_EQ(unequal.users_of_80, 1);
    EXPECT_NEAR(unequal.curve[0].share, 0.97, 1e-12);
    EXPECT_NEAR(unequal.curve[5].share, 1, 1e-12);
    EXPECT_EQ(SpreadOf({0, 0}).gini, std::nullopt);
    EXPECT_TRUE(SpreadOf({}).curve.empty());
}

}  // namespace
}  // namespace sightglass::analytics
