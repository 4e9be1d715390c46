#include "tokens/chat_overhead.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tokens/estimate.h"
#include "tokens/tool_text.h"

namespace sightglass::tokens {
namespace {

/// Each of them as the API counted it. Source: OpenAI cookbook, "How to count tokens with tiktoken".
TEST(ChatOverheadTest, CountsTheCookbooksExampleAsTheApiDid) {
    const std::vector<ChatMessage> messages = {
        {"system",
         "You are a helpful, pattern-following assistant that translates corporate jargon into "
         "plain "
         "English."},
        {"system", "New synergies will help drive top-line growth.", "example_user"},
        {"system", "Things working well together will increase revenue.", "example_assistant"},
        {"system",
         "Let's circle back when we have more bandwidth to touch base on opportunities for "
         "increased "
         "leverage.",
         "example_user"},
        {"system",
         "Let's talk later when we're less busy about how to do better.",
         "example_assistant"},
        {"user",
         "This late pivot means we don't have time to boil the ocean for the client deliverable."},
    };
    Encoder cl100k(Encoding::kCl100kBase);
    EXPECT_EQ(CountChat(cl100k, "gpt-4-0613", messages, {}), 129U);
    EXPECT_EQ(CountChat(cl100k, "gpt-3.5-turbo-0613", messages, {}), 129U);
    EXPECT_EQ(CountChat(cl100k, "gpt-3.5-turbo-0301", messages, {}), 127U);
    Encoder o200k(Encoding::kO200kBase);
    EXPECT_EQ(CountChat(o200k, "gpt-4o", messages, {}), 124U);
}

TEST(ChatOverheadTest, AddsCallsOfFunctionsAndTools) {
    Encoder encoder(Encoding::kO200kBase);
    const std::vector<FunctionCall> calls = {{"f", "{}"}};
    const std::vector<ChatMessage> plain = {{"user", "hi"}, {"assistant", ""}};
    std::vector<ChatMessage> calling = plain;
    calling[1].calls = calls;
    const std::size_t without = CountChat(encoder, "gpt-4o", plain, {});
    EXPECT_EQ(CountChat(encoder, "gpt-4o", calling, {}), without + 7 + 2);
    calling[1].is_function_call = true;
    EXPECT_EQ(CountChat(encoder, "gpt-4o", calling, {}), without + 3 + 2);
    const std::string text = RenderTools({{.name = "f", .description = "", .parameters = {}}});
    const std::size_t tools = encoder.Count(text);
    EXPECT_EQ(CountChat(encoder, "gpt-4o", plain, {.text = text}), without + tools + 9);
    EXPECT_EQ(
        CountChat(encoder, "gpt-4o", plain, {.text = text, .none = true}),
        without + tools + 10
    );
    EXPECT_EQ(
        CountChat(encoder, "gpt-4o", plain, {.text = text, .forced = "f"}),
        without + tools + 14
    );
}

TEST(ToolTextTest, RendersSchemasAsTypeScript) {
    ToolSchema unit{.type = "string", .description = "The unit", .choices = {"\"c\"", "\"f\""}};
    ToolSchema days{.type = "array", .items = {{.type = "integer"}}};
    ToolSchema place{
        .type = "object",
        .properties = {{"city", {.type = "string"}}},
        .required = {"city"}};
    Tool weather{.name = "get_weather", .description = "Gets the weather"};
    weather.parameters = {
        .type = "object",
        .properties = {{"place", place}, {"unit", unit}, {"days", days}},
        .required = {"place"}};
    EXPECT_EQ(
        RenderTools({weather, {.name = "now"}}),
        "namespace functions {\n"
        "\n"
        "// Gets the weather\n"
        "type get_weather = (_: {\n"
        "place: {\n"
        "  city: string,\n"
        "},\n"
        "// The unit\n"
        "unit?: \"c\" | \"f\",\n"
        "days?: number[],\n"
        "}) => any;\n"
        "\n"
        "type now = () => any;\n"
        "\n"
        "} // namespace functions"
    );
    EXPECT_EQ(RenderTools({}), "");
}

TEST(EstimateTest, ScalesWhatO200kCountsAndNamesTheError) {
    EXPECT_EQ(EstimateText(Family::kOpenAi, 1000).tokens, 1000);
    EXPECT_EQ(EstimateText(Family::kOpenAi, 1000).error, 0.0);
    EXPECT_EQ(EstimateText(Family::kAnthropic, 1000).tokens, 1200);
    EXPECT_EQ(EstimateChat(Family::kAnthropic, 1000).tokens, 1206);
    EXPECT_EQ(EstimateText(Family::kGemini, 1000).tokens, 1080);
    EXPECT_GT(EstimateChat(Family::kOther, 10).error, EstimateText(Family::kOther, 10).error);
}

}  // namespace
}  // namespace sightglass::tokens
