// Logging in and out, and what a request needs to be let in.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "serve/test_server.h"

namespace sightglass::serve {
namespace {

using net::HttpClientResponse;
using net::HttpHeader;

class SessionTest : public ::testing::Test {
protected:
    HttpClientResponse LogIn(std::string body) {
        return server_.AskAsNobody(
            {.method = "POST",
             .target = "/api/v1/session",
             .headers = {{"Content-Type", "application/json"}},
             .body = std::move(body)}
        );
    }

    /// "sightglass_session=…", as a browser sends it back.
    static std::string CookieOf(const HttpClientResponse& answer) {
        const std::string_view cookie = answer.Header("set-cookie");
        return std::string(cookie.substr(0, cookie.find(';')));
    }

    std::string CsrfOf(const std::string& cookie) {
        const auto answer =
            server_.Ask({.target = "/api/v1/session", .headers = {{"Cookie", cookie}}});
        codec::JsonParser parser;
        const auto root = parser.Parse(answer.body);
        return std::string(root->Get("csrf").String().value_or(""));
    }

    HttpClientResponse PostQuery(std::vector<HttpHeader> headers) {
        headers.push_back({"Content-Type", "application/json"});
        return server_.AskAsNobody(
            {.method = "POST",
             .target = "/api/v1/query",
             .headers = std::move(headers),
             .body = R"({"metrics":["calls"]})"}
        );
    }

