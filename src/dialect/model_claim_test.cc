#include "dialect/model_claim.h"

#include <gtest/gtest.h>

namespace sightglass::dialect {
namespace {

/// What is claimed: a name, "none" or "unclear".
std::string Claimed(const RequestView& request, std::string_view dialect, bool websocket = false) {
    const ModelClaim claim = ReadModelClaim(request, dialect, websocket);
    switch (claim.naming) {
        case ModelNaming::kNone:
            return "none";
        case ModelNaming::kOne:
            return claim.model;
        case ModelNaming::kUnclear:
            break;
    }
    return "unclear";
}

std::string OfBody(std::string_view body, std::string_view path = "/v1/chat/completions") {
    return Claimed({.method = "POST", .path = path, .body = body}, "openai");
}

std::string OfWebSocket(std::string_view path, std::string_view dialect = "openai") {
    return Claimed({.method = "GET", .path = path}, dialect, true);
}

std::string OfPath(
    std::string_view path,
    std::string_view dialect,
    std::string_view body = R"({"model":"cheap"})"
) {
    return Claimed({.method = "POST", .path = path, .body = body}, dialect);
}

std::string OfForm(std::string_view parts) {
    return Claimed(
        {.method = "POST",
         .path = "/v1/audio/transcriptions",
         .content_type = "multipart/form-data; boundary=B",
         .body = parts},
        "openai"
    );
}

std::string Part(std::string_view name, std::string_view value) {
    return "--B\r\nContent-Disposition: form-data; name=" + std::string(name) + "\r\n\r\n" +
           std::string(value) + "\r\n";
}

TEST(ModelClaimTest, ABodyNamesOneModel) {
    EXPECT_EQ(OfBody(R"({"model":"m","messages":[]})"), "m");
    EXPECT_EQ(OfBody(R"({"mod\u0065l":"m"})"), "m");
    EXPECT_EQ(OfBody(R"({"model":"m","metadata":{"model":"x"}})"), "m");
    EXPECT_EQ(OfBody(R"({"messages":[]})"), "none");
    EXPECT_EQ(OfBody(""), "none");
}

TEST(ModelClaimTest, WhatOthersCouldReadOtherwiseIsUnclear) {
    EXPECT_EQ(OfBody(R"({"model":"m","model":"x"})"), "unclear");
    EXPECT_EQ(OfBody(R"({"model":"m","MODEL":"x"})"), "unclear");
    EXPECT_EQ(OfBody(R"({"model":"m","model":"m"})"), "unclear");
    EXPECT_EQ(OfBody(R"({"model":"m","models":["m","x"]})"), "unclear");
    EXPECT_EQ(OfBody(R"({"model":"m","session":{"model":"x"}})"), "unclear");
    EXPECT_EQ(OfBody(R"({"model":"m",})"), "unclear");
    EXPECT_EQ(OfBody(R"({"model":"m"})", "/v1/a/../chat/completions"), "unclear");
    EXPECT_EQ(OfBody(R"({"model":"m"})", "/v1/%2e%2E/chat/completions"), "unclear");
    EXPECT_EQ(OfBody(R"({"model":"m"})", "/v1/batches"), "unclear");
    EXPECT_EQ(OfBody(R"({"model":"m"})", "/v1/chat/completions?model=x"), "unclear");
    EXPECT_EQ(OfBody("{}", "/v1/chat/completions?model=x"), "unclear");
    const RequestView cut{
        .method = "POST",
        .path = "/v1/chat/completions",
        .body = R"({"model":"m",)",
        .truncated = true};
    EXPECT_EQ(Claimed(cut, "openai"), "unclear");
}

TEST(ModelClaimTest, AWebSocketNamesItsModelInTheQueryOrNotAtAll) {
    EXPECT_EQ(OfWebSocket("/v1/realtime?model=gpt-realtime"), "gpt-realtime");
    EXPECT_EQ(OfWebSocket("/v1/realtime?intent=x&mod%65l=gpt%2Drealtime"), "gpt-realtime");
    EXPECT_EQ(OfWebSocket("/openai/realtime?api-version=1&deployment=d", "azure"), "d");
    EXPECT_EQ(OfWebSocket("/v1/realtime?model=a&model=b"), "unclear");
    EXPECT_EQ(OfWebSocket("/v1/realtime?model=a&deployment=b", "azure"), "unclear");
    EXPECT_EQ(OfWebSocket("/v1/realtime"), "unclear");
    EXPECT_EQ(OfWebSocket("/v1/responses"), "unclear");
    EXPECT_EQ(OfWebSocket("/v1/responses?model=a"), "unclear");
    EXPECT_EQ(OfWebSocket("/ws/google.ai.BidiGenerateContent?model=a", "gemini"), "unclear");
}

TEST(ModelClaimTest, ThePathDecidesWhereItsProviderTakesItFromThere) {
    EXPECT_EQ(OfPath("/openai/deployments/dear/chat/completions?api-version=1", "azure"), "dear");
    EXPECT_EQ(OfPath("/openai/%64eployments/dear/chat/completions", "azure"), "dear");
    EXPECT_EQ(OfPath("/openai/Deployments/dear/chat/completions", "azure"), "dear");
    EXPECT_EQ(OfPath("/openai/deployments/dear/deployments/b/x", "azure"), "unclear");
    EXPECT_EQ(OfPath("/openai/v1/responses", "azure"), "cheap");
    EXPECT_EQ(OfPath("/v1beta/models/dear:generateContent", "gemini"), "dear");
    EXPECT_EQ(
        OfPath("/v1/p/x/publishers/google/models/dear:streamGenerateContent?alt=sse", "gemini"),
        "dear"
    );
    EXPECT_EQ(OfPath("/v1beta/interactions", "gemini", R"({"model":"models/m"})"), "m");
    EXPECT_EQ(OfPath("/model/a%2Fdear/converse", "bedrock"), "a/dear");
    EXPECT_EQ(OfPath("/v1/p/publishers/anthropic/models/dear:rawPredict", "anthropic"), "dear");
    EXPECT_EQ(OfPath("/v1/messages", "anthropic"), "cheap");
}

TEST(ModelClaimTest, WhereAPathMayOrMayNotCountBothMustAgree) {
    EXPECT_EQ(OfPath("/openai/deployments/dear/chat/completions", "openai"), "unclear");
    EXPECT_EQ(OfPath("/openai/deployments/cheap/chat/completions", "openai"), "cheap");
    EXPECT_EQ(OfPath("/v1/models/dear:generateContent", "openai"), "unclear");
}

TEST(ModelClaimTest, RealtimesQueryAndBodyMustAgree) {
    constexpr std::string_view kBody = R"({"session":{"model":"a"}})";
    EXPECT_EQ(OfBody(kBody, "/v1/realtime/calls?model=a"), "a");
    EXPECT_EQ(OfBody(kBody, "/v1/realtime/calls?model=b"), "unclear");
    EXPECT_EQ(OfBody(kBody, "/v1/realtime/client_secrets"), "a");
    EXPECT_EQ(OfBody("", "/v1/realtime/calls?model=b"), "b");
}

TEST(ModelClaimTest, AFormNamesOneModelOnce) {
    const std::string end = "--B--\r\n";
    EXPECT_EQ(OfForm(Part("\"model\"", "m") + Part("\"file\"; filename=\"a\"", "x") + end), "m");
    EXPECT_EQ(OfForm(Part("model", "m") + end), "m");
    EXPECT_EQ(OfForm(Part("\"model\"", "m") + Part("\"model\"", "x") + end), "unclear");
    EXPECT_EQ(OfForm(Part("\"model\"", "m") + Part("\"Model\"", "x") + end), "unclear");
    EXPECT_EQ(OfForm(Part("\"model\"", "m") + Part("\"mod\\el\"", "x") + end), "unclear");
    EXPECT_EQ(
        OfForm(Part("\"model\"", "m") + Part("\"model\"; filename=\"a\"", "x") + end),
        "unclear"
    );
    EXPECT_EQ(
        OfForm(
            Part("\"prompt\"", "a\n--B\nContent-Disposition: form-data; name=\"model\"\n\nx") +
            Part("\"model\"", "m") + end
        ),
        "unclear"
    );
    EXPECT_EQ(
        OfForm(Part("\"session\"", R"({"model":"x"})") + Part("\"model\"", "m") + end),
        "unclear"
    );
    std::string many;
    for (int i = 0; i < 80; ++i) {
        many += Part("\"f" + std::to_string(i) + "\"", "v");
    }
    EXPECT_EQ(OfForm(Part("\"model\"", "m") + many + end), "unclear");
}

}  // namespace
}  // namespace sightglass::dialect
