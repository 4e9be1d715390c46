#include <string>

#include <gtest/gtest.h>

#include "prices/price_book.h"
#include "prices/service_tier.h"

namespace sightglass::prices {
namespace {

constexpr std::string_view kList = R"(sightglass-prices 2
source list 3
provider openai
name *openai
makes ^gpt-
model gpt-4o
match ^gpt-4o
price
rate input_mtok 2
rate output_mtok 10
rate web_searches_kcount 10
provider azure
fallback openai
)";

constexpr std::string_view kTiers = R"(sightglass-prices 2
source tiers 1
provider openai
tier batch 1/2
tier priority 17/10 =gpt-4o
tier priority 2 from 2026-06-01 =gpt-4o
)";

class OwnPricesTest : public testing::Test {
protected:
    static Call
    Priced(const std::string& own, const std::string& provider, const std::string& model) {
        return Priced(own, Chat(provider, model));
    }

    static Call Chat(const std::string& provider, const std::string& model) {
        Call call;
        call.provider = provider;
        call.model = model;
        call.operation = Operation::kChat;
        call.status = CallStatus::kOk;
        call.started_at = *ParseTime("2026-05-01T00:00:00Z", Time());
        call.latency_us = 36'000'000;
        call.fresh_input_tokens = 1'000'000;
        call.output_tokens = 0;
        return call;
    }

    static Call Priced(const std::string& own, Call call) {
        const std::string text = own.empty() ? "" : "sightglass-prices 2\n" + own;
        const auto book = PriceBook::Make({text, kList, kTiers});
        EXPECT_TRUE(book.Ok()) << (book.Ok() ? "" : book.error().message);
        if (book.Ok()) {
            (*book)->Price(call);
        }
        return call;
    }

    static OptionalMoney Usd(std::int64_t cents) { return Money::FromNanoUsd(cents * 10'000'000); }
};

TEST_F(OwnPricesTest, ADiscountHoldsForTheProviderThatIsPaid) {
    const std::string own = "provider azure\ndiscount 0.85\n";
    EXPECT_EQ(Priced(own, "azure", "gpt-4o").cost, Usd(170));
    EXPECT_EQ(Priced(own, "azure", "gpt-4o").price_id, "openai/gpt-4o@3*0.85");
    EXPECT_EQ(Priced(own, "openai", "gpt-4o").cost, Usd(200));
}

TEST_F(OwnPricesTest, ADiscountHoldsForItsTimeAndItsModels) {
    EXPECT_EQ(
        Priced("provider openai\ndiscount 0.5 from 2026-05-02\n", "openai", "gpt-4o").cost,
        Usd(200)
    );
    EXPECT_EQ(
        Priced(
            "provider openai\ndiscount 0.5 from 2026-05-01 until 2026-05-02\n",
            "openai",
            "gpt-4o"
        )
            .cost,
        Usd(100)
    );
    EXPECT_EQ(
        Priced("provider openai\ndiscount 0.5 until 2026-05-01\n", "openai", "gpt-4o").cost,
        Usd(200)
    );
    EXPECT_EQ(Priced("provider openai\ndiscount 0.5 =gpt-5\n", "openai", "gpt-4o").cost, Usd(200));
}

TEST_F(OwnPricesTest, AProviderThatStandsThereForADiscountAloneIsLookedUpAsBefore) {
    EXPECT_EQ(Priced("provider proxy\ndiscount 0.9\n", "proxy", "gpt-4o").cost, Usd(180))
        << "by its maker";
}

TEST_F(OwnPricesTest, OwnModelsWinOverTheList) {
    const std::string own =
        "provider openai\nmodel gpt-4o\nmatch =gpt-4o\nprice\nrate input_mtok 1\n";
    EXPECT_EQ(Priced(own, "openai", "gpt-4o").cost, Usd(100));
    EXPECT_EQ(Priced(own, "openai", "gpt-4o").price_id, "openai/gpt-4o@own");
    EXPECT_EQ(Priced(own, "openai", "gpt-4o-2024-08-06").cost, Usd(200))
        << "the list has the name as it is";
}

