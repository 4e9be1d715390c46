#include "capture/gateway/attribution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class AttributionTest : public ::testing::Test {
protected:
    const net::RequestHead& Head(std::string_view headers) {
        text_ = "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(headers) + "\r\n";
        std::size_t scanned = 0;
        const auto result = net::ParseRequestHead(text_, 1U << 20, scanned, head_);
        EXPECT_EQ(result.status, net::HeadStatus::kComplete);
        return head_;
    }

    Call Read(std::string_view headers) {
        Call call;
        ReadAttribution(Head(headers), call);
        return call;
    }

    std::string text_;
    net::RequestHead head_;
};

TEST_F(AttributionTest, ReadsOurHeaders) {
    const Call call = Read(
        "X-Sightglass-Service: s\r\nx-sightglass-environment: e\r\nx-sightglass-team: t\r\n"
        "x-sightglass-user: u\r\nx-sightglass-session: c\r\nx-sightglass-project: p\r\n"
        "x-sightglass-tag-Feature: f\r\nx-sightglass-tag-: nameless\r\nx-sightglass-other: x\r\n"
    );
    EXPECT_EQ(call.service, "s");
    EXPECT_EQ(call.environment, "e");
    EXPECT_EQ(call.team, "t");
    EXPECT_EQ(call.user, "u");
    EXPECT_EQ(call.session_id, "c");
    EXPECT_EQ(call.project, "p");
    EXPECT_THAT(call.tags, ElementsAre(Pair("feature", "f")));
}

TEST_F(AttributionTest, ReadsHeadersOfOtherGateways) {
    Call call =
        Read("Helicone-User-Id: u\r\nHelicone-Session-Id: s\r\nHelicone-Property-App: a\r\n");
    EXPECT_EQ(call.user, "u");
    EXPECT_EQ(call.session_id, "s");
    EXPECT_THAT(call.tags, ElementsAre(Pair("app", "a")));

    call = Read(
        R"(x-portkey-metadata: {"_user":"u","_environment":"e","_session":"s","n":3,"odd":{"a":[1]}})"
        "\r\n"
    );
    EXPECT_EQ(call.user, "u");
    EXPECT_EQ(call.environment, "e");
    EXPECT_EQ(call.session_id, "s");
    EXPECT_THAT(call.tags, ElementsAre(Pair("n", "3"), Pair("odd", R"({"a":[1]})")));

    call = Read("x-litellm-end-user-id: u\r\nx-litellm-tags: one, two\r\n");
    EXPECT_EQ(call.user, "u");
    EXPECT_THAT(call.tags, ElementsAre(Pair("one", "true"), Pair("two", "true")));
}

TEST_F(AttributionTest, OursWinWhereverTheyStand) {
    const Call call = Read(
        "Helicone-User-Id: theirs\r\nhelicone-property-a: theirs\r\n"
        "x-sightglass-user: ours\r\nx-sightglass-tag-a: ours\r\n"
    );
    EXPECT_EQ(call.user, "ours");
    EXPECT_THAT(call.tags, ElementsAre(Pair("a", "ours")));
}

TEST_F(AttributionTest, ReadsWhoPays) {
    const Call call = Read("OpenAI-Organization: org-1\r\nOpenAI-Project: proj_2\r\n");
    EXPECT_EQ(call.organization, "org-1");
    EXPECT_EQ(call.project, "proj_2");
    EXPECT_EQ(Read("OpenAI-Project: theirs\r\nx-sightglass-project: ours\r\n").project, "ours");
}

TEST_F(AttributionTest, IsBounded) {
    std::string headers;
    for (int i = 0; i < 40; ++i) {
        headers += "x-sightglass-tag-n" + std::to_string(i) + ": v\r\n";
    }
    EXPECT_THAT(Read(headers).tags, SizeIs(16));
    EXPECT_THAT(Read("x-sightglass-user: " + std::string(9000, 'u') + "\r\n").user, SizeIs(512));
    EXPECT_THAT(Read("x-portkey-metadata: " + std::string(20'000, '[') + "\r\n").tags, IsEmpty());
    EXPECT_THAT(Read("x-portkey-metadata: {\"a\":\r\n").tags, IsEmpty());
}

TEST_F(AttributionTest, ReadsTheTraceParent) {
    const std::string trace = "0af7651916cd43dd8448eb211c80319c";
    const std::string span = "b7ad6b7169203331";
    const Call call = Read("TraceParent: 00-" + trace + "-" + span + "-01\r\n");
    EXPECT_EQ(call.trace_id, trace);
    EXPECT_EQ(call.span_id, span);
    for (const std::string& bad :
         {std::string("00-") + trace + "-" + span,
          std::string("00-") + std::string(32, '0') + "-" + span + "-01",
          std::string("00-") + trace + "-" + std::string(16, '0') + "-01",
          std::string("00-") + std::string(32, 'g') + "-" + span + "-01",
          std::string("nonsense")}) {
        EXPECT_EQ(Read("traceparent: " + bad + "\r\n").trace_id, "") << bad;
    }
}

TEST_F(AttributionTest, NamesTheClientLibrary) {
    EXPECT_EQ(
        SdkOf(Head("User-Agent: AsyncOpenAI/Python 1.99.1\r\nX-Stainless-Lang: python\r\n"
                   "X-Stainless-Package-Version: 1.99.1\r\n")),
        "openai-python 1.99.1"
    );
    EXPECT_EQ(
        SdkOf(Head("User-Agent: Anthropic/JS 0.60.0\r\nX-Stainless-Lang: js\r\n"
                   "X-Stainless-Package-Version: 0.60.0\r\n")),
        "anthropic-js 0.60.0"
    );
    EXPECT_EQ(SdkOf(Head("User-Agent: python-requests/2.31.0\r\n")), "python-requests 2.31.0");
    EXPECT_EQ(SdkOf(Head("User-Agent: curl/7.88.1 (x86)\r\n")), "curl 7.88.1");
    EXPECT_EQ(SdkOf(Head("")), "");
}

TEST_F(AttributionTest, FindsTheProvidersKey) {
    EXPECT_EQ(ProviderKeyOf(Head("Authorization: bearer  k1\r\n")), "k1");
    EXPECT_EQ(ProviderKeyOf(Head("Authorization: Basic k2\r\n")), "Basic k2");
    EXPECT_EQ(ProviderKeyOf(Head("api-key: k3\r\n")), "k3");
    EXPECT_EQ(ProviderKeyOf(Head("X-Api-Key: k4\r\n")), "k4");
    EXPECT_EQ(ProviderKeyOf(Head("x-goog-api-key: k5\r\n")), "k5");
    EXPECT_EQ(
        ProviderKeyOf(Head("Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.k6, x\r\n")),
        "k6"
    );
    EXPECT_EQ(ProviderKeyOf(Head("")), "");
}

TEST_F(AttributionTest, FingerprintsTheKey) {
    const access::Fingerprinter fingerprinter(Secret("s"));
    Call call;
    ReadKey(Head("api-key: aaaaaaaaaaaaaaaaaaaa\r\n"), fingerprinter, call);
    EXPECT_EQ(call.api_key, fingerprinter.Of("aaaaaaaaaaaaaaaaaaaa").fingerprint);
    EXPECT_EQ(call.api_key_label, fingerprinter.Of("aaaaaaaaaaaaaaaaaaaa").label);
    Call without;
    ReadKey(Head(""), fingerprinter, without);
    EXPECT_EQ(without.api_key, "");
}

}  // namespace
}  // namespace sightglass::capture
