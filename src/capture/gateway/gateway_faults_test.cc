// What goes wrong on either side: what the client sees, what is recorded, and that nothing else is disturbed.
#include <atomic>
#include <latch>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/gateway/gateway_fixture.h"

namespace sightglass::capture {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class GatewayFaultsTest : public GatewayFixture {
protected:
    /// The answer to one chat request.
    std::string Ask() {
        TestSocket client = Connect();
        client.Send(ChatRequest("Connection: close\r\n"));
        return client.ReadAll();
    }

    void ExpectFailure(const std::string& answer, int status, ErrorType type) {
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::to_string(status) + " "));
        EXPECT_THAT(answer, HasSubstr("x-sightglass-error: 1\r\n"));
        EXPECT_THAT(answer, HasSubstr("x-sightglass-call-id: "));
        EXPECT_THAT(answer, HasSubstr(R"({"error":{"message":")"));
        const Call call = TheCall();
        EXPECT_EQ(call.status, CallStatus::kError);
        EXPECT_EQ(call.http_status, status);
        EXPECT_EQ(call.error_type, type) << call.error_message;
        EXPECT_FALSE(call.error_code.empty());
        EXPECT_FALSE(call.error_message.empty());
        EXPECT_EQ(call.model_requested, "gpt-4o");
        EXPECT_EQ(journal.Count(journal::RecordType::kCallBegin), 1U);
        EXPECT_EQ(journal.Count(journal::RecordType::kCallEnd), 1U);
        EXPECT_EQ(gateway->GetStats().in_flight, 0);
    }
};

TEST_F(GatewayFaultsTest, AnUpstreamThatRefusesIsUnreachable) {
    StartBefore("http://127.0.0.1:" + std::to_string(ClosedPort()));
    ExpectFailure(Ask(), 502, ErrorType::kProviderUnreachable);
}

TEST_F(GatewayFaultsTest, AnUpstreamWhoseNameIsUnknownIsUnreachable) {
    StartBefore("http://name.invalid");
    ExpectFailure(Ask(), 502, ErrorType::kProviderUnreachable);
}

TEST_F(GatewayFaultsTest, AnUpstreamThatClosesWithoutAnAnswerIsUnreachable) {
    Start([](TestSocket& socket) { socket.ReadMessage(); });
    ExpectFailure(Ask(), 502, ErrorType::kProviderUnreachable);
    EXPECT_EQ(upstream->Connections(), 1) << "a new connection is not tried twice";
}

TEST_F(GatewayFaultsTest, AnUpstreamThatResetsAtOnceIsUnreachable) {
    Start([](TestSocket& socket) { socket.Abort(); });
    ExpectFailure(Ask(), 502, ErrorType::kProviderUnreachable);
}

TEST_F(GatewayFaultsTest, AnUpstreamThatHangsTimesOut) {
    options.first_byte_timeout = std::chrono::milliseconds(200);
    Start([](TestSocket& socket) {
        socket.ReadMessage();
        socket.PeerEnds();
    });
    ExpectFailure(Ask(), 504, ErrorType::kProviderTimeout);
}

TEST_F(GatewayFaultsTest, AnUpstreamThatAnswersNonsenseGivesABadAnswer) {
    for (const std::string_view nonsense :
         {"SSH-2.0-OpenSSH_9.2\r\n",
          "HTTP/1.1 abc\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
          "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a chunk"}) {
        SCOPED_TRACE(nonsense);
        Start([&](TestSocket& socket) {
            socket.ReadMessage();
            socket.Send(nonsense);
            socket.PeerEnds();
        });
        EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));
        gateway = nullptr;
        options.upstreams.clear();
    }
    for (const Appended& record : journal.WaitForEnds(5)) {
        if (record.type == journal::RecordType::kCallEnd) {
            EXPECT_EQ(record.call.error_type, ErrorType::kProviderBadAnswer);
        }
    }
}

TEST_F(GatewayFaultsTest, HeadersOfAnUpstreamAreBounded) {
    Start([](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send("HTTP/1.1 200 OK\r\nX: " + std::string(1 << 20, 'x'));
        socket.PeerEnds();
    });
    ExpectFailure(Ask(), 502, ErrorType::kProviderBadAnswer);
}

