// What passes through the gateway: byte for byte, whatever its shape.
#include "capture/gateway/gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/gateway/gateway_fixture.h"

namespace sightglass::capture {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class GatewayTest : public GatewayFixture {
protected:
    /// Sends one request, with an upstream that answers `answer`, and gives what each side saw.
    struct Seen {
        std::string request;
        std::string answer;
    };

    Seen Pass(const std::string& request, const std::string& answer) {
        std::string seen_request;
        Start([&](TestSocket& socket) {
            seen_request = socket.ReadMessage();
            socket.Send(answer);
            socket.Close();
        });
        TestSocket client = Connect();
        client.Send(request);
        std::string seen_answer = client.ReadMessage();
        journal.WaitForEnds(1);
        return {seen_request, WithoutCallId(seen_answer)};
    }
};

TEST_F(GatewayTest, PassesARequestAndItsAnswerUnchanged) {
    const std::string request =
        "POST /v1/chat/completions?a=%20b&c HTTP/1.1\r\n"
        "Host: localhost:1\r\n"
        "X-ODD-case:   spaced\t value  \r\n"
        "x-odd-case:again\r\n"
        "Empty:\r\n"
        "Latin: caf\xe9\r\n"
        "Authorization: Bearer sk-test\r\n"
        "Accept-Encoding: gzip, br\r\n"
        "Content-Length: 2\r\n"
        "\r\n{}";
    const std::string answer =
        "HTTP/1.1 200 Fine And Dandy\r\n"
        "SERVER:x\r\n"
        "Set-Cookie: a=1\r\n"
        "Set-Cookie: b=2\r\n"
        "Content-Length: 3\r\n"
        "Weird!#$%&'*+-.^_`|~: 1\r\n"
        "\r\nabc";
    const Seen seen = Pass(request, answer);
    std::string expected = request;
    expected.replace(
        expected.find("localhost:1"),
        11,
        upstream->BaseUrl().substr(std::string("http://").size())
    );
    EXPECT_EQ(seen.request, expected);
    EXPECT_EQ(seen.answer, answer);
}

TEST_F(GatewayTest, PassesBinaryBodiesUnchanged) {
    std::string body;
    for (int i = 0; i < 5000; ++i) {
        body += static_cast<char>(i * 7);
    }
    const std::string request = "PUT /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body;
    const Seen seen = Pass(request, Answer(body));
    EXPECT_EQ(seen.request.substr(seen.request.find("\r\n\r\n") + 4), body);
    EXPECT_EQ(seen.answer, Answer(body));
}

TEST_F(GatewayTest, DropsOnlyWhatIsNotMeantForTheUpstream) {
    const Seen seen = Pass(
        "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n"
        "Connection: keep-alive, X-Hop\r\n"
        "X-Hop: 1\r\n"
        "Keep-Alive: timeout=5\r\n"
        "TE: trailers\r\n"
        "Proxy-Connection: x\r\n"
        "X-Sightglass-Team: a\r\n"
        "x-sightglass-tag-feature: b\r\n"
        "Helicone-Property-App: c\r\n"
        "x-portkey-metadata: {}\r\n"
        "x-portkey-provider: kept\r\n"
        "x-litellm-tags: d\r\n"
        "Cookie: a=1; sightglass_session=secret; b=2\r\n"
        "X-Kept: e\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: X-Hop, keep-alive\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
        "Content-Length: 0\r\nX-Kept: f\r\n\r\n"
    );
    EXPECT_EQ(
        seen.request,
        "GET /v1/models HTTP/1.1\r\nHost: " + upstream->BaseUrl().substr(7) +
            "\r\nx-portkey-provider: kept\r\nCookie: a=1; b=2\r\nX-Kept: e\r\n\r\n"
    );
    EXPECT_EQ(seen.answer, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Kept: f\r\n\r\n");
}

TEST_F(GatewayTest, NamesTheCallInItsAnswer) {
    Start([](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send(Answer("{}"));
    });
    TestSocket client = Connect();
    client.Send(ChatRequest());
    const std::string answer = client.ReadMessage();
    EXPECT_THAT(answer, HasSubstr("x-sightglass-call-id: " + ToString(TheCall().call_id) + "\r\n"));
}

TEST_F(GatewayTest, PassesChunksAsTheyCame) {
    const std::string body = "3;ext=1\r\nabc\r\n1\r\nd\r\n0000\r\nChecksum: x\r\nOther:\r\n\r\n";
    const std::string request =
        "POST /v1/files HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
    const std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
    const Seen seen = Pass(request, answer);
    EXPECT_EQ(seen.request.substr(seen.request.find("\r\n\r\n") + 4), body);
    EXPECT_EQ(seen.answer, answer);
    EXPECT_EQ(TheCall().request_bytes, 4);
    EXPECT_EQ(TheCall().response_bytes, 4);
}

TEST_F(GatewayTest, PassesWhatComesByteByByte) {
    const std::string body = "2\r\n{}\r\n0\r\nT: x\r\n\r\n";
    const std::string answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n" +
        body;
    std::string seen_request;
    Start([&](TestSocket& socket) {
        seen_request = socket.ReadMessage();
        for (const char& c : answer) {
            socket.Send({&c, 1});
        }
    });
    TestSocket client = Connect();
    const std::string request =
        "POST /v1/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
    for (const char& c : request) {
        client.Send({&c, 1});
    }
    EXPECT_EQ(WithoutCallId(client.ReadMessage()), answer);
    EXPECT_EQ(seen_request.substr(seen_request.find("\r\n\r\n") + 4), body);
}

TEST_F(GatewayTest, PassesTheFirstChunkOfARequestBeforeTheLastHasCome) {
    std::string first;
    Start([&](TestSocket& socket) {
        socket.ReadUntil("\r\n\r\n");
        first = socket.ReadUntil("one\r\n");
        socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
        EXPECT_EQ(socket.ReadUntil("0\r\n\r\n"), "3\r\ntwo\r\n0\r\n\r\n");
        socket.Send("done");
    });
    TestSocket client = Connect();
    client.Send(
        "POST /v1/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n"
    );
    EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(first, "3\r\none\r\n");
    client.Send("3\r\ntwo\r\n0\r\n\r\n");
    EXPECT_EQ(client.Read(4), "done");
    EXPECT_EQ(TheCall().request_bytes, 6);
}

TEST_F(GatewayTest, PassesOnTheLeaveToContinue) {
    Start([&](TestSocket& socket) {
        EXPECT_THAT(socket.ReadUntil("\r\n\r\n"), HasSubstr("Expect: 100-continue\r\n"));
        socket.Send("HTTP/1.1 100 Continue\r\n\r\n");
        EXPECT_EQ(socket.Read(5), "hello");
        socket.Send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + Answer("{}"));
    });
    TestSocket client = Connect();
    client.Send(
        "POST /v1/x HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
        "5\r\n\r\n"
    );
    EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.Send("hello");
    EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
    EXPECT_EQ(WithoutCallId(client.ReadMessage()), Answer("{}"));
    EXPECT_EQ(TheCall().http_status, 200);
}

TEST_F(GatewayTest, AnswersPipelinedRequestsInOrder) {
    Start([&](TestSocket& socket) {
        for (int i = 0; i < 3; ++i) {
            const std::string request = socket.ReadMessage();
            socket.Send(Answer(request.substr(0, request.find(' ', 5))));
        }
    });
    TestSocket client = Connect();
    client.Send(
        "GET /v1/a HTTP/1.1\r\nHost: localhost\r\n\r\n"
        "POST /v1/b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"
        "\r\nGET /v1/c HTTP/1.1\r\nHost: localhost\r\n\r\n"
    );
    EXPECT_THAT(client.ReadMessage(), HasSubstr("\r\n\r\nGET /v1/a"));
    EXPECT_THAT(client.ReadMessage(), HasSubstr("\r\n\r\nPOST /v1/b"));
    EXPECT_THAT(client.ReadMessage(), HasSubstr("\r\n\r\nGET /v1/c"));
    EXPECT_EQ(journal.WaitForEnds(3).size(), 6U);
    EXPECT_EQ(upstream->Connections(), 1) << "the upstream's connection is used again";
}

TEST_F(GatewayTest, AnswersWithoutABodyAreOverAtTheirHead) {
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
        socket.ReadMessage();
        socket.Send("HTTP/1.1 204 No Content\r\n\r\n");
        socket.ReadMessage();
        socket.Send("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: x\r\n\r\n");
    });
    TestSocket client = Connect();
    client.Send("HEAD /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(client.ReadUntil("\r\n\r\n"), HasSubstr("Content-Length: 500"));
    client.Send("DELETE /v1/files/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 204 "));
    client.Send("GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 304 "));
    journal.WaitForEnds(3);
}

