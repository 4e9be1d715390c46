#include "tokens/model_encoding.h"

#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sightglass::tokens {
namespace {

TEST(ModelEncodingTest, KnowsWhatOpenAisModelsRead) {
    const std::vector<std::pair<std::string_view, Encoding>> models = {
        {"gpt-4o", Encoding::kO200kBase},
        {"gpt-4o-mini-2024-07-18", Encoding::kO200kBase},
        {"chatgpt-4o-latest", Encoding::kO200kBase},
        {"gpt-4.1-nano", Encoding::kO200kBase},
        {"gpt-4.5-preview", Encoding::kO200kBase},
        {"gpt-5-mini", Encoding::kO200kBase},
        {"o1", Encoding::kO200kBase},
        {"o3-mini", Encoding::kO200kBase},
        {"gpt-4", Encoding::kCl100kBase},
        {"gpt-4-turbo-2024-04-09", Encoding::kCl100kBase},
        {"gpt-3.5-turbo-instruct", Encoding::kCl100kBase},
        {"gpt-35-turbo", Encoding::kCl100kBase},
        {"text-embedding-3-large", Encoding::kCl100kBase},
        {"text-embedding-ada-002", Encoding::kCl100kBase},
        {"davinci-002", Encoding::kCl100kBase},
        {"gpt-oss-120b", Encoding::kO200kHarmony},
        {"text-davinci-003", Encoding::kP50kBase},
        {"code-cushman-001", Encoding::kP50kBase},
        {"text-davinci-001", Encoding::kR50kBase},
        {"davinci", Encoding::kR50kBase},
        {"ada", Encoding::kR50kBase},
        {"openai/gpt-4o", Encoding::kO200kBase},
        {"ft:gpt-4o-2024-08-06:acme::x1", Encoding::kO200kBase},
        {"ft:gpt-3.5-turbo-0613:acme::x1", Encoding::kCl100kBase},
        {"ft:gpt-4:acme::x1", Encoding::kCl100kBase},
        {"GPT-4O", Encoding::kO200kBase},
        {"gpt-9", Encoding::kO200kBase},
    };
    for (const auto& [model, encoding] : models) {
        EXPECT_EQ(EncodingOfModel(model).encoding, encoding) << model;
        EXPECT_EQ(EncodingOfModel(model).family, Family::kOpenAi) << model;
    }
}

TEST(ModelEncodingTest, TellsClosedVocabulariesByTheirFamily) {
    EXPECT_EQ(EncodingOfModel("claude-sonnet-4-5").family, Family::kAnthropic);
    EXPECT_EQ(
        EncodingOfModel("us.anthropic.claude-3-haiku-20240307-v1:0").family,
        Family::kAnthropic
    );
    EXPECT_EQ(EncodingOfModel("google/gemini-2.5-flash").family, Family::kGemini);
    EXPECT_EQ(EncodingOfModel("models/gemini-1.5-pro").family, Family::kGemini);
    EXPECT_EQ(EncodingOfModel("llama-3.3-70b").family, Family::kOther);
    EXPECT_EQ(EncodingOfModel("").family, Family::kOther);
}

}  // namespace
}  // namespace sightglass::tokens
