// What derive is told of the calls that pass.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/gateway/gateway_fixture.h"
#include "codec/compression.h"

namespace sightglass::capture {
namespace {

using ::testing::HasSubstr;

class GatewayDeriveTest : public GatewayFixture {
protected:
    static std::string Chunk(std::string_view data) {
        char size[20];
        std::snprintf(size, sizeof size, "%zx\r\n", data.size());
        return size + std::string(data) + "\r\n";
    }
};

TEST_F(GatewayDeriveTest, DeriveGetsConversationsWhereNoContentIsKept) {
    Start([](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send(Answer(kChatAnswer));
    });
    TestSocket client = Connect();
    const std::string request = ChatRequest();
    client.Send(request);
    client.ReadMessage();
    EXPECT_TRUE(journal.WaitForEnds(1).back().derived);
    EXPECT_TRUE(derive.Exchanges().empty());
    const auto ported = derive.Ported();
    ASSERT_EQ(ported.size(), 1U);
    EXPECT_EQ(ported[0].call_id, TheCall().call_id);
    EXPECT_EQ(ported[0].request_body, request.substr(request.find("\r\n\r\n") + 4));
    EXPECT_EQ(ported[0].response_body, kChatAnswer);
    EXPECT_TRUE(ported[0].work.threads);
    EXPECT_FALSE(ported[0].work.count_input);
    EXPECT_FALSE(ported[0].work.count_output);
}

TEST_F(GatewayDeriveTest, DeriveGetsLargeRequestsOfOneConnectionEachAsItWas) {
    Start([](TestSocket& socket) {
        for (int i = 0; i < 3; ++i) {
            socket.ReadMessage();
            socket.Send(Answer(kChatAnswer));
        }
    });
    std::vector<std::string> bodies;
    std::string requests;
    for (const char letter : {'a', 'b', 'c'}) {
        bodies.push_back(
            R"({"model":"gpt-5","messages":[{"role":"user","content":")" +
            std::string(30'000, letter) + "\"}]}"
        );
        requests +=
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            "application/json\r\nContent-Length: " +
            std::to_string(bodies.back().size()) + "\r\n\r\n" + bodies.back();
    }
    TestSocket client = Connect();
    client.Send(requests);  // At once: what follows a body lies in its memory.
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        client.ReadMessage();
    }
    journal.WaitForEnds(bodies.size());
    const auto ported = derive.Ported();
    ASSERT_EQ(ported.size(), bodies.size());
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        EXPECT_EQ(ported[i].request_body, bodies[i]);
    }
}

TEST_F(GatewayDeriveTest, DeriveIsAskedToCountWhatTheProviderDidNot) {
    Start([](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 1000\r\n\r\n"
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}\n\n"
        );
        socket.ReadMessage();
    });
    TestSocket client = Connect();
    client.Send(ChatRequest());
    client.ReadUntil("}}]}\n\n");
    client.Close();
    EXPECT_TRUE(journal.WaitForEnds(1).back().derived);
    const auto ported = derive.Ported();
    ASSERT_EQ(ported.size(), 1U);
    EXPECT_TRUE(ported[0].work.count_input);
    EXPECT_TRUE(ported[0].work.count_output);
    EXPECT_EQ(ported[0].response_format, codec::StreamFormat::kServerSentEvents);
    EXPECT_THAT(ported[0].response_body, HasSubstr("Hel"));
}

TEST_F(GatewayDeriveTest, OfOtherCallsNothingIsCopiedWhereNoContentIsKept) {
    Start([](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send(Answer("{\"data\":[]}"));
    });
    TestSocket client = Connect();
    client.Send("GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.ReadMessage();
    EXPECT_FALSE(journal.WaitForEnds(1).back().derived);
    EXPECT_TRUE(derive.Ported().empty());
    EXPECT_TRUE(derive.Exchanges().empty());
}

TEST_F(GatewayDeriveTest, DeriveGetsBothBodies) {
    derive.capture.others.policy = pipeline::CapturePolicy::kRedacted;
    const std::string compressed = codec::CompressGzip(kChatAnswer);
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
            "Transfer-Encoding: chunked\r\n\r\n" +
            Chunk(compressed) + "0\r\n\r\n"
        );
        socket.ReadMessage();
    });
    TestSocket client = Connect();
    const std::string request = ChatRequest();
    client.Send(request);
    client.ReadMessage();
    client.Close();
    gateway->Stop();
    const auto exchanges = derive.Exchanges();
    ASSERT_EQ(exchanges.size(), 1U);
    EXPECT_EQ(exchanges[0].call_id, TheCall().call_id);
    EXPECT_EQ(exchanges[0].dialect, "openai");
    EXPECT_EQ(exchanges[0].request_body, request.substr(request.find("\r\n\r\n") + 4));
    EXPECT_EQ(exchanges[0].response_body, compressed);
    EXPECT_EQ(exchanges[0].response_encoding, "gzip");
    EXPECT_EQ(exchanges[0].response_content_type, "application/json");
    EXPECT_FALSE(exchanges[0].truncated);
}

}  // namespace
}  // namespace sightglass::capture
