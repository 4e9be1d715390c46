// What is recorded of the calls that pass, and when.
#include <atomic>
#include <latch>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/gateway/gateway_fixture.h"
#include "codec/compression.h"

namespace sightglass::capture {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

class GatewayRecordTest : public GatewayFixture {
protected:
    static std::string Chunk(std::string_view data) {
        char size[20];
        std::snprintf(size, sizeof size, "%zx\r\n", data.size());
        return size + std::string(data) + "\r\n";
    }

    static std::string Event(std::string_view json) {
        return "data: " + std::string(json) + "\n\n";
    }

    static std::string StreamHead(std::string_view headers = "") {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + std::string(headers) +
               "Transfer-Encoding: chunked\r\n\r\n";
    }

    static constexpr std::string_view kFirst =
        R"({"id":"chatcmpl-7","object":"chat.completion.chunk","model":"gpt-4o-x","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})";
    static constexpr std::string_view kToken =
        R"({"id":"chatcmpl-7","object":"chat.completion.chunk","model":"gpt-4o-x","choices":[{"index":0,"delta":{"content":"word "}}]})";
    static constexpr std::string_view kLast =
        R"({"id":"chatcmpl-7","object":"chat.completion.chunk","model":"gpt-4o-x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})";
    static constexpr std::string_view kUsage =
        R"({"id":"chatcmpl-7","object":"chat.completion.chunk","model":"gpt-4o-x","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":900,"total_tokens":905}})";

    /// All events of a long stream.
    static std::string LongStream(int tokens) {
        std::string events = Event(kFirst);
        for (int i = 0; i < tokens; ++i) {
            events += Event(kToken);
        }
        return events + Event(kLast) + Event(kUsage) + Event("[DONE]");
    }

    static void ExpectLongStream(const Call& call) {
        EXPECT_EQ(call.status, CallStatus::kOk);
        EXPECT_EQ(call.provider_response_id, "chatcmpl-7");
        EXPECT_EQ(call.model, "gpt-4o-x");
        EXPECT_EQ(call.finish_reason, "stop");
        EXPECT_EQ(call.output_tokens, 900);
        EXPECT_EQ(call.fresh_input_tokens.value_or(0) + call.cached_input_tokens.value_or(0), 5);
        EXPECT_TRUE(call.first_token_at.has_value());
        EXPECT_TRUE(call.ttft_us.has_value());
    }
};

TEST_F(GatewayRecordTest, RecordsAWholeCall) {
    Start([](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send(Answer(
            kChatAnswer,
            "x-request-id: req_1\r\nopenai-processing-ms: 12\r\nSet-Cookie: secret=1\r\n"
            "x-ratelimit-remaining-requests: 99\r\n"
        ));
    });
    TestSocket client = Connect();
    client.Send(ChatRequest(
        "Authorization: Bearer sk-proj-abcdefghijklmnopqrstuvwx\r\n"
        "User-Agent: OpenAI/JS 7.57.0\r\nX-Stainless-Lang: js\r\n"
        "X-Stainless-Package-Version: 7.57.0\r\nCookie: private=1\r\n"
        "X-Sightglass-Team: search\r\nX-Sightglass-Tag-Feature: answers\r\n"
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n",
        R"(,"temperature":0.5)"
    ));
    client.ReadMessage();
    const std::vector<Appended> records = journal.WaitForEnds(1);
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].type, journal::RecordType::kCallBegin);
    EXPECT_EQ(records[0].call.call_id, records[1].call.call_id);
    EXPECT_EQ(records[0].call.model_requested, "gpt-4o");
    EXPECT_EQ(records[0].call.status, std::nullopt);
    const Call& call = records[1].call;
    EXPECT_EQ(call.source, Source::kGateway);
    EXPECT_EQ(call.provider, "openai");
    EXPECT_EQ(call.upstream, "openai");
    EXPECT_EQ(call.operation, Operation::kChat);
    EXPECT_EQ(call.endpoint, "/v1/chat/completions");
    EXPECT_EQ(call.method, "POST");
    EXPECT_EQ(call.status, CallStatus::kOk);
    EXPECT_EQ(call.http_status, 200);
    EXPECT_EQ(call.model, "gpt-4o-2024-08-06");
    EXPECT_EQ(call.output_tokens, 7);
    EXPECT_EQ(call.provider_request_id, "req_1");
    EXPECT_EQ(call.provider_us, 12'000);
    EXPECT_EQ(call.remaining_requests, 99);
    EXPECT_EQ(call.team, "search");
    EXPECT_THAT(call.tags, Contains(Pair("feature", "answers")));
    EXPECT_EQ(call.sdk, "openai-js 7.57.0");
    EXPECT_EQ(call.trace_id, "0af7651916cd43dd8448eb211c80319c");
    EXPECT_EQ(call.client_ip, "127.0.0.1");
    EXPECT_EQ(call.api_key.size(), 32U);
    EXPECT_THAT(call.api_key_label, ::testing::EndsWith("uvwx"));
    EXPECT_THAT(call.request_headers, HasSubstr("user-agent: OpenAI/JS 7.57.0\n"));
    EXPECT_THAT(call.response_headers, HasSubstr("x-request-id: req_1"));
    EXPECT_THAT(call.request_headers + call.response_headers, Not(HasSubstr("cookie")));
    EXPECT_THAT(call.request_headers, Not(HasSubstr("sk-proj")));
    EXPECT_EQ(call.response_bytes, static_cast<std::int64_t>(kChatAnswer.size()));
    EXPECT_GE(*call.ended_at, *call.started_at);
    EXPECT_EQ((*call.ended_at - *call.started_at).count(), call.latency_us);
    EXPECT_TRUE(call.gateway_us.has_value());
    ASSERT_EQ(call.attempts.size(), 1U);
    EXPECT_EQ(call.attempts[0].target, "openai");
    EXPECT_EQ(call.attempts[0].http_status, 200);
    EXPECT_EQ(gateway->GetStats().calls, 1U);
    EXPECT_EQ(gateway->GetStats().in_flight, 0);
}

