// What a gateway with a choice does: other targets, retries, fallbacks, keys of targets, usage of streams, new settings.
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

class GatewayReliefTest : public GatewayFixture {
protected:
    /// Answers every request on a connection with `answer`, counts them, and remembers the last.
    struct Server {
        Server(GatewayReliefTest& its_test, std::string its_answer)
            : test(its_test), answer(std::move(its_answer)), upstream([this](TestSocket& socket) {
                  for (std::string got = socket.ReadMessage(); !got.empty();
                       got = socket.ReadMessage()) {
                      ++requests;
                      {
                          const std::lock_guard lock(mutex);
                          last = got;
                      }
                      if (answer.empty()) {
                          socket.Abort();
                          return;
                      }
                      socket.Send(answer);
                  }
              }) {}

        /// The gateway's connections end before those that serve them.
        ~Server() { test.gateway = nullptr; }

        std::string Last() {
            const std::lock_guard lock(mutex);
            return last;
        }

        GatewayReliefTest& test;
        std::string answer;
        std::atomic<int> requests = 0;
        std::mutex mutex;
        std::string last;
        TestUpstream upstream;
    };

    static std::string Refusal(int status, std::string_view headers = "") {
        return "HTTP/1.1 " + std::to_string(status) + " No\r\n" + std::string(headers) +
               "Content-Length: 2\r\n\r\n{}";
    }

    void StartGroup(const std::vector<std::string>& base_urls) {
        for (const std::string& base_url : base_urls) {
            TargetSettings target;
            target.base_url = base_url;
            group.targets.push_back(std::move(target));
        }
        StartWith({group});
    }

    void StartWith(std::vector<Upstream> upstreams) {
        options.upstreams = std::move(upstreams);
        auto started = Gateway::Start(
            options,
            journal,
            derive,
            fingerprinter,
            Clock::System(),
            [](HandedOver) {}
        );
        ASSERT_TRUE(started.Ok()) << started.error().message;
        gateway = std::move(started).value();
    }

    std::string Ask(std::string_view headers = "", std::string_view members = "") {
        TestSocket client = Connect();
        client.Send(ChatRequest("Connection: close\r\n" + std::string(headers), members));
        return client.ReadAll();
    }

    static std::string Closed() { return "http://127.0.0.1:" + std::to_string(ClosedPort()); }

    static std::string BodyOf(const std::string& message) {
        return message.substr(message.find("\r\n\r\n") + 4);
    }

    Upstream group{"pool", "", "openai", ""};
};

TEST_F(GatewayReliefTest, ATargetThatCannotBeReachedIsGoneAround) {
    Server good(*this, Answer(kChatAnswer));
    StartGroup({Closed(), good.upstream.BaseUrl()});
    for (int i = 0; i < 20; ++i) {
        EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 200"));
    }
    EXPECT_EQ(good.requests, 20);
    const Call call = journal.WaitForEnds(20)[1].call;
    ASSERT_EQ(call.attempts.size(), 2U);
    EXPECT_EQ(call.attempts[0].target, "pool/1");
    EXPECT_EQ(call.attempts[0].http_status, 0);
    EXPECT_EQ(call.attempts[1].target, "pool/2");
    EXPECT_EQ(call.attempts[1].why, "connect_failed");
    EXPECT_EQ(call.upstream, "pool");
    EXPECT_EQ(call.status, CallStatus::kOk);
    EXPECT_EQ(journal.WaitForEnds(20).back().call.attempts.size(), 1U) << "it is left alone by now";
    EXPECT_EQ(gateway->GetTargets().at(0).state, "open");
    EXPECT_EQ(gateway->GetTargets().at(0).in_flight, 0);
}

TEST_F(GatewayReliefTest, AnAnswerThatAsksToTryLaterIsNotPassedOnWhileSomebodyElseIsThere) {
    Server busy(*this, Refusal(429, "Retry-After: 60\r\nx-request-id: req-1\r\n"));
    Server good(*this, Answer(kChatAnswer));
    StartGroup({busy.upstream.BaseUrl(), good.upstream.BaseUrl()});
    for (int i = 0; i < 10; ++i) {
        const std::string answer = Ask();
        EXPECT_EQ(BodyOf(answer), kChatAnswer);
    }
    EXPECT_EQ(busy.requests, 1) << "it said for how long";
    const Call call = journal.WaitForEnds(10)[1].call;
    ASSERT_EQ(call.attempts.size(), 2U);
    EXPECT_EQ(call.attempts[0].http_status, 429);
    EXPECT_EQ(call.attempts[1].why, "http_429");
    EXPECT_EQ(call.provider_request_id, "") << "the record is of the answer that was passed on";
}

TEST_F(GatewayReliefTest, WhereEverybodyAsksToTryMuchLaterTheirAnswerPasses) {
    Server first(*this, Refusal(429, "Retry-After: 11\r\n"));
    Server second(*this, Refusal(429, "Retry-After: 45\r\n"));
    StartGroup({first.upstream.BaseUrl(), second.upstream.BaseUrl()});
    EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 429 No\r\nRetry-After: "));
    const Call call = TheCall();
    EXPECT_EQ(call.http_status, 429);
    EXPECT_EQ(call.attempts.size(), 2U);
    EXPECT_EQ(gateway->GetTargets().at(0).in_flight, 0);
}

