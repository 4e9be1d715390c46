#include "access/request_guard.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sightglass::access {
namespace {

const GuardRules kRules{{"sight.example", "10.0.0.5", "fe80::1"}, {"https://app.example"}};

/// The code of the refusal, or "pass".
std::string
Verdict(Surface surface, const RequestOrigin& request, const GuardRules& rules = kRules) {
    const auto refusal = CheckOrigin(rules, surface, request);
    return refusal ? std::string(refusal->code) : "pass";
}

TEST(RequestGuardTest, AnswersToKnownHostsOnly) {
    for (const char* host :
         {"localhost",
          "LocalHost:8080",
          "127.0.0.1",
          "127.0.0.1:8080",
          "127.1.2.3",
          "[::1]",
          "[::1]:8080",
          "sight.example",
          "SIGHT.example:443",
          "10.0.0.5:8080",
          "[fe80::1]:80"}) {
        EXPECT_EQ(Verdict(Surface::kApi, {.host = host}), "pass") << host;
    }
    for (const char* host :
         {"",
          "evil.example",
          "localhost.evil.example",
          "127.0.0.1.evil.example",
          "127.0.0.1@evil.example",
          "localhost:",
          "localhost:0",
          "localhost:99999",
          "localhost:8o",
          "[::1",
          "[::1]x",
          "[]",
          ":8080",
          "127.0.0.256",
          "127.0.0",
          "127.0.0.1.1",
          "127.0.0.",
          "127..0.1",
          "1.",
          "0127.0.0.1",
          "127.0.0.01",
          "2130706433",
          "0.0.0.0",
          "128.0.0.1",
          "127.0.0.-1",
          "sight.example.",
          "sight.example ",
          "localhost\r\nx"}) {
        EXPECT_EQ(Verdict(Surface::kApi, {.host = host}), "host_unknown") << host;
        EXPECT_EQ(Verdict(Surface::kPage, {.host = host}), "host_unknown") << host;
        EXPECT_EQ(Verdict(Surface::kGateway, {.host = host}), "host_unknown") << host;
    }
    EXPECT_EQ(CheckOrigin(kRules, Surface::kApi, {})->http_status, 400);
    EXPECT_EQ(CheckOrigin(kRules, Surface::kApi, {.host = "evil.example"})->http_status, 403);
}

TEST(RequestGuardTest, KnowsItsOwnOrigin) {
    struct Case {
        const char* host;
        const char* origin;
        const char* verdict;
    };

    const std::vector<Case> cases{
        {"localhost:8080", "http://localhost:8080", "pass"},
        {"localhost", "http://localhost", "pass"},
        {"localhost:80", "http://localhost", "pass"},
        {"sight.example", "https://sight.example", "pass"},
        {"sight.example:443", "https://sight.example", "pass"},
        {"[::1]:8080", "http://[::1]:8080", "pass"},
        {"LOCALHOST:8080", "http://localhost:8080", "pass"},
        {"localhost:8080", "http://localhost:3000", "cross_site"},
        {"localhost:8080", "http://localhost", "cross_site"},
        {"localhost:8080", "http://127.0.0.1:8080", "cross_site"},
        {"sight.example:80", "https://sight.example", "cross_site"},
        {"localhost:8080", "http://localhost:8080.evil.example", "cross_site"},
        {"localhost:8080", "http://evil.example/localhost:8080", "cross_site"},
        {"localhost:8080", "chrome-extension://abc", "cross_site"},
        {"localhost:8080", "file://", "cross_site"},
        {"localhost:8080", "null", "cross_site"},
        {"localhost:8080", "localhost:8080", "cross_site"},
        {"localhost:8080", "https://app.example", "pass"},
        {"localhost:8080", "https://APP.example", "pass"},
        {"localhost:8080", "http://app.example", "cross_site"},
        {"localhost:8080", "https://app.example:8443", "cross_site"},
    };
    for (const Case& one : cases) {
        for (const Surface surface : {Surface::kApi, Surface::kPage, Surface::kGateway}) {
            EXPECT_EQ(Verdict(surface, {.host = one.host, .origin = one.origin}), one.verdict)
                << one.host << " " << one.origin;
        }
    }
}

TEST(RequestGuardTest, TheNullOriginIsNeverAllowed) {
    EXPECT_EQ(
        Verdict(Surface::kApi, {.host = "localhost", .origin = "null"}, {{}, {"null"}}),
        "cross_site"
    );
}

TEST(RequestGuardTest, RefusesWhatAnotherSiteMadeTheBrowserDo) {
    const auto verdict = [](Surface surface, const char* site, const char* origin = "") {
        return Verdict(surface, {.host = "localhost", .origin = origin, .sec_fetch_site = site});
    };
    for (const Surface surface : {Surface::kApi, Surface::kPage, Surface::kGateway}) {
        EXPECT_EQ(verdict(surface, "cross-site"), "cross_site");
        EXPECT_EQ(verdict(surface, "same-site"), "cross_site");
        EXPECT_EQ(verdict(surface, "same-origin"), "pass");
        EXPECT_EQ(verdict(surface, "none"), "pass");
        EXPECT_EQ(verdict(surface, ""), "pass");
        EXPECT_EQ(verdict(surface, "cross-site", "https://app.example"), "pass");
        EXPECT_EQ(verdict(surface, "cross-site", "https://evil.example"), "cross_site");
    }
}

TEST(RequestGuardTest, FollowsLinksToPagesOnly) {
    const RequestOrigin link{
        .host = "localhost",
        .sec_fetch_site = "cross-site",
        .sec_fetch_mode = "navigate",
        .sec_fetch_dest = "document"};
    EXPECT_EQ(Verdict(Surface::kPage, link), "pass");
    EXPECT_EQ(Verdict(Surface::kApi, link), "cross_site");
    EXPECT_EQ(Verdict(Surface::kGateway, link), "navigation");
    RequestOrigin frame = link;
    frame.sec_fetch_dest = "iframe";
    EXPECT_EQ(Verdict(Surface::kPage, frame), "cross_site");
    // A form that posts brings an origin.
    RequestOrigin form = link;
    form.origin = "https://evil.example";
    EXPECT_EQ(Verdict(Surface::kPage, form), "cross_site");
}

TEST(RequestGuardTest, ShowsNothingOfAnUpstreamInTheBrowser) {
    for (const char* destination :
         {"document",
          "iframe",
          "frame",
          "embed",
          "object",
          "script",
          "style",
          "image",
          "font",
          "audio",
          "video",
          "worker",
          "sharedworker",
          "serviceworker",
          "manifest",
          "track",
          "xslt",
          "fencedframe"}) {
        const RequestOrigin request{
            .host = "localhost",
            .sec_fetch_site = "same-origin",
            .sec_fetch_dest = destination};
        EXPECT_EQ(Verdict(Surface::kGateway, request), "navigation") << destination;
        EXPECT_EQ(Verdict(Surface::kPage, request), "pass") << destination;
    }
    for (const char* destination : {"", "empty", "websocket"}) {
        const RequestOrigin request{.host = "localhost", .sec_fetch_dest = destination};
        EXPECT_EQ(Verdict(Surface::kGateway, request), "pass") << destination;
    }
}

}  // namespace
}  // namespace sightglass::access
