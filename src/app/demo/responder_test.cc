#include "app/demo/responder.h"

#include <string>

#include <gtest/gtest.h>

#include "app/demo/conversation.h"
#include "base/text.h"
#include "codec/json_writer.h"
#include "codec/sse.h"
#include "dialect/dialect.h"

namespace sightglass::demo {
namespace {

constexpr Time kNow = std::chrono::sys_days(std::chrono::November / 16 / 2026);

class ResponderTest : public testing::Test {
protected:
    ResponderTest() : responder_(QuietOptions()) {}

    static ResponderOptions QuietOptions() {
        ResponderOptions options;
        options.faults = kNoFaults;
        options.incidents.period = Duration(0);
        return options;
    }

    Reply Post(std::string_view target, std::string_view body) {
        ProviderRequest request;
        request.method = "POST";
        request.target = target;
        request.authorization = "Bearer sk-demo";
        request.body = body;
        return responder_.Respond(request, kNow);
    }

    static std::string BodyOf(const Reply& reply) {
        std::string body = reply.body;
        for (const Piece& piece : reply.pieces) {
            body += piece.bytes;
        }
        return body;
    }

    static std::string_view HeaderOf(const Reply& reply, std::string_view name) {
        for (const auto& [key, value] : reply.headers) {
            if (EqualsIgnoreCase(key, name)) {
                return value;
            }
        }
        return {};
    }

    /// What the gateway's dialect makes of the exchange.
    Call Exchanged(std::string_view target, std::string_view body) {
        const Reply reply = Post(target, body);
        const dialect::Dialect& openai = *dialect::FindDialect("openai");
        Call call;
        openai.ReadRequestLine("POST", target, call);
        dialect::RequestView request;
        request.method = "POST";
        request.path = target;
        request.content_type = "application/json";
        request.body = body;
        openai.ReadRequest(request, call);
        openai.ReadResponseHead(
            reply.status,
            [&reply](std::string_view name) { return HeaderOf(reply, name); },
            call
        );
        last_body_ = BodyOf(reply);
        if (!reply.stream) {
            dialect::BodyView view;
            view.http_status = reply.status;
            view.content_type = "application/json";
            view.body = last_body_;
            openai.ReadResponseBody(view, call);
            return call;
        }
        const auto reader = openai.NewStreamReader();
        codec::SseReader events;
        deltas_ = 0;
        const auto read = [&](const codec::SseEvent& event) {
            deltas_ +=
                event.data.find("\"delta\":{\"content\":\"") != std::string_view::npos ? 1 : 0;
            deltas_ += event.name == "response.output_text.delta" ? 1 : 0;
            reader->ReadEvent(event.name, event.data, kNow, call);
        };
        events.Feed(last_body_, read);
        reader->Finish(!reply.cut_off, call);
        return call;
    }

