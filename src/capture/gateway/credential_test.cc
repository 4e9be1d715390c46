#include "capture/gateway/credential.h"

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

std::string WithoutKey(std::string_view path) {
    std::string out;
    WritePathWithoutKey(path, out);
    return out;
}

TEST(CredentialTest, GoesIntoTheHeaderOfItsDialectOrOfTheSetting) {
    EXPECT_EQ(KeyHeaderName(KeyHeader::kByDialect, "openai"), "authorization");
    EXPECT_EQ(KeyHeaderName(KeyHeader::kByDialect, "anthropic"), "x-api-key");
    EXPECT_EQ(KeyHeaderName(KeyHeader::kByDialect, "azure"), "api-key");
    EXPECT_EQ(KeyHeaderName(KeyHeader::kByDialect, "gemini"), "x-goog-api-key");
    EXPECT_EQ(KeyHeaderName(KeyHeader::kApiKey, "openai"), "api-key");
    EXPECT_EQ(KeyHeaderName(KeyHeader::kBearer, "anthropic"), "authorization");
}

TEST(CredentialTest, IsWrittenAsItsHeaderWantsIt) {
    std::string out;
    WriteCredential("authorization", "secret", out);
    WriteCredential("x-api-key", "secret", out);
    EXPECT_EQ(out, "Authorization: Bearer secret\r\nx-api-key: secret\r\n");
}

TEST(CredentialTest, LeavesTheQueryAndNothingElse) {
    EXPECT_EQ(
        WithoutKey("/v1beta/models/m:generateContent?key=abc"),
        "/v1beta/models/m:generateContent"
    );
    EXPECT_EQ(WithoutKey("/p?alt=sse&key=abc&x=%26"), "/p?alt=sse&x=%26");
    EXPECT_EQ(WithoutKey("/p?key=abc&alt=sse"), "/p?alt=sse");
    EXPECT_EQ(WithoutKey("/p?keys=abc&monkey=1"), "/p?keys=abc&monkey=1");
    EXPECT_EQ(WithoutKey("/p?key"), "/p");
    EXPECT_EQ(WithoutKey("/p"), "/p");
    EXPECT_EQ(WithoutKey("/key=1"), "/key=1");
}

/// `text` without what a request with these header lines shows to be let in.
std::string WithoutShown(const std::string& lines, std::string text) {
    const std::string bytes = "GET /v1/models HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n";
    net::RequestHead head;
    std::size_t scanned = 0;
    EXPECT_EQ(
        net::ParseRequestHead(bytes, bytes.size(), scanned, head).status,
        net::HeadStatus::kComplete
    );
    redact::KnownSecrets secrets;
    AddCredentials(head, secrets);
    secrets.RemoveFrom(text);
    return text;
}

TEST(CredentialTest, IsKnownWhereverAHeaderShowsIt) {
    for (const std::string line :
         {"Authorization: Bearer first-key",
          "Authorization: first-key",
          "API-Key: first-key",
          "x-api-key: first-key",
          "x-goog-api-key: first-key",
          "X-Sightglass-Key: first-key",
          "x-amz-security-token: first-key",
          "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.first-key",
          "Authorization: Basic am86Zmlyc3Qta2V5"}) {
        EXPECT_EQ(WithoutShown(line + "\r\n", "a first-key b"), "a [secret] b") << line;
    }
    EXPECT_EQ(WithoutShown("x-other: first-key\r\n", "a first-key b"), "a first-key b");
}

TEST(CredentialTest, IsKnownAsUrlsAndJsonWriteIt) {
    EXPECT_EQ(
        WithoutShown(
            "api-key: a/b+c\"d==\r\n",
            R"(a/b+c"d== a%2Fb%2Bc%22d%3D%3D a/b+c\"d== a\/b+c\"d==)"
        ),
        "[secret] [secret] [secret] [secret]"
    );
}

}  // namespace
}  // namespace sightglass::capture
