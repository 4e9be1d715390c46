// What settings change while and before calls pass: usage that streams are asked for, and new settings.
#include <atomic>
#include <latch>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/gateway/gateway_relief_fixture.h"

namespace sightglass::capture {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class StreamUsageTest : public GatewayReliefTest {
protected:
    static constexpr std::string_view kStart =
        "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\","
        "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}],"
        "\"usage\":null}\n\n";
    static constexpr std::string_view kUsage =
        "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\","
        "\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7,"
        "\"total_tokens\":18}}\n\n";
    static constexpr std::string_view kDone = "data: [DONE]\n\n";

    static std::string Chunk(std::string_view bytes) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        std::string size;
        for (std::size_t left = bytes.size(); left > 0; left /= 16) {
            size.insert(size.begin(), kDigits[left % 16]);
        }
        return size + "\r\n" + std::string(bytes) + "\r\n";
    }

    static std::string Stream() {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
               "Transfer-Encoding: chunked\r\n\r\n" +
               Chunk(kStart) + Chunk(kUsage) + Chunk(kDone) + "0\r\n\r\n";
    }

    void StartAsking(Server& server) {
        Upstream asks{"openai", server.upstream.BaseUrl(), "openai", ""};
        asks.ask_stream_usage = true;
        StartWith({asks});
    }

    static std::string Payload(std::string chunked) {
        std::string payload;
        for (std::size_t at = 0;;) {
            const std::size_t size = std::stoul(chunked.substr(at), nullptr, 16);
            at = chunked.find("\r\n", at) + 2;
            if (size == 0) {
                return payload;
            }
            payload += chunked.substr(at, size);
            at += size + 2;
        }
    }
};

TEST_F(StreamUsageTest, IsAskedForAndTakenOutAgain) {
    Server server(*this, Stream());
    StartAsking(server);
    const std::string answer = Ask("Accept-Encoding: gzip\r\n", R"(,"stream":true)");
    EXPECT_EQ(Payload(BodyOf(answer)), std::string(kStart) + std::string(kDone));
    EXPECT_THAT(
        BodyOf(server.Last()),
        StartsWith(R"({"stream_options":{"include_usage":true},"model":"gpt-4o",)")
    );
    EXPECT_THAT(server.Last(), Not(HasSubstr("gzip")));
    const Call call = TheCall();
    EXPECT_EQ(call.fresh_input_tokens, 11);
    EXPECT_EQ(call.output_tokens, 7);
    EXPECT_EQ(call.status, CallStatus::kOk);
}

TEST_F(StreamUsageTest, StaysWhereTheCallerAsksItself) {
    Server server(*this, Stream());
    StartAsking(server);
    const std::string members = R"(,"stream":true,"stream_options":{"include_usage":true})";
    const std::string answer = Ask("Accept-Encoding: gzip\r\n", members);
    EXPECT_EQ(BodyOf(answer), BodyOf(Stream())) << "byte for byte";
    EXPECT_THAT(server.Last(), HasSubstr("gzip"));
    EXPECT_THAT(BodyOf(server.Last()), EndsWith(members + "}"));
}

TEST_F(StreamUsageTest, WhatOneCallAskedForTheNextKeeps) {
    Server server(*this, Stream());
    Upstream asks{"openai", server.upstream.BaseUrl(), "openai", ""};
    asks.ask_stream_usage = true;
    const Upstream plain{"plain", server.upstream.BaseUrl(), "openai", ""};
    StartWith({asks, plain});
    const std::string filtered = Ask("", R"(,"stream":true)");
    EXPECT_THAT(filtered, Not(HasSubstr("total_tokens")));
    std::string request = ChatRequest("Connection: close\r\n", R"(,"stream":true)");
    request.replace(request.find(" /v1/"), 5, " /plain/v1/");
    TestSocket client = Connect();
    client.Send(request);
    EXPECT_EQ(BodyOf(client.ReadAll()), BodyOf(Stream())) << "byte for byte";
}