TEST_F(GatewayTest, ABodyThatLastsUntilTheEndOfTheConnectionEndsTheClientsToo) {
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nsome");
        socket.Send(" text");
        socket.Close();
    });
    TestSocket client = Connect();
    client.Send(ChatRequest());
    const std::string answer = client.ReadAll();
    EXPECT_FALSE(client.WasReset());
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(answer, ::testing::EndsWith("\r\n\r\nsome text"));
    EXPECT_EQ(TheCall().status, CallStatus::kOk);
}

TEST_F(GatewayTest, ClosesTheConnectionWhereTheClientAsksForIt) {
    Start([&](TestSocket& socket) {
        EXPECT_THAT(socket.ReadMessage(), Not(HasSubstr("onnection")));
        socket.Send(Answer("{}"));
    });
    TestSocket client = Connect();
    client.Send(ChatRequest("Connection: close\r\n"));
    EXPECT_THAT(client.ReadAll(), HasSubstr("Connection: close\r\n"));
}

TEST_F(GatewayTest, ServesOldClients) {
    const std::string chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    Start([&](TestSocket& socket) {
        EXPECT_THAT(socket.ReadMessage(), StartsWith("GET /v1/models HTTP/1.1\r\n"));
        socket.Send(Answer("{}"));
        socket.ReadMessage();
        socket.Send(chunked);
    });
    TestSocket client = Connect();
    client.Send("GET /v1/models HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(client.ReadMessage(), HasSubstr("Connection: keep-alive\r\n"));
    client.Send("GET /v1/models HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
    const std::string answer = client.ReadAll();
    EXPECT_THAT(answer, Not(HasSubstr("Transfer-Encoding")));
    EXPECT_THAT(answer, ::testing::EndsWith("\r\n\r\nabcde"));
}

TEST_F(GatewayTest, FindsUpstreamsByTheFirstSegment) {
    TestUpstream other([&](TestSocket& socket) {
        for (int i = 0; i < 3; ++i) {
            socket.Send(Answer(socket.ReadUntil("\r\n")));
            socket.ReadUntil("\r\n\r\n");
        }
    });
    options.upstreams.push_back({"other", other.BaseUrl() + "/base/", "openai", "somebody"});
    Start([](TestSocket&) {});
    TestSocket client = Connect();
    const auto get = [&](std::string_view target) {
        client.Send("GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        const std::string answer = client.ReadMessage();
        return answer.substr(answer.find("\r\n\r\n") + 4);
    };
    EXPECT_EQ(get("/other/v1/a%2Fb?c=d%20"), "GET /base/v1/a%2Fb?c=d%20 HTTP/1.1\r\n");
    EXPECT_EQ(get("/other"), "GET /base/ HTTP/1.1\r\n");
    EXPECT_EQ(get("/other?x"), "GET /base/?x HTTP/1.1\r\n");
    const Call call = journal.WaitForEnds(3)[1].call;
    EXPECT_EQ(call.upstream, "other");
    EXPECT_EQ(call.provider, "somebody");
}

TEST_F(GatewayTest, RefusesUnknownPathsInTheProvidersShape) {
    options.upstreams.push_back({"anthropic", "http://127.0.0.1:1", "openai", ""});
    Start([](TestSocket&) {});
    TestSocket client = Connect();
    client.Send("GET /nowhere/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const std::string answer = client.ReadAll();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 404 Not Found\r\n"));
    EXPECT_THAT(answer, HasSubstr("x-sightglass-error: 1\r\n"));
    EXPECT_THAT(answer, HasSubstr(R"({"error":{)"));
    EXPECT_THAT(answer, HasSubstr("openai, anthropic"));
    EXPECT_EQ(gateway->GetStats().refused_requests, 1U);
    EXPECT_EQ(gateway->GetStats().calls, 0U);
}

TEST_F(GatewayTest, HandsOverConnectionsWithPathsOfTheControlServer) {
    Start([&](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send(Answer("{}"));
    });
    for (const std::string_view target :
         {"/", "/?x=1", "/ui/", "/api/v1/query?metrics=calls", "/metrics", "/healthz"}) {
        TestSocket client = Connect();
        const std::string request =
            "GET " + std::string(target) + " HTTP/1.1\r\nHost: anything\r\n\r\nmore";
        client.Send(request);
        EXPECT_TRUE(client.PeerEnds()) << "the test closes what it is handed";
        const std::lock_guard lock(handed_over_mutex);
        ASSERT_FALSE(handed_over.empty());
        EXPECT_EQ(handed_over.back(), request);
    }
    TestSocket client = Connect();
    client.Send(ChatRequest() + "GET /ui/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200"));
    EXPECT_TRUE(client.PeerEnds()) << "also after a call";
}

TEST_F(GatewayTest, RefusesWhatABrowserIsMadeToSend) {
    Start([](TestSocket&) { ADD_FAILURE() << "nothing may reach the upstream"; });
    for (const std::string_view headers :
         {"Host: evil.example\r\n",
          "Host: localhost\r\nOrigin: https://evil.example\r\n",
          "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
          "Host: localhost\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
          "Host: localhost\r\nSec-Fetch-Dest: iframe\r\n"}) {
        TestSocket client = Connect();
        client.Send("GET /v1/models HTTP/1.1\r\n" + std::string(headers) + "\r\n");
        EXPECT_THAT(
            client.ReadAll(),
            MatchesRegex("HTTP/1.1 4[0-9][0-9] .*x-sightglass-error: 1.*")
        ) << headers;
    }
    EXPECT_EQ(gateway->GetStats().refused_requests, 5U);
}

TEST_F(GatewayTest, TunnelsWebSockets) {
    Start([&](TestSocket& socket) {
        const std::string request = socket.ReadMessage();
        EXPECT_THAT(request, HasSubstr("Connection: Upgrade\r\nUpgrade: websocket\r\n"));
        EXPECT_THAT(request, HasSubstr("Sec-WebSocket-Key: k\r\n"));
        socket.Send(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Accept: a\r\n\r\nfirst"
        );
        EXPECT_EQ(socket.Read(4), "ping");
        socket.Send(std::string(300'000, 'x'));
        EXPECT_EQ(socket.Read(3), "bye");
        socket.Close();
    });
    TestSocket client = Connect();
    client.Send(
        "GET /v1/realtime?model=m HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Key: k\r\n"
        "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.sk-hidden\r\n\r\nping"
    );
    const std::string answer = client.ReadUntil("\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 101 Switching Protocols\r\n"));
    EXPECT_THAT(answer, HasSubstr("Upgrade: websocket\r\n"));
    EXPECT_EQ(client.Read(5), "first");
    EXPECT_EQ(client.Read(300'000).size(), 300'000U);
    EXPECT_EQ(journal.Count(journal::RecordType::kCallEnd), 0U);
    client.Send("bye");
    EXPECT_TRUE(client.PeerEnds());
    client.Close();
    const Call call = TheCall();
    EXPECT_EQ(call.operation, Operation::kRealtime);
    EXPECT_EQ(call.request_bytes, 7);
    EXPECT_EQ(call.response_bytes, 300'005);
    EXPECT_EQ(call.http_status, 101);
    EXPECT_EQ(call.status, CallStatus::kOk);
    EXPECT_EQ(call.api_key.size(), 32U);
    EXPECT_THAT(call.request_headers, Not(HasSubstr("sk-hidden")));
}

TEST_F(GatewayTest, DoesNotPassOtherUpgrades) {
    Start([&](TestSocket& socket) {
        EXPECT_THAT(socket.ReadMessage(), Not(HasSubstr("h2c")));
        socket.Send(Answer("{}"));
    });
    TestSocket client = Connect();
    client.Send(ChatRequest(
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    ));
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200"));
}

TEST_F(GatewayTest, StreamsBodiesThatAreLargerThanItsMemory) {
    constexpr std::size_t kPiece = 1U << 20;
    constexpr int kPieces = 100;
    const std::string piece(kPiece, 'p');
    Start([&](TestSocket& socket) {
        socket.ReadUntil("\r\n\r\n");
        for (int i = 0; i < kPieces; ++i) {
            ASSERT_EQ(socket.Read(kPiece), piece);
        }
        socket.Send(
            "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kPiece * kPieces) + "\r\n\r\n"
        );
        for (int i = 0; i < kPieces; ++i) {
            socket.Send(piece);
        }
    });
    TestSocket client = Connect();
    client.Send(
        "POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
        std::to_string(kPiece * kPieces) + "\r\n\r\n"
    );
    for (int i = 0; i < kPieces; ++i) {
        client.Send(piece);
    }
    client.ReadUntil("\r\n\r\n");
    for (int i = 0; i < kPieces; ++i) {
        ASSERT_EQ(client.Read(kPiece), piece);
    }
    const Call call = TheCall();
    EXPECT_EQ(call.request_bytes, kPiece * kPieces);
    EXPECT_EQ(call.response_bytes, kPiece * kPieces);
    EXPECT_EQ(call.status, CallStatus::kOk);
}

}  // namespace
}  // namespace sightglass::capture