TEST_F(OwnPricesTest, AModelOfOnesOwnCostsByTheHour) {
    const std::string own =
        "provider vllm\nmodel llama\nmatch ^llama\nprice\nrate call_hours 3.60\n";
    const Call priced = Priced(own, "vllm", "llama-3.3-70b");
    EXPECT_EQ(priced.cost, Money::FromNanoUsd(36'000'000)) << "36 seconds of 3.60 an hour";
    EXPECT_EQ(priced.other_cost, priced.cost);
    Call unknown = Chat("vllm", "llama-3.3-70b");
    unknown.fresh_input_tokens.reset();
    unknown.output_tokens.reset();
    EXPECT_EQ(Priced(own, unknown).cost, priced.cost) << "needs no tokens";
}

TEST_F(OwnPricesTest, APriceThatEndedIsNoPrice) {
    const std::string own =
        "provider vllm\nmodel llama\nmatch ^llama\nprice until 2026-05-01\nrate input_mtok 1\n";
    const Call priced = Priced(own, "vllm", "llama");
    EXPECT_EQ(priced.cost_source, CostSource::kUnpriced);
    EXPECT_FALSE(priced.cost.has_value());
}

TEST_F(OwnPricesTest, AServiceTierChangesWhatTokensCost) {
    Call call = Chat("azure", "gpt-4o");
    call.service_tier = "batch";
    EXPECT_EQ(Priced("", call).cost, Usd(100)) << "the tier of whose price it is";
    EXPECT_EQ(Priced("", call).price_id, "openai/gpt-4o@3+batch");
    call.service_tier = "priority";
    EXPECT_EQ(Priced("", call).cost, Usd(340));
    call.started_at = *ParseTime("2026-06-01T00:00:00Z", Time());
    EXPECT_EQ(Priced("", call).cost, Usd(400)) << "tiers have dates as well";
    EXPECT_EQ(Priced("provider openai\ntier priority 3\n", call).cost, Usd(600))
        << "one's own wins";
    EXPECT_EQ(
        Priced("provider azure\ndiscount 0.5\n", call).price_id,
        "openai/gpt-4o@3+priority*0.5"
    );
}

TEST_F(OwnPricesTest, ATierOfUnknownPriceIsUnpriced) {
    for (const std::string tier : {"flex", "scale", "PROVISIONED_THROUGHPUT", "something-new"}) {
        Call call = Chat("openai", "gpt-4o");
        call.service_tier = tier;
        EXPECT_EQ(Priced("", call).cost_source, CostSource::kUnpriced) << tier;
        EXPECT_FALSE(Priced("", call).cost.has_value()) << tier;
        EXPECT_EQ((*PriceBook::Make({{}, kList, kTiers}))->WhyUnpriced(call), Unpriced::kTier);
    }
    for (const std::string tier : {"", "default", "auto", "standard", "ON_DEMAND"}) {
        Call call = Chat("openai", "gpt-4o");
        call.service_tier = tier;
        EXPECT_EQ(Priced("", call).cost, Usd(200)) << tier;
    }
}

TEST_F(OwnPricesTest, TheReasonOfWhatHasNoPriceIsTold) {
    const auto book = *PriceBook::Make({{}, kList, kTiers});
    Call call = Chat("openai", "no-such-model");
    EXPECT_EQ(book->WhyUnpriced(call), Unpriced::kModel);
    call.model = "gpt-4o";
    EXPECT_EQ(book->WhyUnpriced(call), Unpriced::kNot);
    call.fresh_input_tokens.reset();
    call.output_tokens.reset();
    EXPECT_EQ(book->WhyUnpriced(call), Unpriced::kTokens);
}

TEST_F(OwnPricesTest, SearchesCostTheSameInEveryTier) {
    Use use{"openai", "gpt-4o", "batch", *ParseTime("2026-06-01T00:00:00Z", Time()), {}};
    use.usage.counts[*FindUnit("input_tokens")] = 1'000'000;
    use.usage.counts[*FindUnit("web_searches")] = 3;
    const Quote quote = (*PriceBook::Make({{}, kList, kTiers}))->Calculate(use);
    EXPECT_EQ(quote.cost.Of(Part::kInput), Usd(100));
    EXPECT_EQ(quote.cost.Of(Part::kOther), Usd(3));
    EXPECT_EQ(quote.cost.total, Usd(103));
}

TEST_F(OwnPricesTest, AMistakeInOwnPricesIsNamedAsSuch) {
    const auto book = PriceBook::Make({"sightglass-prices 2\nprovider x\nmodel\n", kList, kTiers});
    ASSERT_FALSE(book.Ok());
    EXPECT_TRUE(book.error().message.starts_with("own prices: line 3: ")) << book.error().message;
}

}  // namespace
}  // namespace sightglass::prices