TEST_F(GatewayRecordTest, TheBeginRecordComesBeforeTheFirstByteUpstream) {
    std::atomic<std::size_t> begun = 0;
    Start([&](TestSocket& socket) {
        socket.Read(1);
        begun = journal.Count(journal::RecordType::kCallBegin);
        socket.ReadMessage();
        socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc");
        socket.Read(1);  // The test says go on.
        socket.Send("d");
    });
    TestSocket client = Connect();
    client.Send(ChatRequest());
    EXPECT_THAT(client.ReadUntil("abc"), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(begun, 1U);
    EXPECT_EQ(journal.Count(journal::RecordType::kCallEnd), 0U);
}

TEST_F(GatewayRecordTest, TheEndRecordComesBeforeTheLastByteOfEveryKindOfBody) {
    const std::string head = "HTTP/1.1 200 OK\r\n";

    struct Case {
        std::string but_the_last;
        std::string last;
    };

    const std::vector<Case> cases{
        {head + "Content-Length: 4\r\n\r\nabc", "d"},
        {head + "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r", "\n"},
        {StreamHead() + Chunk(Event(kFirst)), Chunk(Event("[DONE]"))},
        {head + "\r\nabcd", ""},
    };
    for (const Case& body : cases) {
        SCOPED_TRACE(body.but_the_last);
        std::latch go_on(1);
        Start([&](TestSocket& socket) {
            socket.ReadMessage();
            socket.Send(body.but_the_last);
            go_on.wait();
            socket.Send(body.last);
        });
        const std::size_t before = journal.Count(journal::RecordType::kCallEnd);
        TestSocket client = Connect();
        client.Send(ChatRequest());
        client.ReadUntil("\r\n\r\n");
        const std::size_t body_begin = body.but_the_last.find("\r\n\r\n") + 4;
        client.Read(body.but_the_last.size() - body_begin);
        EXPECT_EQ(journal.Count(journal::RecordType::kCallEnd), before);
        go_on.count_down();
        if (body.last.empty()) {
            client.ReadAll();
        } else {
            client.Read(body.last.size());
        }
        EXPECT_EQ(journal.Count(journal::RecordType::kCallEnd), before + 1);
        gateway = nullptr;
        options.upstreams.clear();
    }
}

TEST_F(GatewayRecordTest, ReadsLongStreams) {
    const std::string events = LongStream(900);
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send(StreamHead());
        for (std::size_t at = 0; at < events.size(); at += 1000) {
            socket.Send(Chunk(events.substr(at, 1000)));
        }
        socket.Send("0\r\n\r\n");
    });
    TestSocket client = Connect();
    client.Send(ChatRequest("", R"(,"stream":true)"));
    client.ReadMessage();
    const Call call = TheCall();
    ExpectLongStream(call);
    EXPECT_EQ(call.stream, true);
    EXPECT_EQ(call.response_bytes, static_cast<std::int64_t>(events.size()));
}

