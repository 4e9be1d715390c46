// The real server, asked over a real socket.
#include "serve/control_server.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "serve/test_server.h"

namespace sightglass::serve {
namespace {

using codec::JsonParser;
using codec::JsonValue;

class ControlServerTest : public ::testing::Test {
protected:
    /// A document, kept by the fixture's parser until the next one.
    JsonValue Parse(const net::HttpClientResponse& answer) {
        const auto root = parser_.Parse(answer.body);
        EXPECT_TRUE(root.Ok()) << answer.body;
        return root.Ok() ? *root : JsonValue();
    }

    void ExpectProblem(const net::HttpClientResponse& answer, int status, std::string_view code) {
        EXPECT_EQ(answer.status, status) << answer.body;
        EXPECT_EQ(answer.Header("content-type"), "application/problem+json");
        EXPECT_EQ(answer.Header("x-sightglass-error"), "1");
        const JsonValue problem = Parse(answer);
        EXPECT_EQ(problem.Get("code").String(), code);
        EXPECT_EQ(problem.Get("status").Int(), status);
        EXPECT_TRUE(problem.Get("detail").IsString());
    }

    Call NewCall(std::string model, std::string service) {
        Call call;
        call.call_id = ids_.Next(server_.clock.Now());
        call.source = Source::kGateway;
        call.started_at = server_.clock.Now() - std::chrono::minutes(5);
        call.ended_at = *call.started_at + std::chrono::milliseconds(800);
        call.latency_us = 800'000;
        call.model = std::move(model);
        call.service = std::move(service);
        call.status = CallStatus::kOk;
        call.http_status = 200;
        call.fresh_input_tokens = 100;
        call.output_tokens = 20;
        call.cost = Money::FromNanoUsd(1'500'000);
        return call;
    }

    UuidSource ids_{7};
    TestServer server_;
    JsonParser parser_;
};

TEST_F(ControlServerTest, AnswersAQueryAsATable) {
    server_.Commit(
        {NewCall("gpt-4o", "chat"), NewCall("gpt-4o", "search"), NewCall("gpt-4o-mini", "chat")}
    );
    const auto answer =
        server_.Get("/api/v1/query?metrics=calls,cost_usd&group_by=model&order_by=-calls");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.Header("cache-control"), "no-store");
    const JsonValue root = Parse(answer);
    EXPECT_EQ(root.Get("columns").Size(), 3U);
    EXPECT_EQ(root.Get("columns").At(0).Get("name").String(), "model");
    EXPECT_EQ(root.Get("columns").At(2).Get("unit").String(), "usd");
    ASSERT_EQ(root.Get("rows").Size(), 2U);
    EXPECT_EQ(root.Get("rows").At(0).At(0).String(), "gpt-4o");
    EXPECT_EQ(root.Get("rows").At(0).At(1).Int(), 2);
    EXPECT_DOUBLE_EQ(root.Get("rows").At(0).At(2).Double().value_or(0), 0.003);
    EXPECT_TRUE(root.Get("interval").IsNull());
    EXPECT_EQ(root.Get("to").String(), "2025-11-22T01:37:44Z");
}

TEST_F(ControlServerTest, AnswersTheSameQuestionAsJson) {
    server_.Commit({NewCall("gpt-4o", "chat"), NewCall("gpt-4o", "search")});
    const auto answer = server_.Ask(
        {.method = "POST",
         .target = "/api/v1/query",
         .headers = {{"Content-Type", "application/json"}},
         .body =
             R"({"metrics":["calls"],"filters":["service:chat",{"dimension":"model","op":"is_not","values":["x"]}],
                     "from":"-1h","interval":null,"limit":5})"}
    );
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(Parse(answer).Get("rows").At(0).At(0).Int(), 1);
}

TEST_F(ControlServerTest, RefusesWrongNamesWithTheAllowedOnes) {
    const auto answer = server_.Get("/api/v1/query?metrics=callz");
    ExpectProblem(answer, 400, "invalid_argument");
    EXPECT_NE(answer.body.find("\"calls\""), std::string::npos) << answer.body;
    ExpectProblem(
        server_.Get("/api/v1/query?metrics=calls&group_by=modell"),
        400,
        "invalid_argument"
    );
    ExpectProblem(server_.Get("/api/v1/query?metrics=calls&intervall=1h"), 400, "invalid_argument");
    ExpectProblem(server_.Get("/api/v1/query"), 400, "invalid_argument");
    ExpectProblem(server_.Get("/api/v1/query?metrics=calls&limit=0"), 400, "invalid_argument");
    ExpectProblem(server_.Get("/api/v1/query?metrics=calls&limit=10001"), 400, "invalid_argument");
    ExpectProblem(
        server_.Get("/api/v1/query?metrics=calls&from=yesterday"),
        400,
        "invalid_argument"
    );
    ExpectProblem(server_.Get("/api/v1/query?metrics=%zz"), 400, "invalid_argument");
    ExpectProblem(server_.Get("/api/v1/distribution?metric=cost_usd"), 400, "invalid_argument");
    ExpectProblem(server_.Get("/api/v1/calls?cursor=%27;DROP"), 400, "invalid_argument");
    ExpectProblem(server_.Get("/api/v1/calls/nonsense"), 400, "invalid_argument");
    ExpectProblem(server_.Get("/api/v1/live?filter=modell:x"), 400, "invalid_argument");
    ExpectProblem(server_.Get("/api/v1/audit?cursor=x"), 400, "invalid_argument");
}

