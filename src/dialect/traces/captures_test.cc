// Captures of real instrumentations (../shared/data/otlp), beside what their own attributes say, read
// here by another way.
#include <cstdio>
#include <filesystem>
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"
#include "dialect/traces/collected_spans.h"

namespace sightglass::dialect::traces {
namespace {

class CapturesTest : public testing::Test {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(Directory())) {
            std::printf("skipped: no captures at %s\n", Directory().c_str());
            GTEST_SKIP() << "the captures are not beside the tree";
        }
    }

    static Path Directory() { return Path(SIGHTGLASS_SOURCE_DIR) / "../shared/data/otlp"; }

    static std::string Bytes(const char* name) {
        auto bytes = ReadFile(Directory() / name);
        EXPECT_TRUE(bytes.Ok()) << name;
        return bytes.Ok() ? *bytes : std::string();
    }

    static CollectedSpans Read(const char* name, Signal signal = Signal::kTraces) {
        CollectedSpans collected;
        OtlpReader reader;
        const std::string bytes = Bytes(name);
        const bool json = std::string_view(name).ends_with(".json");
        const Status status = json ? reader.ReadJson(signal, bytes, collected)
                                   : reader.ReadProtobuf(signal, bytes, collected);
        EXPECT_TRUE(status.Ok()) << status.error().message;
        return collected;
    }

    /// What one attribute says, by span id, found by a walk over the JSON alone.
    static std::map<std::string, std::string> Said(const char* name, std::string_view wanted) {
        codec::JsonParser parser;
        const std::string bytes = Bytes(name);
        std::map<std::string, std::string> said;
        const auto root = parser.Parse(bytes);
        const auto spans = root->Get("resourceSpans").At(0).Get("scopeSpans").At(0).Get("spans");
        spans.ForEach([&](std::string_view, codec::JsonValue span) {
            span.Get("attributes").ForEach([&](std::string_view, codec::JsonValue attribute) {
                if (attribute.Get("key").String() == wanted) {
                    const auto value = attribute.Get("value");
                    const auto text = value.Get("stringValue").String();
                    said[std::string(*span.Get("spanId").String())] =
                        text ? std::string(*text)
                             : std::to_string(value.Get("intValue").Int().value_or(-1));
                }
                return true;
            });
            return true;
        });
        return said;
    }

    static std::int64_t Sum(const std::vector<Call>& calls, OptionalInt Call::*field) {
        return std::accumulate(
            calls.begin(),
            calls.end(),
            std::int64_t{0},
            [field](std::int64_t sum, const Call& call) { return sum + (call.*field).value_or(0); }
        );
    }

    static std::string TextOf(const OptionalInt& number) {
        return number ? std::to_string(*number) : std::string();
    }
};

TEST_F(CapturesTest, EachOpenTelemetrySpanSaysWhatItsAttributesSay) {
    constexpr const char* kName = "otel-openai-json/001-traces.json";
    const std::vector<Call> calls = Read(kName).Calls();
    ASSERT_EQ(calls.size(), 33U);
    auto input = Said(kName, "gen_ai.usage.input_tokens");
    auto output = Said(kName, "gen_ai.usage.output_tokens");
    auto ids = Said(kName, "gen_ai.response.id");
    auto models = Said(kName, "gen_ai.response.model");
    auto requested = Said(kName, "gen_ai.request.model");
    auto operations = Said(kName, "gen_ai.operation.name");
    for (const Call& call : calls) {
        EXPECT_EQ(TextOf(call.InputTokens()), input[call.span_id]);
        EXPECT_EQ(TextOf(call.output_tokens), output[call.span_id]);
        EXPECT_EQ(call.provider_response_id, ids[call.span_id]);
        EXPECT_EQ(call.model, models[call.span_id]);
        EXPECT_EQ(call.model_requested, requested[call.span_id]);
        EXPECT_EQ(
            call.operation,
            operations[call.span_id] == "embeddings" ? Operation::kEmbedding : Operation::kChat
        );
        EXPECT_EQ(call.provider, "openai");
        EXPECT_EQ(call.service, "support-bot");
        EXPECT_EQ(call.sdk, "@opentelemetry/instrumentation-openai 0.21.0");
        EXPECT_EQ(call.source, Source::kOtlp);
        EXPECT_LT(call.started_at, call.ended_at);
        EXPECT_TRUE(call.repairs.empty());
    }
}

TEST_F(CapturesTest, FailuresAreNamedByTheirKind) {
    std::map<std::string, int> kinds;
    for (const Call& call : Read("otel-openai-json/001-traces.json").Calls()) {
        if (call.error_type) {
            EXPECT_EQ(call.status, CallStatus::kError);
            ++kinds[std::string(ToString(*call.error_type)) + " " + TextOf(call.http_status)];
        }
    }
    EXPECT_EQ(
        kinds,
        (std::map<std::string, int>{
            {"caller_invalid_request 400", 1},
            {"caller_model_unknown 404", 3}})
    );
}

