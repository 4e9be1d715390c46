#include "dialect/traces/span_reader.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "dialect/traces/collected_spans.h"

namespace sightglass::dialect::traces {
namespace {

constexpr std::uint64_t kStartNs = 1'795'305'687'028'000'000;

AttributeValue Text(std::string_view text) {
    AttributeValue value;
    value.kind = ValueKind::kText;
    value.text = text;
    return value;
}

AttributeValue Int(std::int64_t number) {
    AttributeValue value;
    value.kind = ValueKind::kInt;
    value.number = number;
    return value;
}

class SpanReaderTest : public testing::Test {
protected:
    SpanReaderTest() {
        view_.place.trace_id.fill(1);
        view_.place.span_id.fill(2);
        view_.start_ns = kStartNs;
        view_.end_ns = kStartNs + 2'000'000'000;
    }

    SpanRole Read(const std::vector<Attribute>& attributes) {
        view_.attributes = attributes;
        content_ = {};
        return reader_.Read(view_, received_at_, call_, &content_);
    }

    SpanReader reader_;
    SpanView view_;
    Call call_;
    SpanContent content_;
    Time received_at_ = TimeFromMicros(1'795'305'700'000'000);
};

TEST_F(SpanReaderTest, TheThreeGenerationsOfOpenTelemetrySayTheSame) {
    ASSERT_EQ(
        Read(
            {{"gen_ai.system", Text("openai")},
             {"gen_ai.request.model", Text("gpt-4o")},
             {"gen_ai.usage.prompt_tokens", Int(100)},
             {"gen_ai.usage.completion_tokens", Int(7)}}
        ),
        SpanRole::kCall
    );
    EXPECT_EQ(call_.fresh_input_tokens, 100);
    EXPECT_EQ(call_.output_tokens, 7);
    ASSERT_EQ(
        Read(
            {{"gen_ai.operation.name", Text("chat")},
             {"gen_ai.system", Text("az.ai.openai")},
             {"gen_ai.usage.input_tokens", Int(100)},
             {"gen_ai.usage.cache_read.input_tokens", Int(60)},
             {"gen_ai.usage.cache_creation.input_tokens", Int(30)}}
        ),
        SpanRole::kCall
    );
    EXPECT_EQ(call_.provider, "azure");
    EXPECT_EQ(call_.fresh_input_tokens, 10);
    EXPECT_EQ(call_.cached_input_tokens, 60);
    EXPECT_EQ(call_.cache_write_5m_tokens, 30);
    EXPECT_EQ(call_.InputTokens(), 100);
    EXPECT_EQ(call_.output_tokens, std::nullopt);
    ASSERT_EQ(
        Read(
            {{"gen_ai.operation.name", Text("chat")},
             {"gen_ai.provider.name", Text("anthropic")},
             {"gen_ai.usage.input_tokens", Text("100")},
             {"gen_ai.usage.cache_write.input_tokens", Int(30)},
             {"anthropic.usage.cache_creation.ephemeral_1h_input_tokens", Int(20)}}
        ),
        SpanRole::kCall
    );
    EXPECT_EQ(call_.fresh_input_tokens, 70);
    EXPECT_EQ(call_.cache_write_5m_tokens, 10);
    EXPECT_EQ(call_.cache_write_1h_tokens, 20);
}

TEST_F(SpanReaderTest, CachedTokensOutsideOfTheTotalAreSeenByTheNumbers) {
    Read(
        {{"gen_ai.operation.name", Text("chat")},
         {"gen_ai.usage.input_tokens", Int(5)},
         {"gen_ai.usage.cache_read.input_tokens", Int(1000)}}
    );
    EXPECT_EQ(call_.fresh_input_tokens, 5);
    EXPECT_EQ(call_.cached_input_tokens, 1000);
    Read(
        {{"gen_ai.operation.name", Text("chat")},
         {"gen_ai.usage.input_tokens", Int(2000)},
         {"gen_ai.usage.output_tokens", Int(10)},
         {"gen_ai.usage.total_tokens", Int(3010)},
         {"gen_ai.usage.cache_read_input_tokens", Int(1000)}}
    );
    EXPECT_EQ(call_.fresh_input_tokens, 2000);
}

TEST_F(SpanReaderTest, AnAgentThatRepeatsItsChildrensUsageIsNoCall) {
    EXPECT_EQ(
        Read(
            {{"gen_ai.operation.name", Text("invoke_agent")},
             {"gen_ai.agent.name", Text("planner")},
             {"gen_ai.usage.input_tokens", Int(100)}}
        ),
        SpanRole::kAgent
    );
    EXPECT_EQ(reader_.NamedThing(), "planner");
    EXPECT_EQ(call_.InputTokens(), std::nullopt);
    EXPECT_EQ(
        Read({{"ai.operationId", Text("ai.generateText")}, {"ai.usage.inputTokens", Int(9)}}),
        SpanRole::kChain
    );
    EXPECT_EQ(Read({{"http.request.method", Text("GET")}}), SpanRole::kNone);
}

TEST_F(SpanReaderTest, OpenInferenceIsRead) {
    ASSERT_EQ(
        Read(
            {{"openinference.span.kind", Text("LLM")},
             {"llm.system", Text("openai")},
             {"llm.model_name", Text("gpt-4o-2024-08-06")},
             {"llm.invocation_parameters",
              Text(R"({"model":"gpt-4o","temperature":0.5,"stream":true,"stop":["x"]})")},
             {"llm.token_count.prompt", Int(50)},
             {"llm.token_count.completion", Int(9)},
             {"llm.token_count.prompt_details.cache_read", Int(20)},
             {"llm.token_count.completion_details.reasoning", Int(4)},
             {"llm.cost.total", Text("0.25")},
             {"session.id", Text("s")},
             {"user.id", Text("u")},
             {"metadata", Text(R"({"team":"blue","n":3})")},
             {"llm.input_messages.10.message.content", Text("last")},
             {"llm.input_messages.2.message.role", Text("user")},
             {"llm.input_messages.2.message.contents.0.message_content.text", Text("hi")},
             {"llm.output_messages.0.message.content", Text("ho")}}
        ),
        SpanRole::kCall
    );
    EXPECT_EQ(call_.model_requested, "gpt-4o");
    EXPECT_EQ(call_.model, "gpt-4o-2024-08-06");
    EXPECT_EQ(call_.fresh_input_tokens, 30);
    EXPECT_EQ(call_.reasoning_tokens, 4);
    EXPECT_EQ(call_.cost, Money::FromNanoUsd(250'000'000));
    EXPECT_EQ(call_.cost_source, CostSource::kProvider);
    EXPECT_EQ(call_.params, R"({"temperature":0.5})");
    EXPECT_EQ(call_.stream, true);
    EXPECT_EQ(call_.user, "u");
    EXPECT_EQ(call_.session_id, "s");
    EXPECT_EQ(call_.tags, (Tags{{"team", "blue"}, {"n", "3"}}));
    EXPECT_EQ(
        content_.InputText(),
        R"([{"contents":[{"text":"hi"}],"role":"user"},{"content":"last"}])"
    );
    EXPECT_EQ(content_.OutputText(), R"([{"content":"ho"}])");
}

TEST_F(SpanReaderTest, TraceloopsFlatNamesAreRead) {
    ASSERT_EQ(
        Read(
            {{"llm.request.type", Text("completion")},
             {"gen_ai.system", Text("OpenAI")},
             {"gen_ai.usage.prompt_tokens", Int(5)},
             {"gen_ai.completion.0.finish_reason", Text("stop")},
             {"gen_ai.completion.0.content", Text("ho")},
             {"gen_ai.prompt.0.role", Text("user")},
             {"gen_ai.prompt.0.content", Text("hi")},
             {"llm.is_streaming", Text("true")},
             {"traceloop.association.properties.user_id", Text("u")},
             {"traceloop.association.properties.plan", Text("gold")}}
        ),
        SpanRole::kCall
    );
    EXPECT_EQ(call_.operation, Operation::kCompletion);
    EXPECT_EQ(call_.provider, "openai");
    EXPECT_EQ(call_.finish_reason, "stop");
    EXPECT_EQ(call_.stream, true);
    EXPECT_EQ(call_.user, "u");
    EXPECT_EQ(call_.tags, (Tags{{"plan", "gold"}}));
    EXPECT_EQ(content_.InputText(), R"([{"content":"hi","role":"user"}])");
    EXPECT_EQ(
        Read({{"traceloop.span.kind", Text("workflow")}, {"traceloop.entity.name", Text("w")}}),
        SpanRole::kChain
    );
}

TEST_F(SpanReaderTest, LangfusesBucketsHoldNothingTwice) {
    ASSERT_EQ(
        Read(
            {{"langfuse.observation.type", Text("generation")},
             {"langfuse.observation.model.name", Text("gpt-4o")},
             {"langfuse.observation.usage_details",
              Text(
                  R"({"input":40,"input_cached_tokens":60,"output":7,"output_reasoning_tokens":3,"total":110})"
              )},
             {"langfuse.observation.cost_details", Text(R"({"input":0.1,"total":0.3})")},
             {"langfuse.observation.completion_start_time", Text("\"2026-11-22T00:01:28.028Z\"")},
             {"langfuse.trace.tags", Text(R"(["prod"])")},
             {"langfuse.trace.metadata.tier", Text("1")},
             {"user.id", Text("u")}}
        ),
        SpanRole::kCall
    );
    EXPECT_EQ(call_.fresh_input_tokens, 40);
    EXPECT_EQ(call_.cached_input_tokens, 60);
    EXPECT_EQ(call_.output_tokens, 10);
    EXPECT_EQ(call_.reasoning_tokens, 3);
    EXPECT_EQ(call_.cost, Money::FromNanoUsd(300'000'000));
    EXPECT_EQ(*call_.first_token_at - *call_.started_at, std::chrono::seconds(1));
    EXPECT_EQ(call_.tags, (Tags{{"tier", "1"}, {"prod", "true"}}));
}

TEST_F(SpanReaderTest, OpenLitsOwnNamesAreRead) {
    ASSERT_EQ(
        Read(
            {{"gen_ai.operation.name", Text("chat")},
             {"gen_ai.usage.cost", Text("0.001")},
             {"gen_ai.application_name", Text("shop")},
             {"gen_ai.environment", Text("prod")},
             {"gen_ai.request.is_stream", Text("true")},
             {"gen_ai.server.time_to_first_token", Text("0.5")}}
        ),
        SpanRole::kCall
    );
    EXPECT_EQ(call_.cost, Money::FromNanoUsd(1'000'000));
    EXPECT_EQ(call_.service, "shop");
    EXPECT_EQ(call_.environment, "prod");
    EXPECT_EQ(*call_.first_token_at - *call_.started_at, std::chrono::milliseconds(500));
}

TEST_F(SpanReaderTest, TheSameSpanHasTheSameIdAndOthersHaveOthers) {
    Read({{"gen_ai.operation.name", Text("chat")}});
    const Uuid id = call_.call_id;
    EXPECT_EQ(ToString(id).substr(0, 13), "01a2008e-c7f4");
    EXPECT_EQ(ToString(id)[14], '7');
    Read({{"gen_ai.operation.name", Text("chat")}, {"gen_ai.usage.input_tokens", Int(1)}});
    EXPECT_EQ(call_.call_id, id);
    view_.place.span_id[7] = 3;
    Read({{"gen_ai.operation.name", Text("chat")}});
    EXPECT_NE(call_.call_id, id);
    view_.place.span_id[7] = 2;
    view_.place.trace_id[0] = 0;
    Read({{"gen_ai.operation.name", Text("chat")}});
    EXPECT_NE(call_.call_id, id);
}

TEST_F(SpanReaderTest, AbsurdTimesAreRepairedAndMarked) {
    const std::vector<Attribute> attributes{{"gen_ai.operation.name", Text("chat")}};
    view_.start_ns = 0;
    view_.end_ns = 1'000'000'000;  // 1970.
    Read(attributes);
    EXPECT_EQ(call_.ended_at, received_at_);
    EXPECT_EQ(*call_.ended_at - *call_.started_at, std::chrono::seconds(1));
    EXPECT_EQ(call_.repairs, kRepairedTime);
    const Uuid id = call_.call_id;
    received_at_ += std::chrono::hours(1);
    Read(attributes);
    EXPECT_EQ(call_.call_id, id);

    view_.start_ns = kStartNs;
    view_.end_ns = 7'300'000'000'000'000'000;  // 2201.
    Read(attributes);
    EXPECT_EQ(call_.ended_at, std::nullopt);
    EXPECT_EQ(call_.repairs, kRepairedTime);
}

TEST_F(SpanReaderTest, AClockThatIsAheadIsSetByTheReceiptAndALateSpanIsMarked) {
    const std::vector<Attribute> attributes{{"gen_ai.operation.name", Text("chat")}};
    const Time end = TimeFromMicros(static_cast<std::int64_t>((kStartNs + 2'000'000'000) / 1'000));
    received_at_ = end - std::chrono::hours(3);
    Read(attributes);
    EXPECT_EQ(call_.ended_at, received_at_);
    EXPECT_EQ(*call_.ended_at - *call_.started_at, std::chrono::seconds(2));
    EXPECT_EQ(call_.repairs, kRepairedTime);

    for (const auto& [late, mark] :
         {std::pair{-std::chrono::minutes(4), std::string_view()},
          std::pair{std::chrono::minutes(59), std::string_view()},
          std::pair{std::chrono::minutes(61), kLateSpan},
          std::pair{std::chrono::minutes(6 * 24 * 60), kLateSpan},
          std::pair{std::chrono::minutes(8 * 24 * 60), std::string_view()}}) {
        received_at_ = end + late;
        Read(attributes);
        EXPECT_EQ(call_.repairs, mark) << late.count();
        EXPECT_EQ(call_.ended_at, end);
    }
}

TEST_F(SpanReaderTest, BrokenTextsAndNumbersBreakNothing) {
    ASSERT_EQ(
        Read(
            {{"gen_ai.operation.name", Text("chat")},
             {"gen_ai.request.model", Text("gpt\xff-4")},
             {"gen_ai.usage.input_tokens", Int(-5)},
             {"gen_ai.usage.output_tokens", Text("many")},
             {"metadata", Text("{\"a\":")}}
        ),
        SpanRole::kCall
    );
    EXPECT_EQ(call_.model_requested, "gpt\xef\xbf\xbd-4");
    EXPECT_EQ(call_.InputTokens(), std::nullopt);
    EXPECT_EQ(call_.output_tokens, std::nullopt);
    EXPECT_TRUE(call_.tags.empty());
}

TEST_F(SpanReaderTest, AnExceptionEventSaysWhatFailed) {
    const std::vector<Attribute> exception{
        {"exception.type", Text("openai.RateLimitError")},
        {"exception.message", Text("slow down")}};
    const std::vector<EventView> events{{"exception", kStartNs, exception}};
    view_.events = events;
    view_.status_code = 2;
    Read({{"gen_ai.operation.name", Text("chat")}});
    EXPECT_EQ(call_.status, CallStatus::kError);
    EXPECT_EQ(call_.error_type, ErrorType::kProviderRateLimited);
    EXPECT_EQ(call_.error_message, "slow down");
    EXPECT_EQ(call_.error_code, "openai.RateLimitError");
}

}  // namespace
}  // namespace sightglass::dialect::traces
