#include "insight/own_scenarios.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace sightglass::insight {
namespace {

constexpr std::string_view kGarden =
    R"({"name":"Garden advice","description":"What grows where.","examples":["When do I prune my apple tree?",)"
    R"("My tomato leaves turn yellow","Which hedge grows in the shade?","How deep do I plant tulip bulbs?",)"
    R"("Is it time to sow spinach?","How often should I water basil?"]})";

class OwnScenariosTest : public ::testing::Test {
protected:
    void SetUp() override {
        directory_ = std::filesystem::temp_directory_path() /
                     ("own-scenarios-" + ToString(UuidSource().Next(Clock::System().Now())));
        std::filesystem::create_directories(directory_);
        database_ = state::Database::Open(directory_ / "state.db").value();
        own_ = OwnScenarios::Open(*database_, Clock::System()).value();
    }

    void TearDown() override {
        own_.reset();
        database_.reset();
        std::filesystem::remove_all(directory_);
    }

    classify::Guess Tell(std::string_view text) {
        model_ = own_->Model()->Get();
        return model_->Classify({.ask = text, .setting = {}}, scratch_);
    }

    Path directory_;
    std::unique_ptr<state::Database> database_;
    std::unique_ptr<OwnScenarios> own_;
    std::shared_ptr<const classify::ScenarioModel> model_;
    classify::ScenarioModel::Scratch scratch_;
};

TEST_F(OwnScenariosTest, NewCallsAreToldByAScenarioFromItsMakingToItsEnd) {
    constexpr std::string_view kAsk = "When do I prune my pear tree?";
    EXPECT_FALSE(Tell(kAsk).own);
    const auto made = own_->Add(ParseOwnScenario(kGarden, {}).value());
    ASSERT_TRUE(made.Ok());
    EXPECT_EQ(Tell(kAsk).scenario, "Garden advice");
    EXPECT_TRUE(Tell(kAsk).own);
    EXPECT_FALSE(Tell("Translate this letter into French").own);
    ASSERT_TRUE(own_->Remove(made->id).Ok());
    EXPECT_FALSE(Tell(kAsk).own);
    EXPECT_EQ(own_->Remove(made->id).error().code, ErrorCode::kNotFound);
}

TEST_F(OwnScenariosTest, TheyAreThereAfterARestart) {
    const auto made = own_->Add(ParseOwnScenario(kGarden, {}).value());
    ASSERT_TRUE(made.Ok());
    own_ = OwnScenarios::Open(*database_, Clock::System()).value();
    ASSERT_EQ(own_->All().size(), 1U);
    EXPECT_EQ(own_->All().front().scenario, made->scenario);
    EXPECT_TRUE(Tell("When do I prune my pear tree?").own);
}

TEST_F(OwnScenariosTest, NamesAreTakenOnce) {
    const auto made = own_->Add(ParseOwnScenario(kGarden, {}).value());
    ASSERT_TRUE(made.Ok());
    classify::OwnScenario same = made->scenario;
    same.name = "garden ADVICE";
    EXPECT_EQ(own_->Add(same).error().code, ErrorCode::kConflict);
    same.name = "coding";
    EXPECT_EQ(own_->Add(same).error().code, ErrorCode::kConflict);
    EXPECT_TRUE(own_->Change(made->id, made->scenario).Ok());
    same.name = "Other";
    EXPECT_EQ(own_->Change("no such id", same).error().code, ErrorCode::kConflict);
    same.name = "Balcony";
    EXPECT_EQ(own_->Change("no such id", same).error().code, ErrorCode::kNotFound);
}

TEST(OwnScenarioBodyTest, WhatIsNotAllowedIsRefused) {
    for (const std::string_view body :
         {R"({"name":""})",
          R"({"name":"a"})",
          R"({"name":"a","examples":"x"})",
          R"({"name":"a","examples":[1]})",
          R"({"name":"a","examples":[" "]})",
          R"({"name":"a\nb","examples":["x"]})",
          R"({"name":"a","examples":["x"],"more":1})",
          R"([])"}) {
        EXPECT_EQ(ParseOwnScenario(body, {}).error().code, ErrorCode::kInvalidArgument) << body;
    }
    EXPECT_EQ(ParseOwnScenario("{", {}).error().code, ErrorCode::kCorrupt);
    const auto changed = ParseOwnScenario(R"({"name":"b"})", ParseOwnScenario(kGarden, {}).value());
    EXPECT_EQ(changed->name, "b");
    EXPECT_EQ(changed->examples.size(), 6U);
}

}  // namespace
}  // namespace sightglass::insight
