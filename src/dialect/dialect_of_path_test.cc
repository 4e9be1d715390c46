#include "dialect/dialect_of_path.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "dialect/known_providers.h"

namespace sightglass::dialect {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

TEST(DialectOfPathTest, PathsThatOneDialectHasTellIt) {
    const std::vector<Row> rows = {
        {"/v1/chat/completions", "openai"},
        {"/openai/v1/chat/completions?x=/v1/messages", "openai"},
        {"/api/paas/v4/chat/completions", "openai"},
        {"/v1beta/openai/chat/completions", "openai"},
        {"/v1/responses", "openai"},
        {"/v1/messages", "anthropic"},
        {"/v1/messages/", "anthropic"},
        {"/anthropic/v1/messages?beta=true", "anthropic"},
        {"/v1/messages/count_tokens", "anthropic"},
        {"/v1/messages/batches/msgbatch_1/results", "anthropic"},
        {"/v1/projects/p/locations/l/publishers/anthropic/models/claude:streamRawPredict",
         "anthropic"},
        {"/v1/projects/p/locations/l/publishers/google/models/gemini-2.0:generateContent",
         "gemini"},
        {"/v1beta/models/gemini-2.5-flash:generateContent?key=k", "gemini"},
        {"/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", "gemini"},
        {"/v1beta/models/gemini-embedding-001:batchEmbedContents", "gemini"},
        {"/model/us.anthropic.claude-3-7%3A0/converse", "bedrock"},
        {"/model/arn%3Aaws%3Abedrock/converse-stream", "bedrock"},
        {"/model/m/invoke", "bedrock"},
        {"/model/m/invoke-with-response-stream", "bedrock"},
        {"/openai/deployments/gpt4/chat/completions?api-version=2024-10-21", "azure"},
        {"/api/chat", "ollama"},
        {"/api/embed", "ollama"},
        {"/v2/chat", "cohere"},
        {"/v1/rerank", "cohere"},
    };
    for (const auto& [path, dialect] : rows) {
        EXPECT_EQ(DialectOfPath(path), dialect) << path;
    }
}

TEST(DialectOfPathTest, PathsThatSeveralHaveTellNothing) {
    for (const std::string_view path :
         {"",
          "/",
          "?",
          "/v1/models",
          "/v1/files",
          "/v1/threads/thread_1/messages",
          "/v1/chat/completions/chatcmpl-1/messages",
          "/converse",
          "/api/v1/models",
          "/models/m:rawPredict",
          "/v1/models/ft:gpt-4o:org"}) {
        EXPECT_EQ(DialectOfPath(path), "") << path;
    }
}

TEST(DialectOfPathTest, APathThatTellsNothingIsReadAsItsUpstreamSpeaks) {
    const Dialect& openai = *FindDialect("openai");
    EXPECT_EQ(&DialectOf("/v1/models", openai), &openai);
    EXPECT_EQ(&DialectOf("/v1/chat/completions", openai), &openai);
}

TEST(KnownProvidersTest, HostsAreKnownWholeAndByPattern) {
    const std::vector<Row> rows = {
        {"api.openai.com", "openai"},
        {"eu.api.openai.com", "openai"},
        {"api.anthropic.com", "anthropic"},
        {"aiplatform.googleapis.com", "vertex"},
        {"europe-west1-aiplatform.googleapis.com", "vertex"},
        {"res.openai.azure.com", "azure"},
        {"bedrock-runtime.us-east-1.amazonaws.com", "bedrock"},
        {"ark.cn-beijing.volces.com", "volcengine"},
        {"dashscope-intl.aliyuncs.com", "dashscope"},
    };
    for (const auto& [host, name] : rows) {
        const KnownProvider* const provider = FindProviderByHost(host);
        ASSERT_NE(provider, nullptr) << host;
        EXPECT_EQ(provider->name, name) << host;
    }
    for (const std::string_view host :
         {"",
          "127.0.0.1",
          "localhost",
          "api.openai.com.evil.example",
          "xapi.openai.com",
          ".openai.azure.com"}) {
        EXPECT_EQ(FindProviderByHost(host), nullptr) << host;
    }
}

TEST(KnownProvidersTest, NamesThatPeopleGiveAreKnown) {
    EXPECT_EQ(FindProviderByName("Anthropic")->dialect, "anthropic");
    EXPECT_EQ(FindProviderByName("google")->name, "gemini");
    EXPECT_EQ(FindProviderByName("kimi")->name, "moonshotai");
    EXPECT_EQ(FindProviderByName("grok")->dialect, "openai");
    EXPECT_EQ(FindProviderByName(""), nullptr);
    EXPECT_EQ(FindProviderByName("gro"), nullptr);
}

TEST(KnownProvidersTest, ADialectThatOneProviderHasNamesIt) {
    EXPECT_EQ(ProviderOfDialect("anthropic"), "anthropic");
    EXPECT_EQ(ProviderOfDialect("gemini"), "gemini");
    EXPECT_EQ(ProviderOfDialect("openai"), "");
    EXPECT_EQ(ProviderOfDialect("klingon"), "");
}

}  // namespace
}  // namespace sightglass::dialect