    Responder responder_;
    std::string last_body_;
    std::int64_t deltas_ = 0;
};

TEST_F(ResponderTest, AChatCompletionCarriesIdModelUsageAndLimits) {
    const Call call = Exchanged(
        "/v1/chat/completions",
        R"({"model":"gpt-5.4-nano","messages":[{"role":"user","content":"Where is my parcel?"}],"max_tokens":400})"
    );
    EXPECT_EQ(call.http_status, 200);
    EXPECT_TRUE(call.provider_response_id.starts_with("chatcmpl-"));
    EXPECT_TRUE(call.provider_request_id.starts_with("req_"));
    EXPECT_EQ(call.model, "gpt-5.4-nano-2026-03-17");
    EXPECT_EQ(call.organization, "northwind-guests");
    EXPECT_EQ(call.finish_reason, "stop");
    EXPECT_EQ(call.token_source, TokenSource::kProvider);
    EXPECT_EQ(call.InputTokens(), 4 + 4);  // Of the message itself, and: Where, is, my, parcel?
    EXPECT_EQ(
        call.output_tokens,
        static_cast<std::int64_t>(CountTokens(ReadAnswer(Operation::kChat, last_body_).text))
    );
    EXPECT_EQ(call.limit_requests, 5'000);
    EXPECT_EQ(call.remaining_requests, 4'999);
    EXPECT_TRUE(call.provider_us.has_value());
}

TEST_F(ResponderTest, AStreamSendsAsManyDeltasAsItCountsTokens) {
    const Call call = Exchanged(
        "/v1/chat/completions",
        R"({"model":"gpt-6-luna","stream":true,"stream_options":{"include_usage":true},)"
        R"("messages":[{"role":"user","content":"What is the weather for today?"}]})"
    );
    EXPECT_GT(deltas_, 1);
    EXPECT_EQ(call.output_tokens, deltas_);
    EXPECT_EQ(call.finish_reason, "stop");
    EXPECT_TRUE(call.first_token_at.has_value());
    EXPECT_TRUE(last_body_.ends_with("data: [DONE]\n\n"));
}

TEST_F(ResponderTest, AStreamStatesItsUsageOnlyWhereItWasAskedTo) {
    const Call call = Exchanged(
        "/v1/chat/completions",
        R"({"model":"gpt-6-luna","stream":true,"messages":[{"role":"user","content":"Hello"}]})"
    );
    EXPECT_FALSE(call.output_tokens.has_value());
    EXPECT_EQ(last_body_.find("\"usage\""), std::string::npos);
}

TEST_F(ResponderTest, AResponseStreamEndsWithTheWholeResponse) {
    const Call call = Exchanged(
        "/v1/responses",
        R"({"model":"gpt-6-luna","stream":true,"input":"What is new for the shop?"})"
    );
    EXPECT_TRUE(call.provider_response_id.starts_with("resp_"));
    EXPECT_EQ(call.operation, Operation::kResponse);
    EXPECT_EQ(call.output_tokens, deltas_);
    EXPECT_EQ(call.finish_reason, "stop");
}

TEST_F(ResponderTest, ReasoningIsPartOfTheOutput) {
    const Call call =
        Exchanged("/v1/responses", R"({"model":"gpt-6-astra","input":"Explain the figures."})");
    const auto visible =
        static_cast<std::int64_t>(CountTokens(ReadAnswer(Operation::kResponse, last_body_).text));
    ASSERT_TRUE(call.reasoning_tokens.has_value());
    EXPECT_EQ(call.output_tokens, visible + *call.reasoning_tokens);
}

TEST_F(ResponderTest, EmbeddingsAndLegacyCompletionsHaveTheirOwnUsage) {
    const Call embedding = Exchanged(
        "/v1/embeddings",
        R"({"model":"text-embedding-3-small","input":["red shoes","blue hat"]})"
    );
    EXPECT_EQ(embedding.fresh_input_tokens, 4 + 4);
    EXPECT_FALSE(embedding.output_tokens.has_value());
    const Call completion = Exchanged(
        "/v1/completions",
        R"({"model":"gpt-3.5-turbo-instruct","prompt":"Once upon a time","max_tokens":5})"
    );
    EXPECT_EQ(completion.output_tokens, 5);
    EXPECT_EQ(completion.finish_reason, "length");
}

TEST_F(ResponderTest, ALongPromptThatWasSentBeforeIsReadFromTheCache) {
    std::string first = R"({"model":"gpt-5.6-luna","messages":[{"role":"system","content":)";
    codec::AppendJsonString(Instructions("a test", 1500), first);
    first += R"(},{"role":"user","content":"One"}]})";
    std::string second = first;
    second.replace(second.find("One\"}]"), 6, "Two\"}]");
    const Call cold = Exchanged("/v1/chat/completions", first);
    const Call warm = Exchanged("/v1/chat/completions", second);
    EXPECT_EQ(cold.cached_input_tokens, 0);
    ASSERT_TRUE(warm.cached_input_tokens.has_value());
    EXPECT_GE(*warm.cached_input_tokens, 1408);
    EXPECT_EQ(*warm.cached_input_tokens % 128, 0);
    EXPECT_EQ(warm.InputTokens(), cold.InputTokens());
    EXPECT_GT(cold.cache_write_30m_tokens, warm.cache_write_30m_tokens.value_or(0));
}

TEST_F(ResponderTest, AForcedToolIsCalledWithItsParameters) {
    constexpr std::string_view kBody =
        R"({"model":"gpt-6-sol","tool_choice":"required","messages":[{"role":"user","content":"Order NW-1?"}],)"
        R"("tools":[{"type":"function","function":{"name":"look_up","parameters":{"type":"object","properties":)"
        R"({"order_id":{"type":"string"}}}}}]})";
    const Call call = Exchanged("/v1/chat/completions", kBody);
    const Heard heard = ReadAnswer(Operation::kChat, last_body_);
    ASSERT_EQ(heard.tool_calls.size(), 1U);
    EXPECT_EQ(heard.tool_calls[0].name, "look_up");
    EXPECT_NE(heard.tool_calls[0].arguments.find("order_id"), std::string::npos);
    EXPECT_EQ(call.finish_reason, "tool_calls");
}

TEST_F(ResponderTest, WholeAndStreamedToolCallsReadTheSame) {
    constexpr std::string_view kTools =
        R"("tool_choice":"required","input":"Order?","tools":[{"type":"function","name":"find","parameters":)"
        R"({"type":"object","properties":{"count":{"type":"integer"}}}}]})";
    Responder again(QuietOptions());
    const std::string whole =
        BodyOf(Post("/v1/responses", R"({"model":"gpt-6-sol",)" + std::string(kTools)));
    responder_ = std::move(again);
    const std::string streamed =
        BodyOf(Post("/v1/responses", R"({"model":"gpt-6-sol","stream":true,)" + std::string(kTools))
        );
    const Heard a = ReadAnswer(Operation::kResponse, whole);
    const Heard b = ReadStream(Operation::kResponse, streamed);
    ASSERT_EQ(a.tool_calls.size(), 1U);
    ASSERT_EQ(b.tool_calls.size(), 1U);
    EXPECT_EQ(a.tool_calls[0].arguments, b.tool_calls[0].arguments);
}

TEST_F(ResponderTest, TheSameRequestsGetTheSameAnswersFromTheSameSeed) {
    constexpr std::string_view kBody = R"({"model":"gpt-6-sol","input":"Hello there"})";
    const std::string first = BodyOf(Post("/v1/responses", kBody));
    const std::string second = BodyOf(Post("/v1/responses", kBody));
    EXPECT_NE(first, second);
    responder_ = Responder(QuietOptions());
    EXPECT_EQ(BodyOf(Post("/v1/responses", kBody)), first);
    EXPECT_EQ(BodyOf(Post("/v1/responses", kBody)), second);
}

TEST_F(ResponderTest, ErrorsAreReadAsWhatTheyAre) {
    EXPECT_EQ(
        Exchanged("/v1/chat/completions", R"({"model":"no-such-model","messages":[]})").error_type,
        ErrorType::kCallerModelUnknown
    );
    EXPECT_EQ(
        Exchanged("/v1/chat/completions", "garbage").error_type,
        ErrorType::kCallerInvalidRequest
    );
    for (const Fault fault :
         {Fault::kBadKey,
          Fault::kBadRequest,
          Fault::kTokenLimit,
          Fault::kRequestLimit,
          Fault::kServerError,
          Fault::kOverloaded}) {
        const ErrorAnswer answer = *DescribeError(fault, {});
        Call call;
        dialect::BodyView view;
        view.http_status = answer.http_status;
        const std::string body = R"({"error":{"message":"m","type":")" + answer.type +
                                 R"(","param":null,"code":)" +
                                 (answer.code.empty() ? "null" : "\"" + answer.code + "\"") + "}}";
        view.body = body;
        dialect::FindDialect("openai")->ReadResponseBody(view, call);
        EXPECT_EQ(call.error_type, answer.error_type) << answer.type << " " << answer.code;
    }
}

TEST_F(ResponderTest, KeysThatItDoesNotKnowAreRefused) {
    ProviderRequest request;
    request.method = "GET";
    request.target = "/v1/models";
    request.authorization = "Bearer sk-proj-somebody-else";
    EXPECT_EQ(responder_.Respond(request, kNow).status, 401);
    request.authorization = "";
    EXPECT_EQ(responder_.Respond(request, kNow).status, 401);
    const std::string key = "Bearer " + KeyOf(Services()[0]);
    request.authorization = key;
    const Reply reply = responder_.Respond(request, kNow);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(HeaderOf(reply, "openai-organization"), Services()[0].organization);
}

TEST_F(ResponderTest, LimitsAreReachedByRequestsAndPassWithTime) {
    constexpr std::string_view kBody = R"({"model":"gpt-6-astra","input":"Hi"})";
    const std::int64_t limit = FindModel("gpt-6-astra")->requests_per_min;
    for (std::int64_t i = 0; i < limit; ++i) {
        ASSERT_EQ(Post("/v1/responses", kBody).status, 200);
    }
    const Reply refused = Post("/v1/responses", kBody);
    EXPECT_EQ(refused.status, 429);
    EXPECT_FALSE(HeaderOf(refused, "retry-after").empty());
    EXPECT_EQ(HeaderOf(refused, "x-ratelimit-remaining-requests"), "0");
}

TEST_F(ResponderTest, FaultsHappenAboutAsOftenAsTheirRates) {
    ResponderOptions options = QuietOptions();
    options.faults.server_error = 0.2;
    options.faults.cut_off = 0.3;
    responder_ = Responder(options);
    int errors = 0;
    int cut_off = 0;
    for (int i = 0; i < 1000; ++i) {
        const Reply reply =
            Post("/v1/responses", R"({"model":"gpt-6-luna","stream":true,"input":"Hi"})");
        errors += reply.status == 500 ? 1 : 0;
        cut_off += reply.cut_off ? 1 : 0;
    }
    EXPECT_NEAR(errors, 200, 60);
    EXPECT_NEAR(cut_off, 300, 70);
}

TEST_F(ResponderTest, AnIncidentComesAtTheEndOfEachPeriod) {
    ResponderOptions options = QuietOptions();
    options.incidents = {.period = std::chrono::minutes(10), .length = std::chrono::minutes(1)};
    responder_ = Responder(options);
    const auto errors_at = [this](Duration since, const std::string& key) {
        const std::string authorization = "Bearer " + key;
        int errors = 0;
        for (int i = 0; i < 200; ++i) {
            ProviderRequest request{
                "POST",
                "/v1/responses",
                authorization,
                "",
                R"({"model":"gpt-6-luna","input":"Hi"})"};
            errors += responder_.Respond(request, kNow + since).status >= 500 ? 1 : 0;
        }
        return errors;
    };
    const std::string key = KeyOf(Services().front());
    constexpr Duration kOutage = std::chrono::minutes(9) + std::chrono::seconds(30);
    EXPECT_EQ(errors_at(Duration(0), key), 0);
    EXPECT_EQ(errors_at(std::chrono::minutes(5), key), 0);
    EXPECT_GT(errors_at(kOutage, key), 60);
    EXPECT_EQ(errors_at(kOutage, std::string(kGuestKey)), 0);  // Whoever tries it out is spared.
}

}  // namespace
}  // namespace sightglass::demo
