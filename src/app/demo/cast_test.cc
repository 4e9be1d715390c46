#include "app/demo/cast.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "call/call.h"
#include "prices/price_book.h"

namespace sightglass::demo {
namespace {

constexpr Time kMonday = std::chrono::sys_days(std::chrono::November / 16 / 2026);

double AverageOverAWeek(Rhythm rhythm) {
    double sum = 0;
    int count = 0;
    for (Time at = kMonday; at < kMonday + std::chrono::weeks(1); at += std::chrono::minutes(5)) {
        sum += Busyness(rhythm, at);
        ++count;
    }
    return sum / count;
}

TEST(CastTest, EveryRhythmIsOneOnAverageOverAWeek) {
    for (const Rhythm rhythm :
         {Rhythm::kOffice, Rhythm::kConsumer, Rhythm::kNight, Rhythm::kSteady}) {
        EXPECT_NEAR(AverageOverAWeek(rhythm), 1, 0.005) << static_cast<int>(rhythm);
    }
}

TEST(CastTest, OfficesAreBusyOnMondayMorningAndQuietOnSunday) {
    const double monday = Busyness(Rhythm::kOffice, kMonday + std::chrono::hours(10));
    const double sunday =
        Busyness(Rhythm::kOffice, kMonday + std::chrono::days(6) + std::chrono::hours(10));
    EXPECT_GT(monday, 10 * sunday);
}

TEST(CastTest, EveryServiceUsesModelsOfTheCast) {
    for (const ServiceProfile& service : Services()) {
        double weights = 0;
        for (const ModelChoice& choice : service.models) {
            if (choice.weight > 0) {
                EXPECT_NE(FindModel(choice.model), nullptr) << service.name << " " << choice.model;
            }
            weights += choice.weight;
        }
        EXPECT_DOUBLE_EQ(weights, 1) << service.name;
        EXPECT_LT(static_cast<std::size_t>(service.sdk), Sdks().size()) << service.name;
    }
}

TEST(CastTest, ThePriceBookKnowsEveryModelByBothOfItsNames) {
    const auto prices = prices::PriceBook::BuiltIn();
    for (const ModelProfile& model : Models()) {
        for (const std::string_view name : {model.name, model.served_as}) {
            Call call;
            call.provider = "openai";
            call.model = name;
            call.started_at = kMonday;
            call.fresh_input_tokens = 1'000'000;
            prices->Price(call);
            EXPECT_EQ(call.cost_source, CostSource::kPriced) << name;
            ASSERT_TRUE(call.cost.has_value()) << name;
            EXPECT_GT(call.cost->nano_usd(), 0) << name;
        }
    }
}

TEST(CastTest, KeysHaveTheShapeOfProjectKeysAndDiffer) {
    constexpr std::size_t kLength = 8 + 74 + 8 + 74;
    std::set<std::string> keys;
    for (const ServiceProfile& service : Services()) {
        const std::string key = KeyOf(service);
        EXPECT_EQ(key.size(), kLength);
        EXPECT_EQ(key.substr(8 + 74, 8), "T3BlbkFJ");
        EXPECT_EQ(key, KeyOf(service));
        keys.insert(key);
        keys.insert(RevokedKey(key));
    }
    EXPECT_EQ(keys.size(), 2 * Services().size());
}

TEST(CastTest, ReasoningComesOnTopOfVisibleTokensAndBeforeTheFirstOfThem) {
    Random random(1);
    const ModelProfile& model = *FindModel("gpt-6-astra");
    std::int64_t reasoning = 0;
    for (int i = 0; i < 200; ++i) {
        const Performance performance = Perform(model, 1000, 100, random);
        EXPECT_EQ(performance.output_tokens, 100 + performance.reasoning_tokens);
        EXPECT_LT(performance.first_token, performance.total);
        reasoning += performance.reasoning_tokens;
    }
    EXPECT_GT(reasoning, 0);
}

}  // namespace
}  // namespace sightglass::demo