TEST_F(StreamUsageTest, WhatIsNoStreamIsLeftAlone) {
    Server server(*this, Answer(kChatAnswer));
    StartAsking(server);
    EXPECT_EQ(BodyOf(Ask()), kChatAnswer);
    EXPECT_THAT(BodyOf(server.Last()), StartsWith(R"({"model")"));
    EXPECT_EQ(BodyOf(Ask("", R"(,"stream":true)")), kChatAnswer) << "nor is an answer that is none";
}

TEST_F(StreamUsageTest, OldClientsAndAnswersWithALengthAreServedToo) {
    const std::string payload = std::string(kStart) + std::string(kUsage) + std::string(kDone);
    Server server(
        *this,
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: " +
            std::to_string(payload.size()) + "\r\n\r\n" + payload
    );
    StartAsking(server);
    EXPECT_EQ(
        Payload(BodyOf(Ask("", R"(,"stream":true)"))),
        std::string(kStart) + std::string(kDone)
    );
    TestSocket old = Connect();
    const std::string body = R"({"model":"m","stream":true})";
    old.Send(
        "POST /v1/chat/completions HTTP/1.0\r\nHost: localhost\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body
    );
    const std::string answer = old.ReadAll();
    EXPECT_EQ(BodyOf(answer), std::string(kStart) + std::string(kDone));
    EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
}

class GatewayReloadTest : public GatewayReliefTest {};

TEST_F(GatewayReloadTest, NewCallsGoByTheNewSettingsAndOldOnesEndAsTheyBegan) {
    std::latch asked(1);
    std::latch reloaded(1);
    TestUpstream first([&](TestSocket& socket) {
        socket.ReadMessage();
        asked.count_down();
        reloaded.wait();
        socket.Send(Answer("\"first\""));
        socket.ReadMessage();
    });
    Server second(*this, Answer("\"second\""));
    StartWith({{"openai", first.BaseUrl(), "openai", ""}});
    TestSocket under_way = Connect();
    under_way.Send(ChatRequest());
    asked.wait();
    GatewayOptions changed = options;
    changed.upstreams = {{"other", second.upstream.BaseUrl(), "openai", ""}};
    ASSERT_TRUE(gateway->Reload(changed).Ok());
    TestSocket kept = Connect();
    kept.Send(ChatRequest());
    EXPECT_THAT(kept.ReadMessage(), EndsWith("\"second\""));
    reloaded.count_down();
    EXPECT_THAT(under_way.ReadMessage(), EndsWith("\"first\""));
    under_way.Send(ChatRequest());
    EXPECT_THAT(under_way.ReadMessage(), EndsWith("\"second\"")) << "on the same connection";
    EXPECT_EQ(gateway->GetTargets().at(0).upstream, "other");
}

TEST_F(GatewayReloadTest, SettingsThatAreNotAllowedChangeNothing) {
    Server only(*this, Answer("{}"));
    StartWith({{"openai", only.upstream.BaseUrl(), "openai", ""}});
    GatewayOptions changed = options;
    changed.upstreams = {{"openai", "ftp://x", "openai", ""}};
    EXPECT_FALSE(gateway->Reload(changed).Ok());
    EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 200"));
}

TEST_F(GatewayReloadTest, ConnectionsAndWhatIsKnownOfATargetThatStaysAreKept) {
    Server good(*this, Answer("{}"));
    StartGroup({Closed(), good.upstream.BaseUrl()});
    for (int i = 0; i < 12; ++i) {
        Ask();
    }
    ASSERT_EQ(gateway->GetTargets().at(0).state, "open");
    GatewayOptions changed = options;
    changed.upstreams.push_back({"new", "http://127.0.0.1:1", "openai", ""});
    ASSERT_TRUE(gateway->Reload(changed).Ok());
    EXPECT_EQ(gateway->GetTargets().at(0).state, "open");
    EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(good.upstream.Connections(), 1);
}

}  // namespace
}  // namespace sightglass::capture