TEST_F(GatewayRecordTest, ReadsStreamsThatComeByteByByte) {
    const std::string answer = StreamHead() + Chunk(LongStream(20)) + "0\r\n\r\n";
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        for (const char& c : answer) {
            socket.Send({&c, 1});
        }
    });
    TestSocket client = Connect();
    client.Send(ChatRequest("", R"(,"stream":true)"));
    EXPECT_EQ(WithoutCallId(client.ReadMessage()), answer);
    ExpectLongStream(TheCall());
}

TEST_F(GatewayRecordTest, ReadsCompressedAnswersAndPassesThemUntouched) {
    const std::string body = codec::CompressGzip(kChatAnswer);
    const std::string stream = codec::CompressGzip(LongStream(900));
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send(Answer(body, "Content-Encoding: gzip\r\n"));
        socket.ReadMessage();
        socket.Send(StreamHead("Content-Encoding: gzip\r\n"));
        for (std::size_t at = 0; at < stream.size(); at += 100) {
            socket.Send(Chunk(stream.substr(at, 100)));
        }
        socket.Send("0\r\n\r\n");
    });
    TestSocket client = Connect();
    client.Send(ChatRequest("Accept-Encoding: gzip\r\n"));
    EXPECT_THAT(client.ReadMessage(), ::testing::EndsWith("\r\n\r\n" + body));
    client.Send(ChatRequest("Accept-Encoding: gzip\r\n", R"(,"stream":true)"));
    client.ReadMessage();
    const std::vector<Appended> records = journal.WaitForEnds(2);
    EXPECT_EQ(records[1].call.output_tokens, 7);
    ExpectLongStream(records[3].call);
    EXPECT_EQ(records[3].call.response_bytes, static_cast<std::int64_t>(stream.size()));
}

TEST_F(GatewayRecordTest, ReadsTheEndOfBodiesThatAreLargerThanItKeeps) {
    options.recorded_body_bytes_max = 4096;
    std::string body =
        R"({"id":"chatcmpl-1","object":"chat.completion","model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"content":")";
    body += std::string(300'000, 'x') +
            R"("}}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}})";
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send(Answer(body));
    });
    TestSocket client = Connect();
    client.Send(ChatRequest());
    EXPECT_EQ(WithoutCallId(client.ReadMessage()), Answer(body));
    const Call call = TheCall();
    EXPECT_EQ(call.provider_response_id, "chatcmpl-1");
    EXPECT_EQ(call.output_tokens, 4);
}

TEST_F(GatewayRecordTest, AClientThatHasAllItWantsMayGo) {
    Start([](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send(StreamHead() + Chunk(LongStream(20)));
        socket.PeerEnds();
    });
    TestSocket client = Connect();
    client.Send(ChatRequest("", R"(,"stream":true)"));
    client.ReadUntil("[DONE]\n\n");
    client.Abort();
    ExpectLongStream(TheCall());
}

TEST_F(GatewayRecordTest, AnErrorOfTheUpstreamIsAnError) {
    Start([](TestSocket& socket) {
        socket.ReadMessage();
        const std::string body =
            R"({"error":{"message":"Rate limit reached for a@example.com","type":"requests","param":null,"code":"rate_limit_exceeded"}})";
        socket.Send(
            "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body
        );
    });
    TestSocket client = Connect();
    client.Send(ChatRequest());
    EXPECT_THAT(client.ReadMessage(), HasSubstr("a@example.com"));
    const Call call = TheCall();
    EXPECT_EQ(call.status, CallStatus::kError);
    EXPECT_EQ(call.http_status, 429);
    EXPECT_EQ(call.error_type, ErrorType::kProviderRateLimited);
    EXPECT_EQ(call.error_code, "rate_limit_exceeded");
    EXPECT_EQ(call.error_message, "Rate limit reached for [email]");
}

