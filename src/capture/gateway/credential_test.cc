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

}  // namespace
}  // namespace sightglass::capture