TEST_F(GatewayReliefTest, AWaitThatTheWholeCallHasNoTimeForIsNotBegun) {
    Server busy(*this, Refusal(429, "Retry-After: 9\r\n"));
    group.retry.tries_max = 3;
    group.timeouts.total = std::chrono::seconds(5);
    StartGroup({busy.upstream.BaseUrl()});
    EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 429 "));
    EXPECT_EQ(busy.requests, 1);
}

TEST_F(GatewayReliefTest, OneCallersLimitIsNotAnothers) {
    Server busy(*this, Refusal(429, "Retry-After: 60\r\n"));
    Server good(*this, Answer("{}"));
    StartGroup({busy.upstream.BaseUrl(), good.upstream.BaseUrl()});
    EXPECT_EQ(BodyOf(Ask()), "{}");
    EXPECT_EQ(BodyOf(Ask()), "{}");
    EXPECT_EQ(busy.requests, 1) << "it asked this caller to wait";
    EXPECT_EQ(BodyOf(Ask("Authorization: Bearer sk-somebody-elses-key\r\n")), "{}");
    EXPECT_EQ(BodyOf(Ask("Authorization: Bearer sk-somebody-elses-key\r\n")), "{}");
    EXPECT_EQ(busy.requests, 2) << "and that one it did not know";
}

TEST_F(GatewayReliefTest, TheLastAnswerPassesAsItIs) {
    Server first(*this, Refusal(503));
    Server second(*this, Refusal(500, "X-Whose: second\r\n"));
    group.retry.tries_max = 1;
    StartGroup({first.upstream.BaseUrl(), second.upstream.BaseUrl()});
    EXPECT_EQ(
        WithoutCallId(Ask()),
        "HTTP/1.1 500 No\r\nX-Whose: second\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    );
    const Call call = TheCall();
    EXPECT_EQ(call.http_status, 500);
    EXPECT_EQ(call.attempts.size(), 2U);
}

TEST_F(GatewayReliefTest, WhatIsNobodysFaultIsNotTriedAgain) {
    Server picky(*this, Refusal(400));
    Server other(*this, Answer("{}"));
    StartGroup({picky.upstream.BaseUrl(), other.upstream.BaseUrl()});
    EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 400"));
    EXPECT_EQ(other.requests, 0);
}

TEST_F(GatewayReliefTest, AnAnswerThatHasBegunIsNeverTriedAgain) {
    Server other(*this, Answer("{}"));
    TestUpstream breaks([](TestSocket& socket) {
        socket.ReadMessage();
        socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart");
    });
    StartGroup({breaks.BaseUrl(), other.upstream.BaseUrl()});
    EXPECT_THAT(Ask(), EndsWith("part"));
    EXPECT_EQ(other.requests, 0);
    EXPECT_EQ(TheCall().status, CallStatus::kInterrupted);
}

TEST_F(GatewayReliefTest, AStalledTargetIsGivenUpForAnother) {
    options.first_byte_timeout = std::chrono::milliseconds(200);
    Server good(*this, Answer("{}"));
    TestUpstream stalls([](TestSocket& socket) {
        socket.ReadMessage();
        socket.PeerEnds();
    });
    StartGroup({stalls.BaseUrl(), good.upstream.BaseUrl()});
    EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(TheCall().attempts.at(1).why, "timeout");
}

TEST_F(GatewayReliefTest, AWholeCallHasItsTimeToo) {
    TestUpstream slow([](TestSocket& socket) {
        socket.ReadMessage();
        socket.PeerEnds();
    });
    group.timeouts.total = std::chrono::milliseconds(300);
    StartGroup({slow.BaseUrl(), slow.BaseUrl()});
    EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 504"));
    const Call call = TheCall();
    EXPECT_EQ(call.error_type, ErrorType::kProviderTimeout);
    EXPECT_EQ(call.error_code, "total_timeout");
    EXPECT_EQ(call.attempts.size(), 1U) << "there is no time for another";
}

TEST_F(GatewayReliefTest, TheSameTargetIsAskedAgainAfterItsRetryAfter) {
    std::atomic<int> requests = 0;
    TestUpstream moody([&](TestSocket& socket) {
        while (!socket.ReadMessage().empty()) {
            socket.Send(++requests == 1 ? Refusal(429, "retry-after-ms: 300\r\n") : Answer("{}"));
        }
    });
    group.retry.tries_max = 1;
    StartGroup({moody.BaseUrl()});
    EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(moody.Connections(), 1) << "the connection is kept";
    EXPECT_EQ(TheCall().attempts.size(), 2U);
    gateway = nullptr;
}

TEST_F(GatewayReliefTest, AClientThatGoesWhileItsCallWaitsIsNoticed) {
    Server busy(*this, Refusal(429, "Retry-After: 9\r\n"));
    group.retry.tries_max = 1;
    StartGroup({busy.upstream.BaseUrl()});
    TestSocket client = Connect();
    client.Send(ChatRequest());
    while (busy.requests == 0) {
        std::this_thread::yield();
    }
    client.Close();
    const Call call = TheCall();
    EXPECT_EQ(call.status, CallStatus::kCancelled);
    EXPECT_EQ(call.attempts.size(), 1U);
}

TEST_F(GatewayReliefTest, AFallbackReplacesTheModelAndNothingElse) {
    Server down(*this, Refusal(503));
    Server spare(*this, Answer(kChatAnswer));
    Upstream first{"first", down.upstream.BaseUrl(), "openai", "one"};
    first.fallbacks = {{"second", "small \"x\"", "gpt-4*"}};
    Upstream second{"second", spare.upstream.BaseUrl(), "openai", "two"};
    StartWith({first, second});
    TestSocket client = Connect();
    const std::string head =
        "POST /v1/chat/completions?a=b HTTP/1.1\r\nHost: localhost\r\nX-Own: 1\r\n";
    const std::string body = R"({ "messages" : ["model"], "model" : "gpt-4o" , "n":1})";
    client.Send(head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200"));
    const std::string changed = R"({ "messages" : ["model"], "model" : "small \"x\"" , "n":1})";
    EXPECT_EQ(BodyOf(spare.Last()), changed);
    EXPECT_THAT(spare.Last(), StartsWith("POST /v1/chat/completions?a=b HTTP/1.1\r\n"));
    EXPECT_THAT(spare.Last(), HasSubstr("X-Own: 1\r\n"));
    EXPECT_THAT(
        spare.Last(),
        HasSubstr("Content-Length: " + std::to_string(changed.size()) + "\r\n")
    );
    EXPECT_EQ(BodyOf(down.Last()), body) << "the first try is the caller's own";
    const Call call = TheCall();
    EXPECT_EQ(call.upstream, "second");
    EXPECT_EQ(call.provider, "two");
    EXPECT_EQ(call.model_requested, "gpt-4o");
    EXPECT_EQ(call.attempts.at(1).target, "second");
    EXPECT_EQ(call.attempts.at(1).why, "http_503, model small \"x\"");
}