TEST_F(ControlServerTest, RefusesQuestionBodiesThatAreNotAsDocumented) {
    const auto post = [this](std::string body, std::string type = "application/json") {
        return server_.Ask(
            {.method = "POST",
             .target = "/api/v1/query",
             .headers = {{"Content-Type", std::move(type)}},
             .body = std::move(body)}
        );
    };
    ExpectProblem(post("{"), 400, "invalid_argument");
    ExpectProblem(post("[]"), 400, "invalid_argument");
    ExpectProblem(post(R"({"metrics":"calls"})"), 400, "invalid_argument");
    ExpectProblem(post(R"({"metrics":["calls"],"limit":"5"})"), 400, "invalid_argument");
    ExpectProblem(post(R"({"metrics":["calls"],"sql":"1"})"), 400, "invalid_argument");
    ExpectProblem(
        post(R"({"metrics":["calls"],"filters":[{"dimension":"model","is":"x"}]})"),
        400,
        "invalid_argument"
    );
    ExpectProblem(post(R"({"metrics":["calls"]})", "text/plain"), 415, "unsupported_media_type");
}

TEST_F(ControlServerTest, ListsCallsPageByPageNewestFirst) {
    std::vector<Call> calls;
    for (int i = 0; i < 5; ++i) {
        calls.push_back(NewCall("gpt-4o", "chat"));
        *calls.back().started_at += std::chrono::seconds(i);
    }
    const std::string newest = ToString(calls.back().call_id);
    server_.Commit(calls);
    const auto first = server_.Get("/api/v1/calls?limit=3");
    ASSERT_EQ(first.status, 200) << first.body;
    const JsonValue root = Parse(first);
    ASSERT_EQ(root.Get("items").Size(), 3U);
    EXPECT_EQ(root.Get("items").At(0).Get("call_id").String(), newest);
    EXPECT_EQ(root.Get("items").At(0).Get("cost_nano_usd").Int(), 1'500'000);
    EXPECT_EQ(root.Get("items").At(0).Get("total_tokens").Int(), 120);
    EXPECT_FALSE(root.Get("items").At(0).Get("attempts").Exists());
    const std::string next(root.Get("next").String().value_or(""));
    const auto second = server_.Get("/api/v1/calls?limit=3&cursor=" + next);
    const JsonValue rest = Parse(second);
    EXPECT_EQ(rest.Get("items").Size(), 2U);
    EXPECT_TRUE(rest.Get("next").IsNull());
}

TEST_F(ControlServerTest, ShowsOneCallWithEverything) {
    Call call = NewCall("gpt-4o", "chat");
    call.usage = R"({"prompt_tokens":100})";
    call.params = R"({"temperature":0.2)";  // Cut off: must not spoil the answer.
    call.request_headers = "user-agent: a\nx-one: 1\nx-one: 2";
    call.attempts = {{"https://api.openai.com", 0, "", 12}};
    call.tags = {{"feature", "summary"}};
    call.repairs = "clock_order,http_status";
    server_.Commit({call}, {Content{call.call_id, "in", "out \"quoted\"", true, false}});
    const auto answer = server_.Get("/api/v1/calls/" + ToString(call.call_id));
    ASSERT_EQ(answer.status, 200) << answer.body;
    const JsonValue root = Parse(answer);
    EXPECT_EQ(root.Get("usage").Get("prompt_tokens").Int(), 100);
    EXPECT_TRUE(root.Get("params").IsNull());
    EXPECT_EQ(root.Get("request_headers").Get("x-one").String(), "1, 2");
    EXPECT_TRUE(root.Get("attempts").At(0).Get("http_status").IsNull());
    EXPECT_EQ(root.Get("tags").Get("feature").String(), "summary");
    EXPECT_EQ(root.Get("repairs").At(1).String(), "http_status");
    EXPECT_EQ(root.Get("content").Get("output").String(), "out \"quoted\"");
    EXPECT_EQ(root.Get("content").Get("redacted").Bool(), true);
    ExpectProblem(
        server_.Get("/api/v1/calls/018f3b5e-7c1a-7f00-9a3e-0123456789ab"),
        404,
        "not_found"
    );
}

