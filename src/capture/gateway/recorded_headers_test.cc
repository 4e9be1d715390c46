#include "capture/gateway/recorded_headers.h"

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

std::string Recorded(std::string_view headers) {
    const std::string text = "HTTP/1.1 200 OK\r\n" + std::string(headers) + "\r\n";
    net::ResponseHead head;
    std::size_t scanned = 0;
    EXPECT_EQ(
        net::ParseResponseHead(text, 1U << 20, scanned, head).status,
        net::HeadStatus::kComplete
    );
    std::string out = "left over";
    WriteRecordedHeaders(head, out);
    return out;
}

TEST(RecordedHeadersTest, KeepsTheAllowListInLowerCase) {
    EXPECT_EQ(
        Recorded("Content-Type: Text/Plain\r\nX-RateLimit-Remaining-Requests: 5\r\n"
                 "OpenAI-Organization: Org\r\nCF-Ray: r\r\nX-Stainless-Retry-Count: 1\r\n"),
        "content-type: Text/Plain\nx-ratelimit-remaining-requests: 5\n"
        "openai-organization: Org\ncf-ray: r\nx-stainless-retry-count: 1"
    );
}

TEST(RecordedHeadersTest, NeverKeepsCredentialsOrWhatIsUnknown) {
    EXPECT_EQ(
        Recorded(
            "Authorization: Bearer x\r\nProxy-Authorization: x\r\napi-key: x\r\nx-api-key: x\r\n"
            "x-goog-api-key: x\r\nCookie: x\r\nSet-Cookie: x\r\nSec-WebSocket-Protocol: x\r\n"
            "Helicone-Auth: x\r\nX-Amz-Security-Token: x\r\nX-Forwarded-For: x\r\nopenai: x\r\n"
            "x-stainless: x\r\naccep: x\r\naccept2: x\r\n"
        ),
        ""
    );
}

TEST(RecordedHeadersTest, TakesSecretsOutOfValues) {
    EXPECT_EQ(
        Recorded("User-Agent: mine sk-proj-Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8\r\nServer: a\xff\r\n"),
        "user-agent: mine [secret]\nserver: a\xEF\xBF\xBD"
    );
}

TEST(RecordedHeadersTest, IsBounded) {
    std::string many;
    for (int i = 0; i < 100; ++i) {
        many += "openai-" + std::to_string(i) + ": " + std::string(200, 'v') + "\r\n";
    }
    EXPECT_LE(Recorded(many).size(), 4096U);
    EXPECT_EQ(Recorded("openai-" + std::string(80, 'n') + ": v\r\n"), "");
}

}  // namespace
}  // namespace sightglass::capture
