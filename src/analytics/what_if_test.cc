#include "analytics/what_if.h"

#include <random>

#include <gtest/gtest.h>

#include "analytics/analysis_fixture.h"
#include "prices/price_book.h"

namespace sightglass::analytics {
namespace {

class WhatIfTest : public AnalysisTest {
protected:
    /// Calls of many sizes, priced one by one.
    void PutPriced(int calls) {
        std::mt19937 random(9);
        const auto below = [&random](int n) {
            return std::uniform_int_distribution<int>(0, n - 1)(random);
        };
        const char* const models[] = {
            "gpt-4o",
            "gpt-4o-mini",
            "claude-sonnet-4-5",
            "gemini-2.5-pro"};
        const char* const providers[] = {"openai", "openai", "anthropic", "google"};
        for (int i = 0; i < calls; ++i) {
            const int which = below(4);
            Call call = MakeCall(kMonday + Duration(i), "chat", models[which]);
            call.provider = providers[which];
            // Some above the steps of prices for long prompts.
            call.fresh_input_tokens = below(5) == 0 ? 150'000 + below(200'000) : below(9'000);
            call.cached_input_tokens = below(2) == 0 ? OptionalInt(below(4'000)) : OptionalInt();
            call.output_tokens = below(2'000);
            call.reasoning_tokens = 0;
            book_->Price(call);
            Put(std::move(call));
        }
    }

    WhatIf Ask(WhatIfText text) {
        text.from = FormatTime(kMonday);
        text.to = FormatTime(kMonday + kOneDay);
        const auto question = ParseWhatIf(text, kMonday + kOneDay);
        EXPECT_TRUE(question.Ok()) << question.error().message;
        auto answer = AskWhatIf(*question, Store(), *book_);
        EXPECT_TRUE(answer.Ok()) << answer.error().message;
        return std::move(*answer);
    }

    /// Each call is rounded to a nano-dollar, and the sum of them is not.
    std::int64_t Slack() const { return static_cast<std::int64_t>(batch_.calls.size()); }

    std::shared_ptr<const prices::PriceBook> book_ = prices::PriceBook::BuiltIn();
};

TEST_F(WhatIfTest, CostsTheSameWhereNothingIsChanged) {
    PutPriced(300);
    const WhatIf answer = Ask({});
    EXPECT_EQ(answer.calls, 300);
    EXPECT_EQ(answer.unpriced_calls, 0);
    EXPECT_GT(answer.cost, Money());
    EXPECT_EQ(answer.compared, answer.cost);
    EXPECT_NEAR(
        static_cast<double>(answer.what_if.nano_usd()),
        static_cast<double>(answer.cost.nano_usd()),
        static_cast<double>(Slack())
    );
}

TEST_F(WhatIfTest, CostsWhatTheCallsCostOneByOneOnAnotherModel) {
    PutPriced(300);
    std::int64_t expected = 0;
    for (Call call : batch_.calls) {
        call.provider = "google";
        call.model = "gemini-2.5-pro";
        book_->Price(call);
        ASSERT_TRUE(call.cost.has_value());
        expected += call.cost->nano_usd();
    }
    const WhatIf answer = Ask({.model = "gemini-2.5-pro", .provider = "google"});
    EXPECT_EQ(answer.unpriced_calls, 0);
    EXPECT_NEAR(
        static_cast<double>(answer.what_if.nano_usd()),
        static_cast<double>(expected),
        static_cast<double>(Slack())
    );
}

TEST_F(WhatIfTest, IsCheaperWithMoreFromTheCache) {
    PutPriced(100);
    const WhatIf half = Ask({.model = "gpt-4o", .provider = "openai", .cached_share = "0.5"});
    const WhatIf none = Ask({.model = "gpt-4o", .provider = "openai", .cached_share = "0"});
    const WhatIf all = Ask({.model = "gpt-4o", .provider = "openai", .cached_share = "1"});
    EXPECT_LT(half.what_if, none.what_if);
    EXPECT_LT(all.what_if, half.what_if);
}

TEST_F(WhatIfTest, LeavesOutWhatHasNoPrice) {
    PutPriced(20);
    Call call = MakeCall(kMonday, "chat", "model-of-nobody");
    call.provider = "nobody";
    call.cost.reset();
    call.cost_source = CostSource::kUnpriced;
    Put(std::move(call));
    const WhatIf same = Ask({});
    EXPECT_EQ(same.calls, 21);
    EXPECT_EQ(same.unpriced_calls, 1);
    const WhatIf unknown = Ask({.model = "model-of-nobody"});
    EXPECT_EQ(unknown.unpriced_calls, 21);
    EXPECT_EQ(unknown.what_if, Money());
    EXPECT_EQ(unknown.items.front().why, prices::Unpriced::kModel);
    EXPECT_FALSE(unknown.items.front().what_if.has_value());
}

TEST_F(WhatIfTest, KeepsTheCostOfCallsWithoutTokens) {
    Call call = MakeCall(kMonday, "chat", "gpt-4o");
    call.fresh_input_tokens.reset();
    call.output_tokens.reset();
    Put(std::move(call));
    const WhatIf answer = Ask({.model = "gpt-4o-mini", .provider = "openai"});
    EXPECT_EQ(answer.what_if, answer.cost);
    EXPECT_EQ(answer.unpriced_calls, 0);
}

TEST_F(WhatIfTest, RefusesSharesThatAreNone) {
    EXPECT_FALSE(ParseWhatIf({.cached_share = "1.5"}, kMonday).Ok());
    EXPECT_FALSE(ParseWhatIf({.cached_share = "nan"}, kMonday).Ok());
    EXPECT_FALSE(ParseWhatIf({.model = std::string(300, 'm')}, kMonday).Ok());
}

}  // namespace
}  // namespace sightglass::analytics