TEST_F(ControlServerTest, NamesPathsAndMethodsThatItDoesNotHave) {
    ExpectProblem(server_.Get("/api/v1/nothing"), 404, "not_found");
    const auto answer = server_.Ask({.method = "DELETE", .target = "/api/v1/query"});
    ExpectProblem(answer, 405, "method_not_allowed");
    EXPECT_EQ(answer.Header("allow"), "GET, POST");
    ExpectProblem(server_.Ask({.method = "POST", .target = "/ui/"}), 405, "method_not_allowed");
}

TEST_F(ControlServerTest, SendsGatewayPathsToAnotherConnection) {
    const auto answer = server_.Get("/v1/models");
    ExpectProblem(answer, 421, "not_found");
    EXPECT_EQ(answer.Header("connection"), "close");
}

TEST_F(ControlServerTest, GuardsGatewayPathsAsTheGatewayDoes) {
    ExpectProblem(
        server_.Ask({.target = "/v1/page", .headers = {{"Sec-Fetch-Dest", "document"}}}),
        403,
        "navigation"
    );
}

TEST_F(ControlServerTest, AnswersHeadWithoutABody) {
    const auto answer = server_.Ask({.method = "HEAD", .target = "/healthz"});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.Header("content-length"), "2");
    EXPECT_EQ(answer.body, "");
}

TEST_F(ControlServerTest, IsReadyBetweenStartAndDrain) {
    EXPECT_EQ(server_.AskAsNobody({.target = "/readyz"}).status, 200);
    server_.control->SetDraining();
    const auto answer = server_.AskAsNobody({.target = "/readyz"});
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(Parse(answer).Get("failing").At(0).String(), "draining");
    EXPECT_EQ(server_.AskAsNobody({.target = "/healthz"}).body, "ok");
}

TEST_F(ControlServerTest, TellsItsStatus) {
    server_.figures.gateway.in_flight = 3;
    server_.figures.pipeline.lag = std::chrono::milliseconds(1500);
    server_.figures.derive.dropped_queue_full = 9;
    server_.Commit({NewCall("gpt-4o", "chat")});
    const auto answer = server_.Get("/api/v1/status");
    ASSERT_EQ(answer.status, 200) << answer.body;
    const JsonValue root = Parse(answer);
    EXPECT_EQ(root.Get("version").String(), "1.2.3");
    EXPECT_EQ(root.Get("in_flight").Int(), 3);
    EXPECT_EQ(root.Get("store").Get("calls").Int(), 1);
    EXPECT_DOUBLE_EQ(root.Get("pipeline").Get("lag_s").Double().value_or(0), 1.5);
    EXPECT_EQ(root.Get("dropped").Get("derive_queue_full").Int(), 9);
    EXPECT_TRUE(root.Get("listeners").Get("otlp_http").IsNull());
}

TEST_F(ControlServerTest, ServesTheCatalogueAndItsOwnDescription) {
    const auto catalogue = server_.Get("/api/v1/catalogue");
    const JsonValue root = Parse(catalogue);
    EXPECT_EQ(root.Get("metrics").At(0).Get("name").String(), "calls");
    EXPECT_NE(catalogue.body.find("\"latency_us\""), std::string::npos);
    const auto openapi = server_.AskAsNobody({.target = "/api/openapi.json"});
    EXPECT_EQ(Parse(openapi).Get("openapi").String(), "3.1.0");
}

TEST_F(ControlServerTest, CutsOffBodiesThatAreTooLarge) {
    const auto answer = server_.Ask(
        {.method = "POST",
         .target = "/api/v1/query",
         .headers = {{"Content-Type", "application/json"}},
         .body = std::string((1U << 20) + 1, ' ')}
    );
    ExpectProblem(answer, 413, "too_large");
}

TEST_F(ControlServerTest, CutsOffHeadersThatAreTooLarge) {
    const std::string half(40'000, 'a');
    const auto answer =
        server_.Ask({.target = "/healthz", .headers = {{"X-Long", half}, {"X-Longer", half}}});
    ExpectProblem(answer, 431, "too_large");
}

TEST_F(ControlServerTest, GivesEveryAnswerItsSecurityHeaders) {
    for (const char* target : {"/api/v1/status", "/healthz", "/api/nothing", "/ui/"}) {
        const auto answer = server_.Get(target);
        EXPECT_EQ(answer.Header("x-content-type-options"), "nosniff") << target;
        EXPECT_EQ(answer.Header("referrer-policy"), "no-referrer") << target;
        EXPECT_NE(
            answer.Header("content-security-policy").find("frame-ancestors 'none'"),
            std::string::npos
        ) << target;
    }
}

TEST(ControlServerLoadTest, RefusesQuestionsBeyondItsQueueAndSaysWhenToComeBack) {
    ControlOptions options;
    options.waiting_queries_max = 0;
    const TestServer server(options);
    const auto answer = server.Get("/api/v1/query?metrics=calls");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.Header("retry-after"), "1");
    EXPECT_EQ(server.Get("/api/v1/catalogue").status, 200);
}

}  // namespace
}  // namespace sightglass::serve