    TestServer server_;
};

TEST_F(SessionTest, NothingBehindTheLoginAnswersWithoutOne) {
    for (const char* target :
         {"/api/v1/query?metrics=calls",
          "/api/v1/distribution",
          "/api/v1/catalogue",
          "/api/v1/calls",
          "/api/v1/calls/018f3b5e-7c1a-7f00-9a3e-0123456789ab",
          "/api/v1/live",
          "/api/v1/status",
          "/api/v1/audit"}) {
        const auto answer = server_.AskAsNobody({.target = target});
        EXPECT_EQ(answer.status, 401) << target;
        EXPECT_NE(answer.Header("www-authenticate"), "") << target;
    }
    for (const char* target :
         {"/healthz", "/readyz", "/api/openapi.json", "/api/v1/session", "/metrics", "/ui/"}) {
        EXPECT_EQ(server_.AskAsNobody({.target = target}).status, 200) << target;
    }
}

TEST_F(SessionTest, TakesTheBearerTokenWhateverItsCase) {
    const std::string token(kTestToken);
    const auto status = [this](std::string authorization) {
        return server_
            .AskAsNobody(
                {.target = "/api/v1/catalogue",
                 .headers = {{"Authorization", std::move(authorization)}}}
            )
            .status;
    };
    EXPECT_EQ(status("Bearer " + token), 200);
    EXPECT_EQ(status("bearer  " + token), 200);
    EXPECT_EQ(status("Bearer " + token + "x"), 401);
    EXPECT_EQ(status("Bearer "), 401);
    EXPECT_EQ(status("Basic " + token), 401);
    EXPECT_EQ(status(token), 401);
}

TEST_F(SessionTest, LogsInWithTheTokenAndOutAgain) {
    const auto login = LogIn(R"({"token":")" + std::string(kTestToken) + R"("})");
    ASSERT_EQ(login.status, 204) << login.body;
    const std::string_view attributes = login.Header("set-cookie");
    EXPECT_NE(attributes.find("HttpOnly"), std::string_view::npos);
    EXPECT_NE(attributes.find("SameSite=Strict"), std::string_view::npos);
    EXPECT_NE(attributes.find("Path=/api"), std::string_view::npos);
    const std::string cookie = CookieOf(login);
    EXPECT_EQ(
        server_.Ask({.target = "/api/v1/catalogue", .headers = {{"Cookie", "a=b; " + cookie}}}
        ).status,
        200
    );

    const HttpHeader csrf{"x-sightglass-csrf", CsrfOf(cookie)};
    EXPECT_EQ(
        server_
            .Ask({.method = "DELETE", .target = "/api/v1/session", .headers = {{"Cookie", cookie}}})
            .status,
        403
    );
    EXPECT_EQ(
        server_
            .Ask(
                {.method = "DELETE",
                 .target = "/api/v1/session",
                 .headers = {{"Cookie", cookie}, csrf}}
            )
            .status,
        204
    );
    EXPECT_EQ(
        server_.Ask({.target = "/api/v1/catalogue", .headers = {{"Cookie", cookie}}}).status,
        401
    );
}

TEST_F(SessionTest, ACodeLogsInOnce) {
    const std::string body = R"({"code":")" + server_.logins->NewCode() + R"("})";
    EXPECT_EQ(LogIn(body).status, 204);
    EXPECT_EQ(LogIn(body).status, 401);
}

TEST_F(SessionTest, RefusesLoginsThatAreNotAsDocumented) {
    EXPECT_EQ(LogIn("").status, 400);
    EXPECT_EQ(LogIn("[]").status, 400);
    EXPECT_EQ(LogIn(R"({"token":1})").status, 400);
    EXPECT_EQ(LogIn(R"({"token":"a","code":"b"})").status, 400);
    const auto form = server_.AskAsNobody(
        {.method = "POST",
         .target = "/api/v1/session",
         .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
         .body = "token=a"}
    );
    EXPECT_EQ(form.status, 415);
}

TEST_F(SessionTest, ChangesWithTheCookieNeedTheCsrfToken) {
    const std::string cookie =
        CookieOf(LogIn(R"({"code":")" + server_.logins->NewCode() + R"("})"));
    const std::string csrf = CsrfOf(cookie);
    EXPECT_EQ(PostQuery({{"Cookie", cookie}}).status, 403);
    EXPECT_EQ(PostQuery({{"Cookie", cookie}, {"x-sightglass-csrf", csrf + "0"}}).status, 403);
    EXPECT_EQ(PostQuery({{"Cookie", cookie}, {"x-sightglass-csrf", csrf}}).status, 200);
    EXPECT_EQ(PostQuery({{"Authorization", "Bearer " + std::string(kTestToken)}}).status, 200);
    // Another session's token does not fit.
    const std::string other = CookieOf(LogIn(R"({"code":")" + server_.logins->NewCode() + R"("})"));
    EXPECT_EQ(PostQuery({{"Cookie", other}, {"x-sightglass-csrf", csrf}}).status, 403);
}

TEST_F(SessionTest, SlowsDownGuessing) {
    const std::string wrong = R"({"token":"wrong"})";
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(LogIn(wrong).status, 401);
    }
    const auto refused = LogIn(R"({"token":")" + std::string(kTestToken) + R"("})");
    EXPECT_EQ(refused.status, 429);
    EXPECT_NE(refused.Header("retry-after"), "");
    server_.clock.Advance(std::chrono::seconds(61));
    EXPECT_EQ(LogIn(R"({"token":")" + std::string(kTestToken) + R"("})").status, 204);
}

TEST_F(SessionTest, WritesLoginsIntoTheAuditLog) {
    LogIn(R"({"token":"wrong-secret"})");
    LogIn(R"({"token":")" + std::string(kTestToken) + R"("})");
    const auto answer = server_.Get("/api/v1/audit?limit=1");
    ASSERT_EQ(answer.status, 200);
    codec::JsonParser parser;
    const auto root = parser.Parse(answer.body);
    EXPECT_EQ(root->Get("items").At(0).Get("action").String(), "login");
    EXPECT_EQ(root->Get("items").At(0).Get("detail").Get("client_ip").String(), "127.0.0.1");
    const std::string next(root->Get("next").String().value_or(""));
    const auto older = server_.Get("/api/v1/audit?cursor=" + next);
    EXPECT_NE(older.body.find("\"login_failed\""), std::string::npos) << older.body;
    EXPECT_EQ(older.body.find("wrong-secret"), std::string::npos);
}

TEST(SessionRestartTest, StaysLoggedInOverARestart) {
    TestServer server;
    const auto login = server.logins->LogInWithToken(kTestToken, "127.0.0.1");
    ASSERT_TRUE(login.Ok());
    access::Logins later(Secret(std::string(kTestToken)), *server.sessions, server.clock);
    EXPECT_TRUE(later.Find(login->token).has_value());
}

/// What the browser says about where a request comes from, and what the server makes of it.
struct OriginCase {
    const char* name;
    std::string target;
    std::vector<HttpHeader> headers;
    int status;
};

TEST(OriginTest, AnswersOnlyToItsOwnNamesAndPages) {
    const TestServer server;
    const std::string own = "127.0.0.1:" + std::to_string(server.port);
    const std::vector<OriginCase> cases{
        {"no browser", "/api/v1/catalogue", {}, 200},
        {"own page",
         "/api/v1/catalogue",
         {{"Origin", "http://" + own}, {"Sec-Fetch-Site", "same-origin"}},
         200},
        {"rebound name", "/api/v1/catalogue", {{"Host", "evil.example:8080"}}, 403},
        {"rebound name, page", "/ui/", {{"Host", "evil.example"}}, 403},
        {"rebound name, metrics", "/metrics", {{"Host", "evil.example"}}, 403},
        {"rebound name, health", "/healthz", {{"Host", "evil.example"}}, 403},
        {"other origin", "/api/v1/catalogue", {{"Origin", "http://evil.example"}}, 403},
        {"other port of this machine",
         "/api/v1/catalogue",
         {{"Origin", "http://127.0.0.1:1"}},
         403},
        {"sandboxed frame", "/api/v1/catalogue", {{"Origin", "null"}}, 403},
        {"cross-site without origin", "/api/v1/catalogue", {{"Sec-Fetch-Site", "cross-site"}}, 403},
        {"neighbour site", "/api/v1/catalogue", {{"Sec-Fetch-Site", "same-site"}}, 403},
        {"link to a page",
         "/ui/",
         {{"Sec-Fetch-Site", "cross-site"},
          {"Sec-Fetch-Mode", "navigate"},
          {"Sec-Fetch-Dest", "document"}},
         200},
        {"frame of a page",
         "/ui/",
         {{"Sec-Fetch-Site", "cross-site"},
          {"Sec-Fetch-Mode", "navigate"},
          {"Sec-Fetch-Dest", "iframe"}},
         403},
        {"link to the API",
         "/api/v1/catalogue",
         {{"Sec-Fetch-Site", "cross-site"},
          {"Sec-Fetch-Mode", "navigate"},
          {"Sec-Fetch-Dest", "document"}},
         403},
    };
    for (const OriginCase& one : cases) {
        EXPECT_EQ(server.Ask({.target = one.target, .headers = one.headers}).status, one.status)
            << one.name;
    }
}

TEST(OriginTest, LetsAllowedOriginsCallTheApi) {
    ControlOptions options;
    options.guard.hosts = {"sight.example"};
    options.guard.origins = {"https://app.example"};
    const TestServer server(options);
    const std::vector<HttpHeader> headers{
        {"Host", "sight.example"},
        {"Origin", "https://app.example"},
        {"Sec-Fetch-Site", "cross-site"}};
    const auto answer = server.Ask({.target = "/api/v1/catalogue", .headers = headers});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.Header("access-control-allow-origin"), "https://app.example");
    const auto preflight =
        server.AskAsNobody({.method = "OPTIONS", .target = "/api/v1/catalogue", .headers = headers}
        );
    EXPECT_EQ(preflight.status, 204);
    EXPECT_NE(
        preflight.Header("access-control-allow-headers").find("authorization"),
        std::string_view::npos
    );
}