TEST_F(GatewayRecordTest, NothingSecretGetsIntoTheRecord) {
    constexpr std::string_view kSecret = "sk-proj-Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8";
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send(Answer(
            R"({"id":"chatcmpl-1","object":"chat.completion","model":")" + std::string(kSecret) +
                R"(","choices":[]})",
            "x-request-id: " + std::string(kSecret) + "\r\n"
        ));
    });
    TestSocket client = Connect();
    const std::string body =
        R"({"model":")" + std::string(kSecret) + R"(","user":")" + std::string(kSecret) + R"("})";
    client.Send(
        "POST /v1/chat/completions/" + std::string(kSecret) + "?key=" + std::string(kSecret) +
        " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: " + std::string(kSecret) +
        "\r\nAuthorization: Bearer " + std::string(kSecret) + "\r\nx-sightglass-service: " +
        std::string(kSecret) + "\r\nx-sightglass-tag-a: " + std::string(kSecret) +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body
    );
    client.ReadMessage();
    for (const Appended& record : journal.WaitForEnds(1)) {
        std::string bytes(EncodedSize(record.call), '\0');
        EncodeCall(record.call, bytes.data());
        EXPECT_THAT(bytes, Not(HasSubstr("Ab1Cd2Ef3")));
    }
}

/// All that is recorded of it.
std::string BytesOf(const Call& call) {
    std::string bytes(EncodedSize(call), '\0');
    EncodeCall(call, bytes.data());
    return bytes;
}

TEST_F(GatewayRecordTest, AKeyThatLooksLikeNoneIsTakenOutWhereverItIsRepeated) {
    constexpr std::string_view kKey = "Hunter42";
    derive.capture.others.policy = pipeline::CapturePolicy::kFull;
    Start([&](TestSocket& socket) {
        for (int i = 0; i < 3; ++i) {
            socket.ReadMessage();
            const std::string body =
                R"({"error":{"message":"Incorrect API key provided: Hunter42. See /Hunter42/.",)"
                R"("type":"invalid_request_error","code":"bad_Hunter42"}})";
            socket.Send(
                "HTTP/1.1 401 Unauthorized\r\nx-request-id: Hunter42\r\nopenai-echo: Bearer "
                "Hunter42\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body
            );
        }
    });
    TestSocket client = Connect();
    for (int i = 0; i < 3; ++i) {  // What is said again and again is remembered.
        const std::string body = R"({"model":"gpt-4o","user":"Hunter42"})";
        client.Send(
            "POST /v1/chat/completions/Hunter42 HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
            "Bearer "
            "Hunter42\r\nx-request-id: Hunter42\r\nUser-Agent: my-Hunter42\r\nx-sightglass-tag-a: "
            "Hunter42\r\nContent-Type: application/json\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body
        );
        EXPECT_THAT(client.ReadMessage(), HasSubstr("provided: Hunter42."));
    }
    for (const Appended& record : journal.WaitForEnds(3)) {
        EXPECT_THAT(BytesOf(record.call), Not(HasSubstr(kKey)));
    }
    EXPECT_EQ(TheCall().error_message, "Incorrect API key provided: [secret]. See /[secret]/.");
    EXPECT_EQ(TheCall().error_code, "bad_[secret]");
    client.Close();
    gateway->Stop();
    ASSERT_EQ(derive.Exchanges().size(), 3U);
    std::string said = "the key Hunter42";
    EXPECT_TRUE(derive.Exchanges()[2].secrets.RemoveFrom(said));
    EXPECT_EQ(said, "the key [secret]");
}

TEST_F(GatewayRecordTest, AKeyInTheQueryIsTakenOutToo) {
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        const std::string body =
            R"({"error":{"message":"no key a/b+c-8 at /v1/models?key=a%2Fb%2Bc-8","code":"x"}})";
        socket.Send(
            "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body
        );
    });
    TestSocket client = Connect();
    client.Send("GET /v1/models?key=a%2Fb%2Bc-8 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.ReadMessage();
    EXPECT_EQ(TheCall().error_message, "no key [secret] at /v1/models?key=[secret]");
}

}  // namespace
}  // namespace sightglass::capture
