#include "net/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/files.h"
#include "net/http_client.h"

namespace sightglass::net {
namespace {

/// A socket that says exactly what the test wants it to.
class RawClient {
public:
    explicit RawClient(std::uint16_t port)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const int small = 4096;
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(
            ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0
        );
    }

    void Send(std::string_view bytes) {
        EXPECT_EQ(
            ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size())
        );
    }

    /// Everything until the server closes.
    std::string ReadAll() {
        std::string all;
        std::array<char, 4096> piece{};
        while (true) {
            const ssize_t got = ::recv(socket_.get(), piece.data(), piece.size(), 0);
            if (got <= 0) {
                return all;
            }
            all.append(piece.data(), static_cast<std::size_t>(got));
        }
    }

    /// Everything until `end` was read.
    std::string ReadUntil(std::string_view end) {
        std::string all;
        char c = 0;
        while (all.find(end) == std::string::npos && ::recv(socket_.get(), &c, 1, 0) == 1) {
            all += c;
        }
        return all;
    }

    void Close() { socket_.Close(); }

    int get() const { return socket_.get(); }

    FileDescriptor Take() { return std::move(socket_); }

private:
    FileDescriptor socket_;
};

class HttpServerTest : public ::testing::Test {
protected:
    void Start(HttpHandler handler, HttpServerOptions options = {}) {
        server_ = HttpServer::Start(options, std::move(handler)).value();
        port_ = server_->Listen("127.0.0.1", 0).value();
    }

    /// Answers every request with its method, target and body.
    static void Echo(HttpRequest request, const std::shared_ptr<HttpResponder>& responder) {
        HttpResponse response;
        response.body = request.method + " " + request.target + " " + request.body;
        responder->Send(std::move(response));
    }

    std::unique_ptr<HttpServer> server_;
    std::uint16_t port_ = 0;
};

TEST_F(HttpServerTest, AnswersManyRequestsOnOneConnection) {
    Start(Echo);
    HttpClient client("127.0.0.1", port_);
    for (int i = 0; i < 3; ++i) {
        const auto answer = client.Send({.method = "POST", .target = "/a?b", .body = "hello"});
        ASSERT_TRUE(answer.Ok()) << answer.error().message;
        EXPECT_EQ(answer->body, "POST /a?b hello");
        EXPECT_NE(answer->Header("date"), "");
    }
    EXPECT_EQ(server_->Connections(), 1U);
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
    Start(Echo);
    RawClient client(port_);
    client.Send(
        "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    );
    const std::string answers = client.ReadAll();
    const std::size_t first = answers.find("GET /1 ");
    EXPECT_NE(first, std::string::npos);
    EXPECT_NE(answers.find("GET /2 ", first), std::string::npos) << answers;
}

TEST_F(HttpServerTest, TakesChunkedBodiesAndExpectations) {
    Start(Echo);
    RawClient client(port_);
    client.Send(
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: "
        "chunked\r\nConnection: close\r\n\r\n"
    );
    EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.Send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    EXPECT_NE(client.ReadAll().find("POST / abcde"), std::string::npos);
}

TEST_F(HttpServerTest, TakesOverSocketsWithWhatWasRead) {
    Start([](HttpRequest request, const std::shared_ptr<HttpResponder>& responder) {
        HttpResponse response;
        response.body = request.target + " from " + request.client_ip;
        responder->Send(std::move(response));
    });
    // A plain listener stands for the gateway.
    const FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listener.get(), 1), 0);
    socklen_t size = sizeof address;
    ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    RawClient client(ntohs(address.sin_port));
    client.Send("HTTP/1.1\r\nHost: a\r\n\r\n");
    const int accepted = ::accept(listener.get(), nullptr, nullptr);
    ASSERT_GE(accepted, 0);
    server_->Adopt({accepted, "GET /api/x ", "10.1.2.3", /*single_answer=*/true});
    const std::string answer = client.ReadAll();
    EXPECT_NE(answer.find("/api/x from 10.1.2.3"), std::string::npos);
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
}

TEST_F(HttpServerTest, AnswersLaterFromAnotherThread) {
    std::vector<std::jthread> threads;
    Start([&threads](HttpRequest request, const std::shared_ptr<HttpResponder>& responder) {
        threads.emplace_back([request = std::move(request), responder] { Echo(request, responder); }
        );
    });
    HttpClient client("127.0.0.1", port_);
    EXPECT_EQ(client.Send({.target = "/later"})->body, "GET /later ");
    EXPECT_EQ(client.Send({.target = "/again"})->body, "GET /again ");
    server_->Stop();
}

TEST_F(HttpServerTest, AResponderThatIsForgottenAnswers500) {
    Start([](const HttpRequest&, const std::shared_ptr<HttpResponder>&) {});
    HttpClient client("127.0.0.1", port_);
    EXPECT_EQ(client.Send({})->status, 500);
}