TEST_F(GatewayReliefTest, AFallbackWithoutAModelPassesTheBodyUntouchedAlsoInChunks) {
    Server spare(*this, Answer("{}"));
    Upstream first{"first", Closed(), "openai", ""};
    first.fallbacks = {{"second", "", ""}};
    StartWith({first, {"second", spare.upstream.BaseUrl(), "openai", ""}});
    TestSocket client = Connect();
    const std::string body = "3;x=y\r\n{\"a\r\n2\r\n\":\r\n2\r\n1}\r\n0\r\n\r\n";
    client.Send(
        "POST /v1/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    );
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(BodyOf(spare.Last()), body);
}

TEST_F(GatewayReliefTest, ALargeBodyGoesElsewhereWhileNothingOfItWasSent) {
    const std::string body(3 << 20, 'x');
    TestUpstream good([&](TestSocket& socket) {
        EXPECT_EQ(BodyOf(socket.ReadMessage()).size(), body.size());
        socket.Send(Answer("{}"));
    });
    StartGroup({Closed(), good.BaseUrl()});
    TestSocket client = Connect();
    client.Send(
        "POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body
    );
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200"));
}

TEST_F(GatewayReliefTest, ALargeBodyIsSentAgainWhereTheFirstTargetFails) {
    const std::string body(3 << 20, 'x');
    Server failing(*this, Refusal(503));
    Server good(*this, Answer("{}"));
    StartGroup({failing.upstream.BaseUrl(), good.upstream.BaseUrl()});
    TestSocket client = Connect();
    client.Send(
        "POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body
    );
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(failing.requests, 1);
    EXPECT_EQ(BodyOf(good.Last()).size(), body.size());
}

TEST_F(GatewayReliefTest, ATargetWithItsOwnKeyServesNobodyWithoutOneOfOurs) {
    Server guarded(*this, Answer("{}"));
    TargetSettings target;
    target.base_url = guarded.upstream.BaseUrl();
    target.key = Secret("sk-own");
    group.targets = {target};
    StartWith({group});
    const std::string answer = Ask("Authorization: Bearer sk-callers\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 401 "));
    EXPECT_THAT(answer, Not(HasSubstr("sk-")));
    EXPECT_EQ(guarded.requests, 0);
    const Call call = TheCall();
    EXPECT_EQ(call.error_type, ErrorType::kPolicyDenied);
    EXPECT_TRUE(call.attempts.empty());
}

TEST_F(GatewayReliefTest, ModelsThatNobodyServesAreUnknown) {
    Server one(*this, Answer("{}"));
    TargetSettings target;
    target.base_url = one.upstream.BaseUrl();
    target.models = {"o3*"};
    group.targets = {target};
    StartWith({group});
    EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 404 "));
    EXPECT_EQ(TheCall().error_type, ErrorType::kCallerModelUnknown);
    EXPECT_EQ(one.requests, 0);
}

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
