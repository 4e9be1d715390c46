#include "analytics/explain.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "analytics/analysis_fixture.h"
#include "call/catalogue.h"

namespace sightglass::analytics {
namespace {

constexpr Time kBase = kMonday;
constexpr Time kNow = kMonday + kOneDay;

/// "service=mail model=gpt-4o"
std::string KeyOf(const Contribution& value) {
    std::string text;
    for (const GroupValue& part : value.key) {
        text += (text.empty() ? "" : " ") + part.dimension + "=" + part.value.value_or("-");
    }
    return text;
}

class ExplainTest : public AnalysisTest {
protected:
    Explanation Ask(ExplainText text) {
        text.from = FormatTime(kNow);
        text.to = FormatTime(kNow + kOneDay);
        const auto question = ParseExplain(text, kNow + kOneDay);
        EXPECT_TRUE(question.Ok()) << question.error().message;
        auto answer = Explain(*question, Store());
        EXPECT_TRUE(answer.Ok()) << answer.error().message;
        return std::move(*answer);
    }

    /// What every explanation that adds up has to hold.
    static void ExpectAddsUp(const Explanation& answer, double change) {
        ASSERT_TRUE(answer.adds_up);
        for (const auto* lists : {&answer.dimensions, &answer.pairs}) {
            for (const Explained& explained : *lists) {
                double sum = 0;
                for (const Contribution& value : explained.values) {
                    sum += *value.contribution;
                    ExpectPartsAddUp(value);
                }
                if (explained.other) {
                    sum += *explained.other->contribution;
                    ExpectPartsAddUp(*explained.other);
                }
                EXPECT_NEAR(sum, change, 1e-9 * std::max(1.0, std::abs(change)))
                    << explained.dimensions.front();
            }
        }
    }

    static void ExpectPartsAddUp(const Contribution& value) {
        if (value.mix_effect) {
            EXPECT_NEAR(*value.mix_effect + *value.rate_effect, *value.contribution, 1e-9);
        }
        if (!value.factors.empty()) {
            double sum = 0;
            for (const Effect& effect : value.factors) {
                sum += effect.effect;
            }
            EXPECT_NEAR(sum, *value.contribution, 1e-6) << KeyOf(value);
        }
    }

