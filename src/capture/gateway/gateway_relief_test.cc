// What a gateway with a choice does: other targets, retries, fallbacks, keys of targets.
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

}  // namespace
}  // namespace sightglass::capture