TEST(MetricsAccessTest, NeedTheTokenBeyondLoopback) {
    ControlOptions options;
    options.loopback_only = false;
    const TestServer server(options);
    EXPECT_EQ(server.AskAsNobody({.target = "/metrics"}).status, 401);
    EXPECT_EQ(server.Get("/metrics").status, 200);
}

TEST_F(SessionTest, NobodyIsLetInUnrecorded) {
    server_.BreakAudit();
    const auto answer = LogIn(R"({"token":")" + std::string(kTestToken) + R"("})");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.Header("set-cookie"), "");
    EXPECT_EQ(server_.Get("/api/v1/query?metrics=calls").status, 200) << "the token itself works";
}

TEST_F(SessionTest, NoKeyChangesUnrecorded) {
    const auto issue = [this] {
        return server_.Ask(
            {.method = "POST",
             .target = "/api/v1/keys",
             .headers = {{"Content-Type", "application/json"}},
             .body = R"({"name":"a"})"}
        );
    };
    ASSERT_EQ(issue().status, 201);
    const std::string id = server_.keys->Table().Get()->All().front()->id;
    server_.BreakAudit();
    EXPECT_EQ(issue().status, 500);
    EXPECT_EQ(server_.keys->Table().Get()->All().size(), 1U);
    EXPECT_EQ(server_.gateway_keys.All()->size(), 1U);
    EXPECT_EQ(server_.Ask({.method = "DELETE", .target = "/api/v1/keys/" + id}).status, 500);
    EXPECT_FALSE(server_.keys->Table().Get()->All().front()->IsRevoked());
}

}  // namespace
}  // namespace sightglass::serve
