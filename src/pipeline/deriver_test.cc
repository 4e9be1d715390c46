#include "pipeline/deriver.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "codec/compression.h"
#include "tokens/tokens.h"

namespace sightglass::pipeline {
namespace {

constexpr std::string_view kRequest =
    R"({"model":"gpt-4o","stream":true,"messages":[{"role":"system","content":"Be brief."},)"
    R"({"role":"user","content":"How do I read a sight glass?"}]})";

std::string ChunkOf(std::string_view text) {
    return R"(data: {"choices":[{"index":0,"delta":{"content":")" + std::string(text) +
           "\"}}]}\n\n";
}

class DeriverTest : public ::testing::Test {
protected:
    Derived Derive(std::string_view request, std::string_view answer, std::string_view type) {
        ExchangeView view;
        view.dialect = "openai";
        view.model = "gpt-4o-2024-08-06";
        view.request_body = request;
        view.response_body = answer;
        view.response_content_type = type;
        view.work = {.count_input = true, .count_output = true, .threads = true};
        return deriver_.Derive(view);
    }

    Derived DeriveStream(std::string_view answer) {
        return Derive(kRequest, answer, "text/event-stream; charset=utf-8");
    }

    static std::int64_t Count(std::string_view text) {
        return static_cast<std::int64_t>(tokens::Encoder(tokens::Encoding::kO200kBase).Count(text));
    }

    MessageHasher hasher_{Secret("a secret of the test")};
    Deriver deriver_{hasher_};
};

TEST_F(DeriverTest, CountsWhatWasSentOfAStreamThatBreaksOff) {
    const Derived derived = DeriveStream(
        ChunkOf("The level") + ChunkOf(" shows") + ChunkOf(" how far it is fill") +
        R"(data: {"choices":[{"index":0,"del)"
    );
    EXPECT_EQ(derived.output_tokens, Count("The level shows how far it is fill"));
    // 3 a message and 3 before the answer, as OpenAI's cookbook has it.
    const std::int64_t frame = 3 + 2 * 3;
    EXPECT_EQ(
        derived.input_tokens,
        frame + Count("system") + Count("Be brief.") + Count("user") +
            Count("How do I read a sight glass?")
    );
    EXPECT_FALSE(derived.estimated);
}

TEST_F(DeriverTest, ReadsCompressedBodies) {
    const std::string stream = ChunkOf("The level") + ChunkOf(" shows it.");
    ExchangeView view;
    view.dialect = "openai";
    view.model = "gpt-4o";
    const std::string request = codec::CompressGzip(kRequest);
    const std::string answer = codec::CompressGzip(stream);
    view.request_body = request;
    view.request_encoding = "gzip";
    view.response_body = std::string_view(answer).substr(0, answer.size() - 8);  // Broken off.
    view.response_encoding = "gzip";
    view.response_content_type = "text/event-stream";
    view.work = {.count_input = true, .count_output = true, .threads = true};
    const Derived derived = deriver_.Derive(view);
    EXPECT_EQ(derived.output_tokens, Count("The level shows it."));
    EXPECT_EQ(derived.thread, DeriveStream(stream).thread);
}

TEST_F(DeriverTest, AModelWithAClosedVocabularyIsEstimated) {
    ExchangeView view;
    view.dialect = "anthropic";
    view.model = "claude-sonnet-4-5";
    view.response_content_type = "text/event-stream";
    view.response_body =
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
        "{\"type\":\"text_delta\",\"text\":\"The level shows how far it is filled.\"}}\n\n";
    view.work.count_output = true;
    const Derived derived = deriver_.Derive(view);
    EXPECT_TRUE(derived.estimated);
    EXPECT_GT(derived.output_tokens, 5);
}

TEST_F(DeriverTest, WhatCannotBeReadIsUnknown) {
    const Derived derived = Derive("{\"messages\":[", "<html>", "application/json");
    EXPECT_FALSE(derived.input_tokens);
    EXPECT_FALSE(derived.output_tokens);
    EXPECT_EQ(derived.thread, ThreadKeys());
}

TEST_F(DeriverTest, TheNextRequestBeginsWithWhatWasAnswered) {
    const Derived first = DeriveStream(ChunkOf(" The level") + ChunkOf(" shows it.\\n"));
    const Derived second = Derive(
        R"({"messages":[{"role":"system","content":"It is 12:31."},)"
        R"({"role":"user","content":[{"type":"text","text":"How do I read a sight glass?"}]},)"
        R"({"role":"assistant","content":"The level shows it."},)"
        R"({"role":"user","content":"Which level?"}]})",
        R"({"choices":[{"message":{"role":"assistant","content":"The upper one."}}]})",
        "application/json"
    );
    ASSERT_EQ(second.thread.prefixes.size(), 1U);
    EXPECT_NE(first.thread.answered, 0U);
    EXPECT_EQ(second.thread.prefixes[0], first.thread.answered);
    EXPECT_TRUE(second.thread.asks);
    EXPECT_TRUE(first.thread.prefixes.empty());
    EXPECT_NE(second.thread.request, first.thread.answered);
}

