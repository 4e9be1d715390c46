#include "pipeline/alias_memory.h"

#include <string>

#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"

namespace sightglass::pipeline {
namespace {

constexpr Time kStart = Time(std::chrono::seconds(1'700'000'000));

class AliasMemoryTest : public ::testing::Test {
protected:
    void Store(int number, const std::string& model, Duration before, CallStatus status) {
        Call call = EndOf(number);
        call.provider = "openai";
        call.model = model;
        call.started_at = kStart - before;
        call.status = status;
        store::Batch batch;
        batch.calls = {call};
        ASSERT_TRUE(store_.Commit(batch).Ok());
    }

    /// The model of a call that failed.
    std::string Completed(const std::string& alias) {
        refine::ModelAliases aliases;
        EXPECT_TRUE(RememberAliases(store_, aliases).Ok());
        Call call = BeginOf(99);
        call.provider = "openai";
        call.model_requested = alias;
        aliases.LearnOrComplete(call);
        return call.model;
    }

    FailingStore store_;
};

TEST_F(AliasMemoryTest, KnowsTheModelThatAnsweredLast) {
    EXPECT_EQ(Completed("gpt-5"), "");
    Store(1, "gpt-5-a", std::chrono::hours(50), CallStatus::kOk);
    Store(2, "gpt-5-b", std::chrono::hours(3), CallStatus::kOk);
    Store(3, "gpt-5-c", std::chrono::hours(20), CallStatus::kOk);
    Store(4, "gpt-5", std::chrono::hours(1), CallStatus::kError);
    EXPECT_EQ(Completed("gpt-5"), "gpt-5-b");
    EXPECT_EQ(Completed("gpt-4"), "");
}

TEST_F(AliasMemoryTest, ForgetsWhatIsOlderThanAWeek) {
    Store(1, "gpt-5-a", std::chrono::hours(24 * 8), CallStatus::kOk);
    EXPECT_EQ(Completed("gpt-5"), "gpt-5-a");
    Store(2, "gpt-5", std::chrono::hours(1), CallStatus::kError);
    EXPECT_EQ(Completed("gpt-5"), "");
}

}  // namespace
}  // namespace sightglass::pipeline
