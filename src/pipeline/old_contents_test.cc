#include "pipeline/old_contents.h"

#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"

namespace sightglass::pipeline {
namespace {

/// Counts how often it is asked.
class ForgettingStore final : public FailingStore {
public:
    Result<bool> ForgetContents(Time /*now*/) override {
        ++asked;
        return false;
    }

    int asked = 0;
};

TEST(OldContentsTest, AsksAtOnceAndThenNotUntilItIsTimeAgain) {
    ForgettingStore store;
    OldContents old;
    old.ForgetSome(store);
    EXPECT_EQ(store.asked, 1);
    old.ForgetSome(store);
    EXPECT_EQ(store.asked, 1);
}

}  // namespace
}  // namespace sightglass::pipeline