TEST_F(GatewayFaultsTest, AnAnswerThatIsCutOffCutsTheClientOff) {
    for (const std::string_view part :
         {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n"}) {
        Start([&](TestSocket& socket) {
            socket.ReadMessage();
            socket.Send(part);
        });
        TestSocket client = Connect();
        client.Send(ChatRequest());
        const std::string answer = client.ReadAll();
        EXPECT_THAT(answer, HasSubstr("part"));
        EXPECT_THAT(answer, Not(HasSubstr("\r\n0\r\n")));
        gateway = nullptr;
        options.upstreams.clear();
    }
    for (const Appended& record : journal.WaitForEnds(2)) {
        if (record.type == journal::RecordType::kCallEnd) {
            EXPECT_EQ(record.call.status, CallStatus::kInterrupted);
            EXPECT_EQ(record.call.http_status, 200);
            EXPECT_EQ(record.call.response_bytes, 4);
            EXPECT_EQ(record.call.error_type, ErrorType::kProviderBadAnswer);
        }
    }
}

TEST_F(GatewayFaultsTest, AnAnswerThatStallsCutsTheClientOff) {
    options.idle_timeout = std::chrono::milliseconds(200);
    Start([](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart");
        socket.PeerEnds();
    });
    EXPECT_THAT(Ask(), EndsWith("part"));
    const Call call = TheCall();
    EXPECT_EQ(call.status, CallStatus::kInterrupted);
    EXPECT_EQ(call.error_type, ErrorType::kProviderTimeout);
}

TEST_F(GatewayFaultsTest, AnIdleConnectionThatWasClosedIsReplaced) {
    std::atomic<int> connections = 0;
    Start([&](TestSocket& socket) {
        const bool first = ++connections == 1;
        socket.ReadMessage();
        socket.Send(Answer("{}"));
        if (first) {
            socket.ReadUntil("\r\n\r\n");  // Takes the second request, and is gone.
            socket.Abort();
        }
    });
    TestSocket client = Connect();
    client.Send(ChatRequest());
    client.ReadMessage();
    client.Send(ChatRequest());
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200"));
    const Call call = journal.WaitForEnds(2).back().call;
    EXPECT_EQ(call.status, CallStatus::kOk);
    ASSERT_EQ(call.attempts.size(), 2U);
    EXPECT_EQ(call.attempts[0].http_status, 0);
    EXPECT_EQ(call.attempts[1].http_status, 200);
    EXPECT_EQ(call.attempts[1].why, "stale_connection");
    EXPECT_EQ(journal.Count(journal::RecordType::kCallBegin), 2U);
}

TEST_F(GatewayFaultsTest, AnAnswerThatWasBegunIsNeverAskedForAgain) {
    std::atomic<int> connections = 0;
    Start([&](TestSocket& socket) {
        ++connections;
        socket.ReadMessage();
        socket.Send(Answer("{}"));
        socket.ReadMessage();
        socket.Send("HTTP/1.1 200");
    });
    TestSocket client = Connect();
    client.Send(ChatRequest());
    client.ReadMessage();
    client.Send(ChatRequest());
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 502"));
    EXPECT_EQ(connections, 1);
}

TEST_F(GatewayFaultsTest, AClientThatHangsUpCancelsTheCallUpstream) {
    std::latch asked(1);
    std::latch ended(1);
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        asked.count_down();
        EXPECT_TRUE(socket.PeerEnds());
        ended.count_down();
    });
    TestSocket client = Connect();
    client.Send(ChatRequest());
    asked.wait();
    client.Close();
    ended.wait();
    const Call call = TheCall();
    EXPECT_EQ(call.status, CallStatus::kCancelled);
    EXPECT_EQ(call.error_type, ErrorType::kCallerCancelled);
    EXPECT_EQ(call.http_status, std::nullopt);
    EXPECT_EQ(gateway->GetStats().in_flight, 0);
}

TEST_F(GatewayFaultsTest, AClientThatAbortsInTheMiddleOfAStreamCancelsIt) {
    std::latch ended(1);
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
            "data: "
            "{\"id\":\"chatcmpl-9\",\"object\":\"chat.completion.chunk\",\"model\":\"m\","
            "\"choices\":[]}\n\n"
        );
        EXPECT_TRUE(socket.PeerEnds());
        ended.count_down();
    });
    TestSocket client = Connect();
    client.Send(ChatRequest("", R"(,"stream":true)"));
    client.ReadUntil("\n\n");
    client.Abort();
    ended.wait();
    const Call call = TheCall();
    EXPECT_EQ(call.status, CallStatus::kCancelled);
    EXPECT_EQ(call.http_status, 200);
    EXPECT_EQ(call.provider_response_id, "chatcmpl-9") << "what has passed is read all the same";
}

TEST_F(GatewayFaultsTest, AClientThatGoesWithinItsRequestIsRecordedAndNothingIsForwarded) {
    Start([](TestSocket&) { ADD_FAILURE() << "nothing may reach the upstream"; });
    TestSocket client = Connect();
    const std::string request = ChatRequest();
    client.Send(request.substr(0, request.size() - 3));
    client.Close();
    EXPECT_EQ(TheCall().status, CallStatus::kCancelled);
    EXPECT_TRUE(TheCall().attempts.empty());
}

TEST_F(GatewayFaultsTest, AClientThatDoesNotSendItsBodyTimesOut) {
    options.idle_timeout = std::chrono::milliseconds(200);
    Start([](TestSocket&) {});
    TestSocket client = Connect();
    const std::string request = ChatRequest();
    client.Send(request.substr(0, request.size() - 3));
    EXPECT_THAT(client.ReadAll(), StartsWith("HTTP/1.1 408 "));
    EXPECT_EQ(TheCall().error_type, ErrorType::kCallerInvalidRequest);
}