TEST_F(CapturesTest, ProtobufOfTheSameRunHasTheSameTotals) {
    const std::vector<Call> json = Read("otel-openai-json/001-traces.json").Calls();
    const std::vector<Call> protobuf = Read("otel-openai-pb/001-traces.pb").Calls();
    ASSERT_EQ(protobuf.size(), json.size());
    EXPECT_EQ(Sum(json, &Call::output_tokens), Sum(protobuf, &Call::output_tokens));
    EXPECT_EQ(Sum(json, &Call::fresh_input_tokens), Sum(protobuf, &Call::fresh_input_tokens));
    for (std::size_t i = 0; i < json.size(); ++i) {
        EXPECT_EQ(json[i].provider_response_id, protobuf[i].provider_response_id);
        EXPECT_EQ(json[i].model, protobuf[i].model);
        EXPECT_EQ(json[i].finish_reason, protobuf[i].finish_reason);
        EXPECT_EQ(json[i].params, protobuf[i].params);
    }
}

TEST_F(CapturesTest, EveryCutOfTheProtobufIsRefusedOrWhole) {
    const std::string bytes = Bytes("otel-openai-pb/001-traces.pb");
    OtlpReader reader;
    std::size_t refused = 0;
    for (std::size_t cut = 1; cut < bytes.size(); cut += 37) {
        CollectedSpans collected;
        refused +=
            reader.ReadProtobuf(Signal::kTraces, std::string_view(bytes).substr(0, cut), collected)
                    .Ok()
                ? 0U
                : 1U;
    }
    EXPECT_EQ(refused, (bytes.size() - 2) / 37 + 1);
}

TEST_F(CapturesTest, TraceloopSpansHaveTokensAndContent) {
    constexpr const char* kName = "traceloop-openai-json/001-traces.json";
    const CollectedSpans collected = Read(kName);
    ASSERT_EQ(collected.Calls().size(), 26U);
    auto input = Said(kName, "gen_ai.usage.input_tokens");
    auto messages = Said(kName, "gen_ai.input.messages");
    auto answers = Said(kName, "gen_ai.output.messages");
    auto tools = Said(kName, "gen_ai.tool.definitions");
    for (const CollectedSpans::Item& item : collected.items) {
        EXPECT_EQ(TextOf(item.call.InputTokens()), input[item.call.span_id]);
        EXPECT_EQ(item.content.OutputText(), answers[item.call.span_id]);
        if (tools[item.call.span_id].empty()) {
            EXPECT_EQ(item.content.InputText(), messages[item.call.span_id]);
        } else {
            EXPECT_NE(item.content.InputText().find("\"tools\":["), std::string::npos);
        }
    }
}

TEST_F(CapturesTest, OfVercelsSpansOnlyTheInnerOnesAreCalls) {
    constexpr const char* kName = "vercel-ai-json/001-traces.json";
    const CollectedSpans collected = Read(kName);
    ASSERT_EQ(collected.items.size(), 12U);
    const std::vector<Call> calls = collected.Calls();
    ASSERT_EQ(calls.size(), 6U);
    auto prompt = Said(kName, "ai.usage.promptTokens");
    auto tokens = Said(kName, "ai.usage.tokens");
    for (const Call& call : calls) {
        const std::string said = prompt[call.span_id] + tokens[call.span_id];
        EXPECT_EQ(TextOf(call.InputTokens()), said);
        EXPECT_EQ(call.user, "u-42");
        EXPECT_EQ(call.session_id, "s-7");
        EXPECT_EQ(call.provider, "openai");
        EXPECT_FALSE(call.parent_span_id.empty());
        EXPECT_NE(
            std::find(
                call.tags.begin(),
                call.tags.end(),
                std::pair<std::string, std::string>("prod", "true")
            ),
            call.tags.end()
        );
    }
    EXPECT_EQ(
        std::count_if(
            calls.begin(),
            calls.end(),
            [](const Call& c) { return c.ttft_us || c.first_token_at; }
        ),
        1
    );
}

TEST_F(CapturesTest, LogRecordsHoldWhatWasSaid) {
    const CollectedSpans collected = Read("otel-openai-json/002-logs.json", Signal::kLogs);
    std::map<std::string, SpanContent> by_span;
    for (const auto& [place, content] : collected.logs) {
        ASSERT_TRUE(place.IsValid());
        by_span[ToHex(place.span_id)].Append(content);
    }
    EXPECT_EQ(by_span.size(), 30U);
    EXPECT_EQ(
        by_span["9bbc706d9f0d4f5d"].InputText(),
        R"([{"content":"Say this is a test","role":"user"}])"
    );
    EXPECT_EQ(
        by_span["9bbc706d9f0d4f5d"].OutputText(),
        R"([{"finish_reason":"stop","index":0,"message":{"content":"This is a test. How can I assist you further?"}}])"
    );
    codec::JsonParser parser;
    for (const auto& [span, content] : by_span) {
        EXPECT_TRUE(parser.Parse(content.InputText()).Ok()) << content.InputText();
    }
}

TEST_F(CapturesTest, MetricsAreCounted) {
    EXPECT_GT(Read("otel-openai-json/003-metrics.json", Signal::kMetrics).data_points, 10U);
    EXPECT_EQ(Read("opentelemetry-proto/examples/metrics.json", Signal::kMetrics).data_points, 4U);
}

TEST_F(CapturesTest, ASpanThatIsNoWorkOfModelsIsNothing) {
    const CollectedSpans collected = Read("opentelemetry-proto/examples/trace.json");
    ASSERT_EQ(collected.items.size(), 1U);
    EXPECT_EQ(collected.items[0].role, SpanRole::kNone);
}

}  // namespace
}  // namespace sightglass::dialect::traces