TEST_F(HttpServerTest, RefusesWhatIsNotHttpAndTooMuchOfIt) {
    HttpServerOptions options;
    options.header_bytes_max = 1'000;
    options.body_bytes_max = 1'000;
    Start(Echo, options);
    const auto status_of = [this](const std::string& bytes) {
        RawClient client(port_);
        client.Send(bytes);
        return client.ReadAll().substr(0, 12);
    };
    EXPECT_EQ(status_of("nonsense\r\n\r\n"), "HTTP/1.1 400");
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"), "HTTP/1.1 400");
    EXPECT_EQ(
        status_of("GET / HTTP/1.1\r\nX: " + std::string(2'000, 'a') + "\r\n\r\n"),
        "HTTP/1.1 431"
    );
    EXPECT_EQ(
        status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n"),
        "HTTP/1.1 413"
    );
    const std::string chunk = "3e9\r\n" + std::string(1'001, 'b') + "\r\n0\r\n\r\n";
    EXPECT_EQ(
        status_of("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk),
        "HTTP/1.1 413"
    );
}

TEST_F(HttpServerTest, ClosesConnectionsThatSayNothing) {
    HttpServerOptions options;
    options.keep_alive_timeout = std::chrono::milliseconds(20);
    options.request_timeout = std::chrono::milliseconds(20);
    Start(Echo, options);
    RawClient silent(port_);
    EXPECT_EQ(silent.ReadAll(), "");
    RawClient half(port_);
    half.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_EQ(half.ReadAll(), "");
}

TEST_F(HttpServerTest, RefusesMoreConnectionsThanAllowed) {
    HttpServerOptions options;
    options.connections_max = 1;
    Start(Echo, options);
    HttpClient first("127.0.0.1", port_);
    ASSERT_TRUE(first.Send({}).Ok());
    RawClient second(port_);
    EXPECT_EQ(second.ReadAll().substr(0, 12), "HTTP/1.1 503");
    EXPECT_TRUE(first.Send({}).Ok());
}

TEST_F(HttpServerTest, StreamsPiecesAsTheyCome) {
    Start([](const HttpRequest&, const std::shared_ptr<HttpResponder>& responder) {
        const auto stream = responder->StartStream({});
        EXPECT_TRUE(stream->Write(std::make_shared<std::string>("one ")));
        EXPECT_TRUE(stream->Write(std::make_shared<std::string>("two")));
        stream->End();
        EXPECT_FALSE(stream->Write(std::make_shared<std::string>("three")));
    });
    HttpClient client("127.0.0.1", port_);
    for (int i = 0; i < 2; ++i) {
        std::string got;
        const auto answer = client.Stream({}, [&got](std::string_view bytes) {
            got += bytes;
            return true;
        });
        ASSERT_TRUE(answer.Ok()) << answer.error().message;
        EXPECT_EQ(got, "one two");
    }
    EXPECT_EQ(server_->Connections(), 1U);
}

TEST_F(HttpServerTest, StreamsToOldClientsUntilTheConnectionCloses) {
    Start([](const HttpRequest&, const std::shared_ptr<HttpResponder>& responder) {
        const auto stream = responder->StartStream({});
        stream->Write(std::make_shared<std::string>("all of it"));
    });
    RawClient client(port_);
    client.Send("GET / HTTP/1.0\r\n\r\n");
    const std::string answer = client.ReadAll();
    EXPECT_EQ(answer.substr(answer.find("\r\n\r\n") + 4), "all of it");
}

TEST_F(HttpServerTest, BoundsWhatWaitsForASlowReader) {
    std::promise<std::shared_ptr<HttpStream>> started;
    HttpServerOptions options;
    options.stream_bytes_max = 200'000;
    Start(
        [&started](const HttpRequest&, const std::shared_ptr<HttpResponder>& responder) {
            started.set_value(responder->StartStream({}));
        },
        options
    );
    RawClient slow(port_);
    slow.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto stream = started.get_future().get();
    const auto piece = std::make_shared<std::string>(50'000, 'x');
    std::size_t accepted = 0;
    // The operating system's own buffers take some megabytes first; then nothing more is taken.
    int refused_in_a_row = 0;
    while (refused_in_a_row < 50 && accepted < (std::size_t{256} << 20)) {
        if (stream->Write(piece)) {
            accepted += piece->size();
            refused_in_a_row = 0;
        } else {
            ++refused_in_a_row;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        EXPECT_LE(stream->QueuedBytes(), options.stream_bytes_max);
    }
    EXPECT_EQ(refused_in_a_row, 50);
    EXPECT_FALSE(stream->Gone());
    slow.Close();
    while (!stream->Gone()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_FALSE(stream->Write(piece));
}

TEST_F(HttpServerTest, NoticesThatAClientWentAway) {
    std::promise<std::shared_ptr<HttpResponder>> asked;
    Start([&asked](const HttpRequest&, const std::shared_ptr<HttpResponder>& responder) {
        asked.set_value(responder);
    });
    RawClient client(port_);
    client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto responder = asked.get_future().get();
    EXPECT_FALSE(responder->ClientGone());
    client.Close();
    while (!responder->ClientGone()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    responder->Send({});
}

TEST_F(HttpServerTest, CutsAStreamOff) {
    Start([](const HttpRequest&, const std::shared_ptr<HttpResponder>& responder) {
        const auto stream = responder->StartStream({});
        stream->Write(std::make_shared<std::string>("half of "));
        stream->Abort();
    });
    HttpClient client("127.0.0.1", port_);
    const auto answer = client.Stream({}, [](std::string_view) { return true; });
    EXPECT_FALSE(answer.Ok());
}

TEST_F(HttpServerTest, FinishesRequestsInFlightWhenItStops) {
    std::promise<std::shared_ptr<HttpResponder>> asked;
    Start([&asked](const HttpRequest&, const std::shared_ptr<HttpResponder>& responder) {
        asked.set_value(responder);
    });
    RawClient client(port_);
    client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    auto responder = asked.get_future().get();
    std::jthread stopper([this] { server_->Stop(); });
    HttpResponse response;
    response.body = "still here";
    responder->Send(std::move(response));
    EXPECT_NE(client.ReadAll().find("still here"), std::string::npos);
}

TEST_F(HttpServerTest, AnswersThatComeAfterItStoppedGoNowhere) {
    std::promise<std::shared_ptr<HttpResponder>> asked;
    HttpServerOptions options;
    options.drain_timeout = Duration(0);
    Start(
        [&asked](const HttpRequest&, const std::shared_ptr<HttpResponder>& responder) {
            asked.set_value(responder);
        },
        options
    );
    RawClient client(port_);
    client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto responder = asked.get_future().get();
    server_ = nullptr;
    responder->Send({});
    const auto stream = responder->StartStream({});
    EXPECT_FALSE(stream->Write(std::make_shared<std::string>("late")));
    EXPECT_EQ(client.ReadAll(), "");
}

TEST_F(HttpServerTest, RunsWorkOnItsThread) {
    Start(Echo);
    std::promise<std::thread::id> once;
    std::promise<std::thread::id> repeated;
    std::atomic<int> times{0};
    server_->After(std::chrono::milliseconds(1), [&] {
        once.set_value(std::this_thread::get_id());
    });
    server_->Every(std::chrono::milliseconds(1), [&] {
        if (++times == 3) {
            repeated.set_value(std::this_thread::get_id());
        }
    });
    EXPECT_EQ(once.get_future().get(), repeated.get_future().get());
    server_->Stop();
}

TEST_F(HttpServerTest, SaysThatAPortIsTaken) {
    Start(Echo);
    const auto taken = server_->Listen("127.0.0.1", port_);
    ASSERT_FALSE(taken.Ok());
    EXPECT_EQ(taken.error().code, ErrorCode::kConflict);
    EXPECT_FALSE(server_->Listen("no.such.host.invalid", 0).Ok());
}

TEST(HttpClientTest, SaysWhyItCannotReachAServer) {
    HttpClient client("127.0.0.1", 1);
    EXPECT_EQ(client.Send({}).error().code, ErrorCode::kUnavailable);
}

TEST(HttpClientTest, ConnectsAgainWhenTheServerClosedTheConnection) {
    HttpServerOptions options;
    options.keep_alive_timeout = std::chrono::milliseconds(5);
    const auto server = HttpServer::Start(
                            options,
                            [](const HttpRequest&, const std::shared_ptr<HttpResponder>& responder
                            ) { responder->Send({}); }
    ).value();
    HttpClient client("127.0.0.1", server->Listen("127.0.0.1", 0).value());
    ASSERT_TRUE(client.Send({}).Ok());
    while (server->Connections() > 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const auto answer = client.Send({});
    EXPECT_TRUE(answer.Ok()) << answer.error().message;
}

TEST(HttpClientTest, BoundsWhatItCollectsAndHowLongItWaits) {
    std::shared_ptr<HttpResponder> unanswered;
    HttpServerOptions server_options;
    server_options.drain_timeout = Duration(0);
    const auto server =
        HttpServer::Start(
            server_options,
            [&unanswered](const HttpRequest& request, std::shared_ptr<HttpResponder> responder) {
                if (request.target == "/large") {
                    HttpResponse response;
                    response.body = std::string(10'000, 'x');
                    responder->Send(std::move(response));
                } else {
                    unanswered = std::move(responder);
                }
            }
        ).value();
    HttpClientOptions options;
    options.body_bytes_max = 1'000;
    options.read_timeout = std::chrono::milliseconds(20);
    HttpClient client("127.0.0.1", server->Listen("127.0.0.1", 0).value(), options);
    EXPECT_EQ(client.Send({.target = "/large"}).error().code, ErrorCode::kTooLarge);
    EXPECT_EQ(client.Send({.target = "/never"}).error().code, ErrorCode::kTimeout);
    server->Stop();
}

}  // namespace
}  // namespace sightglass::net
