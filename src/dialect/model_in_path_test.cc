#include "dialect/model_in_path.h"

#include <gtest/gtest.h>

#include "dialect/paths.h"

namespace sightglass::dialect {
namespace {

TEST(ModelInPathTest, EachDialectHasItsPlace) {
    constexpr std::string_view kAzure = "/openai/deployments/gpt%204/chat/completions?a=/model/x/y";
    EXPECT_EQ(ModelInPath(kAzure, "azure"), "gpt%204");
    EXPECT_EQ(ModelInPath(kAzure, "openai"), "");
    EXPECT_EQ(ModelInPath("/openai/v1/responses", "azure"), "");
    EXPECT_EQ(
        ModelInPath("/v1beta/models/gemini-pro:streamGenerateContent?alt=sse", "gemini"),
        "gemini-pro"
    );
    EXPECT_EQ(
        ModelInPath(
            "/v1/projects/p/locations/l/publishers/anthropic/models/claude@1:rawPredict",
            "anthropic"
        ),
        "claude@1"
    );
    EXPECT_EQ(ModelInPath("/v1beta/models/gemini-pro", "gemini"), "");
    EXPECT_EQ(ModelInPath("/v1beta/files/x:upload", "gemini"), "");
    EXPECT_EQ(ModelInPath("/v1/messages", "anthropic"), "");
    EXPECT_EQ(
        ModelInPath("/model/arn:aws:bedrock:x%2Fy/converse-stream", "bedrock"),
        "arn:aws:bedrock:x%2Fy"
    );
    EXPECT_EQ(ModelInPath("/model/converse", "bedrock"), "");
}

TEST(ModelInPathTest, AModelIsWrittenAsPartOfASegment) {
    EXPECT_EQ(PercentEncoded("gpt-4o_mini.1~"), "gpt-4o_mini.1~");
    EXPECT_EQ(PercentEncoded("a/b:c?d"), "a%2Fb%3Ac%3Fd");
    EXPECT_EQ(PercentDecoded(PercentEncoded("\xC3\xA9 %")), "\xC3\xA9 %");
}

}  // namespace
}  // namespace sightglass::dialect