    static double EffectOf(const Contribution& value, std::string_view name) {
        for (const Effect& effect : value.factors) {
            if (effect.name == name) {
                return effect.effect;
            }
        }
        ADD_FAILURE() << "no factor " << name;
        return 0;
    }
};

TEST_F(ExplainTest, NamesTheKeyThatLoopsFirst) {
    PutUsualDay(kBase, 24);
    PutUsualDay(kNow, 24);
    for (int i = 0; i < 500; ++i) {
        Call call = MakeCall(kNow + std::chrono::seconds(i), "mail", "gpt-4o");
        call.api_key_label = "second-key";
        Put(std::move(call));
    }
    const Explanation answer = Ask({});
    EXPECT_NEAR(*answer.change, 0.5, 1e-12);
    ExpectAddsUp(answer, *answer.change);
    ASSERT_FALSE(answer.causes.empty());
    EXPECT_EQ(KeyOf(answer.causes.front()), "api_key_label=second-key");
    EXPECT_NEAR(*answer.causes.front().share, 1, 1e-9);
    EXPECT_EQ(answer.causes.size(), 1U) << KeyOf(answer.causes.back());
    EXPECT_NEAR(EffectOf(answer.causes.front(), "calls"), 0.5, 1e-9);
}

TEST_F(ExplainTest, NamesTheModelThatSlowsFirst) {
    PutUsualDay(kBase, 24);
    PutUsualDay(kNow, 24);
    for (Call& call : batch_.calls) {
        if (call.started_at >= kNow && call.model == "claude-sonnet-4") {
            call.latency_us = 4'000'000;
        }
    }
    const Explanation answer = Ask({.metric = "latency_avg_ms"});
    EXPECT_NEAR(*answer.change, 1'500, 1e-9);
    ExpectAddsUp(answer, *answer.change);
    ASSERT_FALSE(answer.causes.empty());
    EXPECT_EQ(KeyOf(answer.causes.front()), "model=claude-sonnet-4");
    EXPECT_NEAR(*answer.causes.front().rate_effect, 1'500, 1e-9);
    EXPECT_NEAR(*answer.causes.front().mix_effect, 0, 1e-9);
}

TEST_F(ExplainTest, ExplainsAQuantileByTheShareOfSlowerCalls) {
    PutUsualDay(kBase, 24);
    PutUsualDay(kNow, 24);
    int number = 0;
    for (Call& call : batch_.calls) {
        call.latency_us = 1'000'000 + 1'000 * (++number % 97);
        if (call.started_at >= kNow && call.service == "code") {
            call.latency_us = 9'000'000;
        }
    }
    const Explanation answer = Ask({.metric = "latency_p95_ms"});
    ASSERT_TRUE(answer.quantile.has_value());
    EXPECT_GT(*answer.change, 7'000);
    ExpectAddsUp(answer, answer.quantile->current_share - answer.quantile->baseline_share);
    ASSERT_FALSE(answer.causes.empty());
    EXPECT_EQ(KeyOf(answer.causes.front()), "service=code");
}

TEST_F(ExplainTest, TellsADearerModelFromMoreUse) {
    PutUsualDay(kBase, 24);
    PutUsualDay(kNow, 24);
    for (Call& call : batch_.calls) {
        if (call.started_at >= kNow && call.model == "gpt-4o") {
            call.cost = Money::FromNanoUsd(3'000'000);
        }
    }
    const Explanation answer = Ask({});
    ExpectAddsUp(answer, *answer.change);
    ASSERT_FALSE(answer.causes.empty());
    EXPECT_EQ(KeyOf(answer.causes.front()), "model=gpt-4o");
    EXPECT_NEAR(EffectOf(answer.causes.front(), "cost_per_token"), *answer.change, 1e-9);
    EXPECT_NEAR(EffectOf(answer.causes.front(), "calls"), 0, 1e-9);
}

TEST_F(ExplainTest, NamesANewServiceFirst) {
    PutUsualDay(kBase, 24);
    PutUsualDay(kNow, 24);
    for (int i = 0; i < 300; ++i) {
        Put(MakeCall(kNow + std::chrono::minutes(i), "summaries", "gpt-4o"));
    }
    const Explanation answer = Ask({.metric = "calls"});
    EXPECT_EQ(*answer.change, 300);
    ExpectAddsUp(answer, *answer.change);
    ASSERT_FALSE(answer.causes.empty());
    EXPECT_EQ(KeyOf(answer.causes.front()), "service=summaries");
    EXPECT_EQ(answer.causes.front().presence, Presence::kNew);
    EXPECT_EQ(answer.causes.front().filter, std::vector<std::string>{"service:summaries"});
}

TEST_F(ExplainTest, NamesThePairWhereOnlyItChanged) {
    PutUsualDay(kBase, 24);
    PutUsualDay(kNow, 24);
    for (Call& call : batch_.calls) {
        if (call.started_at >= kNow && call.model == "gpt-4o" && call.service == "chat") {
            call.status = CallStatus::kError;
            call.error_type = ErrorType::kProviderServerError;
        }
    }
    const Explanation answer = Ask({.metric = "error_rate"});
    ExpectAddsUp(answer, *answer.change);
    ASSERT_FALSE(answer.causes.empty());
    EXPECT_EQ(KeyOf(answer.causes.front()), "service=chat model=gpt-4o");
}

TEST_F(ExplainTest, AddsUpWhateverHappens) {
    std::mt19937 random(5);
    const auto below = [&random](int n) {
        return std::uniform_int_distribution<int>(0, n - 1)(random);
    };
    for (int i = 0; i < 600; ++i) {
        const Time at = kBase + below(2'000) * (2 * kOneDay / 2'000);
        Call call = MakeCall(at, "s" + std::to_string(below(90)), "m" + std::to_string(below(7)));
        call.latency_us = below(9) == 0 ? OptionalInt() : OptionalInt(below(5'000'000));
        call.cost =
            below(9) == 0 ? OptionalMoney() : OptionalMoney(Money::FromNanoUsd(below(50'000'000)));
        call.fresh_input_tokens = below(9) == 0 ? OptionalInt() : OptionalInt(below(5'000));
        call.status = below(5) == 0 ? CallStatus::kError : CallStatus::kOk;
        if (below(3) == 0) {
            call.user.clear();
        }
        Put(std::move(call));
    }
    for (const Metric& metric : Metrics()) {
        SCOPED_TRACE(metric.name);
        const Explanation answer = Ask({.metric = std::string(metric.name), .limit = 5});
        if (answer.kind == MetricKind::kSum || answer.kind == MetricKind::kRatio) {
            if (answer.change) {
                ExpectAddsUp(answer, *answer.change);
            }
        } else if (answer.quantile) {
            ExpectAddsUp(answer, answer.quantile->current_share - answer.quantile->baseline_share);
        } else {
            EXPECT_FALSE(answer.adds_up);
        }
    }
}

TEST_F(ExplainTest, ComparesTwoFiltersOfOneTime) {
    PutUsualDay(kNow, 24);
    for (Call& call : batch_.calls) {
        if (call.provider == "anthropic") {
            call.latency_us = 3'000'000;
        }
    }
    const Explanation answer = Ask(
        {.metric = "latency_avg_ms",
         .filters = {"provider:anthropic"},
         .base_filters = {"provider:openai"}}
    );
    EXPECT_EQ(answer.baseline.from, answer.current.from);
    EXPECT_EQ(answer.baseline.value, 1'000);
    EXPECT_EQ(answer.current.value, 3'000);
    ExpectAddsUp(answer, 2'000);
}

TEST_F(ExplainTest, HasNoCausesWhereOneSideHasNoCalls) {
    PutUsualDay(kNow, 3);
    const Explanation ratio = Ask({.metric = "error_rate"});
    EXPECT_FALSE(ratio.change.has_value());
    EXPECT_FALSE(ratio.adds_up);
    EXPECT_TRUE(ratio.causes.empty());
    const Explanation sum = Ask({.metric = "cost_usd"});
    EXPECT_FALSE(sum.baseline.value.has_value());
    EXPECT_NEAR(*sum.change, 0.03, 1e-12);
    ExpectAddsUp(sum, *sum.change);
}

TEST_F(ExplainTest, ComparesPerMinuteWhereTimesDiffer) {
    PutUsualDay(kBase - kOneDay, 24);
    PutUsualDay(kBase, 24);
    PutUsualDay(kNow, 24);
    ExplainText text;
    text.metric = "calls_per_min";
    text.base_from = FormatTime(kBase - kOneDay);
    text.base_to = FormatTime(kNow);
    const Explanation answer = Ask(text);
    EXPECT_NEAR(*answer.change, 0, 1e-12);
    ExpectAddsUp(answer, 0);
}

TEST_F(ExplainTest, RefusesWhatIsNotThere) {
    std::vector<std::string_view> allowed;
    const auto metric = ParseExplain({.metric = "costs"}, kNow, &allowed);
    ASSERT_FALSE(metric.Ok());
    EXPECT_FALSE(allowed.empty());
    EXPECT_FALSE(ParseExplain({.dimensions = {"planet"}}, kNow).Ok());
    EXPECT_FALSE(ParseExplain({.base_to = "-1h"}, kNow).Ok());
    EXPECT_FALSE(ParseExplain({.limit = 51}, kNow).Ok());
}

}  // namespace
}  // namespace sightglass::analytics