TEST_F(DeriverTest, CallsOfToolsAreRepeatedInWhateverFormTheyCome) {
    const Derived first = Derive(
        R"({"messages":[{"role":"user","content":"Weather in Delft?"}]})",
        R"({"choices":[{"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c1",)"
        R"("type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Delft\"}"}}]}}]})",
        "application/json"
    );
    const Derived second = Derive(
        R"({"messages":[{"role":"user","content":"Weather in Delft?"},)"
        R"({"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":)"
        R"({"name":"get_weather","arguments":"{ \"city\": \"Delft\" }"}}]},)"
        R"({"role":"tool","tool_call_id":"c1","content":"rain"}]})",
        "",
        "application/json"
    );
    ASSERT_EQ(second.thread.prefixes.size(), 1U);
    EXPECT_EQ(second.thread.prefixes[0], first.thread.answered);
    EXPECT_FALSE(second.thread.asks);
}

TEST_F(DeriverTest, ResponsesItemsAreOneAnswer) {
    const Derived first = Derive(
        R"({"input":"Weather in Delft?","model":"gpt-5"})",
        R"({"id":"resp_1","output":[{"type":"reasoning","summary":[]},{"type":"message",)"
        R"("role":"assistant","content":[{"type":"output_text","text":"I will look."}]},)"
        R"({"type":"function_call","name":"get_weather","arguments":"{}","call_id":"c1"}]})",
        "application/json"
    );
    const Derived second = Derive(
        R"({"previous_response_id":"resp_0","conversation":{"id":"conv_1"},)"
        R"("prompt_cache_key":"0190163d-8694-739b-aea5-966c26f8ad91","input":[)"
        R"({"role":"user","content":"Weather in Delft?"},)"
        R"({"role":"assistant","content":[{"type":"output_text","text":"I will look."}]},)"
        R"({"type":"function_call","name":"get_weather","arguments":"{}","call_id":"c1"},)"
        R"({"type":"function_call_output","call_id":"c1","output":"rain"}]})",
        "",
        "application/json"
    );
    ASSERT_EQ(second.thread.prefixes.size(), 1U);
    EXPECT_EQ(second.thread.prefixes[0], first.thread.answered);
    EXPECT_EQ(second.thread.previous_response_id, "resp_0");
    EXPECT_EQ(second.thread.conversation_id, "conv_1");
    EXPECT_NE(second.thread.cache_key, 0U);
    EXPECT_FALSE(second.thread.asks);
}

TEST_F(DeriverTest, HashesAreAnotherInstallationsUnderAnotherSecret) {
    const MessageHasher other{Secret("another secret")};
    EXPECT_EQ(hasher_.Of("hello"), hasher_.Of("hello"));
    EXPECT_NE(hasher_.Of("hello"), other.Of("hello"));
    EXPECT_NE(hasher_.Of("hello"), hasher_.Of("Hello"));
    EXPECT_NE(hasher_.Extend(1, 'u', "hello"), hasher_.Extend(1, 'a', "hello"));
    EXPECT_NE(hasher_.Extend(1, 'u', "hello"), hasher_.Extend(2, 'u', "hello"));
}

Derived TellScenario(std::string_view request, bool in_hurry = false) {
    const MessageHasher hasher{Secret("a secret of the test")};
    const PublishedScenarios scenarios(classify::ScenarioModel::Default());
    Deriver deriver(hasher, &scenarios);
    ExchangeView view;
    view.dialect = "openai";
    view.model = "gpt-4o";
    view.request_body = request;
    view.work = {.count_input = false, .count_output = false, .threads = true};
    return deriver.Derive(view, in_hurry);
}

TEST(DeriverScenarioTest, InAHurryItIsLeftOut) {
    const std::string_view request =
        R"({"messages":[{"role":"user","content":"Write a Python function that sorts numbers"}]})";
    EXPECT_EQ(TellScenario(request).scenario, "coding");
    const Derived derived = TellScenario(request, true);
    EXPECT_EQ(derived.scenario, "");
    EXPECT_NE(derived.thread.request, 0U);
}

TEST(DeriverScenarioTest, WhatTheUserSaidLastTellsTheScenario) {
    const Derived derived = TellScenario(
        R"({"messages":[{"role":"user","content":"Write a poem about the sea"},)"
        R"({"role":"assistant","content":"The sea..."},)"
        R"({"role":"user","content":"Now write a Python function that sorts a list of numbers"}]})"
    );
    EXPECT_EQ(derived.scenario, "coding");
    EXPECT_GT(derived.confidence, 0.5);
    EXPECT_LE(derived.confidence, 1.0);
}

TEST(DeriverScenarioTest, AReplyOfFewWordsIsReadWithWhatWasSaidBefore) {
    const Derived derived = TellScenario(
        R"({"messages":[{"role":"user","content":"Translate this letter into French, please"},)"
        R"({"role":"assistant","content":"Formal or informal?"},{"role":"user","content":"formal"}]})"
    );
    EXPECT_EQ(derived.scenario, "translation");
}

TEST(DeriverScenarioTest, AToolsResultIsAStepOfAnAgent) {
    const Derived derived = TellScenario(
        R"({"messages":[{"role":"user","content":"Translate this letter into French"},)"
        R"({"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
        R"({"role":"tool","tool_call_id":"1","content":"done"}]})"
    );
    EXPECT_EQ(derived.scenario, "agent");
}

TEST(DeriverScenarioTest, WithoutWordsOrWithoutAModelThereIsNone) {
    EXPECT_EQ(TellScenario(R"({"messages":[{"role":"user","content":" "}]})").scenario, "");
    EXPECT_EQ(TellScenario("no json").scenario, "");
}

}  // namespace
}  // namespace sightglass::pipeline
