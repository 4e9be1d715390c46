#include "refine/model_aliases.h"

#include <string>

#include <gtest/gtest.h>

namespace sightglass::refine {
namespace {

constexpr Time kStart = Time(std::chrono::seconds(1'700'000'000));

class ModelAliasesTest : public ::testing::Test {
protected:
    static Call Asked(const std::string& model, int second) {
        Call call;
        call.upstream = "openai";
        call.provider = "openai";
        call.model_requested = model;
        call.started_at = kStart + std::chrono::seconds(second);
        call.status = CallStatus::kError;
        return call;
    }

    static Call Answered(const std::string& alias, const std::string& model, int second) {
        Call call = Asked(alias, second);
        call.status = CallStatus::kOk;
        call.model = model;
        return call;
    }

    void Take(Call call) { aliases_.LearnOrComplete(call); }

    Call Completed(Call call) {
        aliases_.LearnOrComplete(call);
        return call;
    }

    ModelAliases aliases_;
};

TEST_F(ModelAliasesTest, AFailedCallGetsTheModelThatItsAliasAnsweredWith) {
    Take(Answered("gpt-4o", "gpt-4o-2024-08-06", 1));
    const Call failed = Completed(Asked("gpt-4o", 2));
    EXPECT_EQ(failed.model, "gpt-4o-2024-08-06");
    EXPECT_EQ(failed.repairs, "complete_model");
    EXPECT_EQ(Completed(failed), failed) << "again changes nothing";
}

TEST_F(ModelAliasesTest, LeavesWhatItDoesNotKnow) {
    Take(Answered("gpt-4o", "gpt-4o-2024-08-06", 1));
    EXPECT_EQ(Completed(Asked("gpt-4o-mini", 2)), Asked("gpt-4o-mini", 2));
    EXPECT_EQ(Completed(Asked("", 2)), Asked("", 2));
    Call elsewhere = Asked("gpt-4o", 2);
    elsewhere.upstream = "azure";
    EXPECT_EQ(Completed(elsewhere).model, "");
    elsewhere.upstream.clear();
    EXPECT_EQ(Completed(elsewhere).model, "gpt-4o-2024-08-06") << "its provider's";
    elsewhere.provider = "azure";
    EXPECT_EQ(Completed(elsewhere).model, "");
}

TEST_F(ModelAliasesTest, LearnsOfSuccessesAlone) {
    Call failed = Answered("gpt-4o", "gpt-4o-2024-08-06", 1);
    failed.status = CallStatus::kError;
    Take(failed);
    EXPECT_EQ(Completed(Asked("gpt-4o", 2)).model, "");
}

TEST_F(ModelAliasesTest, DoesNotTakeAFallbackForTheAliasItself) {
    Call fallback = Answered("gpt-4o", "gpt-4o-mini-2024-07-18", 1);
    fallback.attempts.resize(2);
    fallback.attempts[1].why = "http_503, model gpt-4o-mini";
    Take(fallback);
    EXPECT_EQ(Completed(Asked("gpt-4o", 2)).model, "");
}

TEST_F(ModelAliasesTest, TheLatestCallCountsInWhateverOrderTheyCome) {
    Take(Answered("gpt-4o", "gpt-4o-2024-11-20", 5));
    Take(Answered("gpt-4o", "gpt-4o-2024-05-13", 1));
    EXPECT_EQ(Completed(Asked("gpt-4o", 6)).model, "gpt-4o-2024-11-20");
    Take(Answered("gpt-4o", "gpt-4o-2025-01-01", 7));
    EXPECT_EQ(Completed(Asked("gpt-4o", 6)).model, "gpt-4o-2025-01-01");
    Take(Answered("gpt-4o", "gpt-4o", 8));
    EXPECT_EQ(Completed(Asked("gpt-4o", 9)).model, "gpt-4o") << "it is no alias any more";
}

TEST_F(ModelAliasesTest, RemembersSoManyAndForgetsTheOldest) {
    const auto name = [](int i) { return "model-" + std::to_string(i); };
    const auto count = static_cast<int>(ModelAliases::kAliasesMax);
    for (int i = 0; i <= count; ++i) {
        Take(Answered(name(i), name(i) + "-2026", i));
        Take(Answered("exact-" + name(i), "exact-" + name(i), i));
        Take(Answered(std::string(1'000, 'x') + name(i), name(i), i));
    }
    EXPECT_EQ(aliases_.size(), ModelAliases::kAliasesMax);
    EXPECT_EQ(Completed(Asked(name(0), count)).model, "");
    EXPECT_EQ(Completed(Asked(name(1), count)).model, name(1) + "-2026");
    EXPECT_EQ(Completed(Asked(name(count), count)).model, name(count) + "-2026");
}

}  // namespace
}  // namespace sightglass::refine
