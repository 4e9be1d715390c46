#include "classify/scenarios.h"

#include <cmath>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "classify/train/example_text.h"
#include "classify/train/trainer.h"

namespace sightglass::classify {
namespace {

class ScenariosTest : public ::testing::Test {
protected:
    Guess Tell(std::string_view ask, std::string_view setting = {}) {
        return ScenarioModel::Default()->Classify({.ask = ask, .setting = setting}, scratch_);
    }

    ScenarioModel::Scratch scratch_;
};

TEST_F(ScenariosTest, ThreeLanguagesAreTold) {
    EXPECT_EQ(Tell("Please translate this paragraph into German").scenario, "translation");
    EXPECT_EQ(Tell("Write a Python function that adds two numbers").scenario, "coding");
    EXPECT_EQ(
        Tell("\xE7\xBF\xBB\xE8\xAF\x91\xE6\x88\x90\xE8\x8B\xB1\xE6\x96\x87").scenario,
        "translation"
    );
    EXPECT_EQ(Tell("Vat dit verslag samen in drie zinnen").scenario, "summarising");
}

TEST_F(ScenariosTest, TheSettingDecidesWhereTheAskSaysLittle) {
    const std::string_view setting =
        "You are the customer service chatbot of a web shop for shoes.";
    EXPECT_EQ(Tell("It has not come yet", setting).scenario, "customer_service");
}

TEST_F(ScenariosTest, AnyTextHasAGuessAndAShare) {
    const std::string bytes("\xFF\xFE\x00 \x80\xE4\xBD", 7);
    for (const std::string& text :
         {std::string(),
          std::string(" \n\t"),
          bytes,
          std::string(1U << 20, 'a'),
          std::string(100'000, '\x80')}) {
        const Guess guess = Tell(text);
        EXPECT_FALSE(guess.scenario.empty());
        EXPECT_GT(guess.confidence, 0.0);
        EXPECT_LE(guess.confidence, 1.0);
    }
}

TEST_F(ScenariosTest, TheMiddleOfALongTextMakesNoDifference) {
    const std::string head =
        "Summarise the following report in three sentences: " + std::string(400, 'x') + " ";
    const std::string tail = " " + std::string(400, 'y') + " Thank you.";
    const Guess first = Tell(head + "a middle" + tail);
    EXPECT_EQ(first.confidence, Tell(head + "write a python function" + tail).confidence);
}

TEST_F(ScenariosTest, ModelsAreSmall) {
    EXPECT_LE(ScenarioModel::Default()->MemoryBytes(), 20'000'000U);
}

TEST(LinearModelTest, IsReadAsItWasWritten) {
    const std::vector<Example> examples = {
        {.text = "red green blue", .label = 0},
        {.text = "one two three", .label = 1}};
    const LinearModel model = Train(examples, 2);
    const std::string bytes = model.Write();
    const auto read = LinearModel::Read(bytes);
    ASSERT_TRUE(read.Ok());
    FeatureReader reader;
    LinearModel::Scratch scratch;
    const auto& features = reader.Read("green three three");
    const auto scores = model.Score(features, scratch);
    const std::vector<float> first(scores.begin(), scores.end());
    const auto again = read->Score(features, scratch);
    EXPECT_EQ(first, std::vector<float>(again.begin(), again.end()));
    EXPECT_EQ(
        LinearModel::Read(bytes.substr(0, bytes.size() - 1)).error().code,
        ErrorCode::kCorrupt
    );
    EXPECT_EQ(LinearModel::Read(bytes + "x").error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(LinearModel::Read("").error().code, ErrorCode::kCorrupt);
}

TEST(TrainerTest, SolvesTheRegressionToItsOptimum) {
    // One feature of each family a text, so that a text is (1, 1) in its own two dimensions: by symmetry the optimum is known.
    // The dual of max_a is a/C: w = a on each, margin = 2a + b; two classes of one example each give b = 0.
    const std::vector<Example> examples = {{.text = "a", .label = 0}, {.text = "b", .label = 1}};
    const double cost = 10.0;
    const LinearModel model = Train(examples, 2, {.cost = cost, .passes_max = 1000});
    FeatureReader reader;
    LinearModel::Scratch scratch;
    const auto scores = model.Score(reader.Read("a"), scratch);
    // At the optimum a = C * sigmoid(-margin), and margin = |x|^2 a with |x|^2 = 2.
    const double margin = static_cast<double>(scores[0]);
    EXPECT_NEAR(margin, 2.0 * cost / (1.0 + std::exp(margin)), 0.15);
    EXPECT_NEAR(static_cast<double>(scores[1]), -margin, 0.15);
}

TEST(TrainerTest, WithoutExamplesItKnowsNothing) {
    const LinearModel model = Train({}, 3);
    FeatureReader reader;
    LinearModel::Scratch scratch;
    EXPECT_EQ(model.Score(reader.Read("a text"), scratch).size(), 3U);
}

TEST(ExampleTextTest, ALineWithSlotsStandsForSeveral) {
    const auto read = ReadExamples(
        "# a comment\n@topic\ntea\ncoffee\n[one]\nsay {topic}\nsay it\n[two]\n[1] is no heading\n"
    );
    ASSERT_TRUE(read.Ok());
    ASSERT_EQ(read->size(), 6U);
    EXPECT_EQ(read->front(), (std::pair<std::string, std::string>("say tea", "one")));
    EXPECT_EQ((*read)[1].first, "say coffee");
    EXPECT_EQ(read->back(), (std::pair<std::string, std::string>("[1] is no heading", "two")));
    EXPECT_FALSE(ReadExamples("before a scenario").Ok());
    EXPECT_FALSE(ReadExamples("@nothing\n").Ok());
    EXPECT_FALSE(ReadExamples("[one]\nsay {topic}\n").Ok());
}

TEST(FeaturesTest, CaseWidthAndWhiteSpaceMakeNoDifference) {
    FeatureReader reader;
    const std::vector<Feature> plain = reader.Read("hello world");
    EXPECT_EQ(reader.Read("  HELLO\n\n World "), plain);
    EXPECT_EQ(reader.Read("\xEF\xBC\xA8\xEF\xBC\xA5llo world"), plain);
    EXPECT_NE(reader.Read("hello word"), plain);
    EXPECT_TRUE(reader.Read("").empty());
}

}  // namespace
}  // namespace sightglass::classify