TEST_F(GatewayFaultsTest, AChunkedBodyThatIsMalformedIsRefused) {
    Start([](TestSocket& socket) { socket.ReadAll(); });
    TestSocket client = Connect();
    client.Send(
        "POST /v1/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\nzz\r\n"
    );
    EXPECT_THAT(client.ReadAll(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
    EXPECT_EQ(TheCall().error_type, ErrorType::kCallerInvalidRequest);
}

TEST_F(GatewayFaultsTest, AnUpstreamMayAnswerBeforeItHasSeenTheWholeRequest) {
    Start([](TestSocket& socket) {
        socket.ReadUntil("\r\n\r\n");
        socket.Send(
            "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
        );
        socket.ShutdownWrite();
        socket.ReadAll();
    });
    TestSocket client = Connect();
    client.Send("POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\nabc"
    );
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 413 "));
    EXPECT_EQ(TheCall().http_status, 413);
}

TEST_F(GatewayFaultsTest, GarbageIsAnsweredAndTheConnectionClosed) {
    Start([](TestSocket&) {});

    struct Case {
        std::string bytes;
        std::string_view answer;
    };

    for (const Case& garbage :
         {Case{"\x16\x03\x01\x02", "HTTP/1.1 400 "},
          Case{"hello\r\n\r\n", "HTTP/1.1 400 "},
          Case{"GET /v1 HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n", "HTTP/1.1 400 "},
          Case{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 505 "},
          Case{"GET /v1 HTTP/1.1\r\nHost: a\r\nX: " + std::string(70'000, 'x'), "HTTP/1.1 431 "}}) {
        TestSocket client = Connect();
        client.Send(garbage.bytes);
        const std::string answer = client.ReadAll();
        EXPECT_THAT(answer, StartsWith(std::string(garbage.answer)));
        EXPECT_THAT(answer, HasSubstr("application/problem+json"));
    }
    EXPECT_EQ(gateway->GetStats().refused_requests, 5U);
    EXPECT_EQ(gateway->GetStats().calls, 0U);
}

TEST_F(GatewayFaultsTest, SlowHeadersAreGivenUp) {
    options.idle_timeout = std::chrono::milliseconds(200);
    Start([](TestSocket&) {});
    TestSocket client = Connect();
    client.Send("GET /v1/models HTTP/1.1\r\nHost: lo");
    EXPECT_TRUE(client.PeerEnds());
}

TEST_F(GatewayFaultsTest, TrafficGoesOnWhenNothingCanBeRecorded) {
    journal.full = true;
    Start([](TestSocket& socket) {
        for (int i = 0; i < 2; ++i) {
            socket.ReadMessage();
            socket.Send(Answer("{}"));
        }
    });
    TestSocket client = Connect();
    for (int i = 0; i < 2; ++i) {
        client.Send(ChatRequest());
        EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200"));
    }
    EXPECT_EQ(gateway->GetStats().unrecorded_calls, 2U);
}

TEST_F(GatewayFaultsTest, AClientThatReadsSlowlyHoldsTheUpstreamBack) {
    std::atomic<std::size_t> sent = 0;
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n");
        for (int i = 0; i < 64; ++i) {
            socket.Send(std::string(1 << 20, 'x'));
            ++sent;
        }
    });
    TestSocket client = Connect();
    client.Send(ChatRequest());
    client.ReadUntil("\r\n\r\n");
    for (int i = 0; i < 64; ++i) {
        EXPECT_LT(sent, static_cast<std::size_t>(i) + 40)
            << "what is not read stays in socket buffers";
        ASSERT_EQ(client.Read(1 << 20).size(), 1U << 20);
    }
}

TEST_F(GatewayFaultsTest, StoppingLetsCallsEnd) {
    std::latch asked(1);
    std::latch stopping(1);
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        asked.count_down();
        stopping.wait();
        socket.Send(Answer("{}"));
    });
    TestSocket client = Connect();
    TestSocket idle = Connect();
    client.Send(ChatRequest());
    asked.wait();
    std::jthread stopper([&] { gateway->Stop(); });
    EXPECT_TRUE(idle.PeerEnds()) << "idle connections are closed";
    stopping.count_down();
    EXPECT_THAT(client.ReadAll(), HasSubstr("Connection: close\r\n"));
    EXPECT_EQ(TheCall().status, CallStatus::kOk);
}

TEST_F(GatewayFaultsTest, StoppingCutsOffWhatDoesNotEnd) {
    options.drain_timeout = std::chrono::milliseconds(200);
    std::latch asked(1);
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart");
        asked.count_down();
        socket.PeerEnds();
    });
    TestSocket client = Connect();
    client.Send(ChatRequest());
    asked.wait();
    gateway->Stop();
    EXPECT_THAT(client.ReadAll(), EndsWith("part"));
    EXPECT_EQ(TheCall().status, CallStatus::kInterrupted);
}

}  // namespace
}  // namespace sightglass::capture
