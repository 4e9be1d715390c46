// What the recordings and the cases as data do not show: precedence, cut requests, hostile values.
#include <string>

#include <gtest/gtest.h>

#include "dialect/openai/openai.h"

namespace sightglass::dialect::openai {
namespace {

Call ReadPost(std::string_view path, std::string_view body, Call call = {}) {
    ReadRequestLine("POST", path, call);
    ReadRequest(
        {.method = "POST", .path = path, .content_type = "application/json", .body = body},
        call
    );
    return call;
}

Call ReadUsageOf(std::string_view usage, Operation operation = Operation::kChat) {
    Call call;
    call.operation = operation;
    const std::string body = R"({"usage":)" + std::string(usage) + "}";
    ReadResponseBody({.http_status = 200, .body = body}, call);
    return call;
}

TEST(OpenAiRequestTest, WhatHeadersSaidStands) {
    Call call;
    call.user = "from-header";
    call.session_id = "s-header";
    call.tags = {{"team", "a"}};
    call = ReadPost(
        "/v1/chat/completions",
        R"({"user":"u","metadata":{"session_id":"s","Team":"b","area":"c"},"conversation":"conv"})",
        call
    );
    EXPECT_EQ(call.user, "from-header");
    EXPECT_EQ(call.session_id, "s-header");
    EXPECT_EQ(call.tags, (Tags{{"team", "a"}, {"area", "c"}}));
}

TEST(OpenAiRequestTest, UserAndSessionAreFoundWhereverTheyStand) {
    const auto user = [](std::string_view body) { return ReadPost("/v1/responses", body).user; };
    EXPECT_EQ(user(R"({"user":"a","safety_identifier":"b"})"), "a");
    EXPECT_EQ(user(R"({"safety_identifier":"b","metadata":{"user_id":"c"}})"), "b");
    EXPECT_EQ(user(R"({"metadata":{"user_id":"c"}})"), "c");
    const auto session = [](std::string_view body) {
        return ReadPost("/v1/responses", body).session_id;
    };
    EXPECT_EQ(session(R"({"metadata":{"conversation_id":"c"},"conversation":"d"})"), "c");
    EXPECT_EQ(session(R"({"conversation":"d"})"), "d");
    EXPECT_EQ(session(R"({"conversation":{"id":"e"}})"), "e");
    EXPECT_EQ(session(R"({"previous_response_id":"resp_1"})"), "")
        << "that names a turn, not a session";
}

TEST(OpenAiRequestTest, ALongRequestIsReadFromItsEnds) {
    const std::string body = R"({"model":"gpt-4o","messages":[{"role":"user","content":")" +
                             std::string(100'000, 'x') +
                             R"("}],"temperature":0.5,"stream":true,"user":"u"})";
    Call call;
    ReadRequest(
        {.method = "POST",
         .path = "/v1/chat/completions",
         .content_type = "application/json",
         .body = std::string_view(body).substr(0, 1000),
         .body_tail = std::string_view(body).substr(body.size() - 1000),
         .truncated = true},
        call
    );
    EXPECT_EQ(call.model_requested, "gpt-4o");
    EXPECT_EQ(call.stream, true);
    EXPECT_EQ(call.user, "u");
    EXPECT_EQ(call.params, R"({"temperature":0.5})");
    EXPECT_EQ(call.operation, Operation::kChat);
}

TEST(OpenAiRequestTest, WhereTheStreamFlagMayBeCutOutItIsUnknown) {
    Call call;
    ReadRequest(
        {.method = "POST",
         .path = "/v1/chat/completions",
         .body = R"({"model":"m","messages":[)",
         .truncated = true},
        call
    );
    EXPECT_EQ(call.model_requested, "m");
    EXPECT_FALSE(call.stream.has_value());
}

TEST(OpenAiRequestTest, AFormIsReadFromItsEndsToo) {
    const std::string part = "--b\r\nContent-Disposition: form-data; name=";
    const std::string body =
        part + "\"file\"; filename=\"a.mp3\"\r\n\r\n" + std::string(100'000, '\0') + "\r\n" + part +
        "\"model\"\r\n\r\nwhisper-1\r\n" + part + "\"stream\"\r\n\r\ntrue\r\n--b--\r\n";
    Call call;
    ReadRequest(
        {.method = "POST",
         .path = "/v1/audio/transcriptions",
         .content_type = "multipart/form-data; boundary=b",
         .body = std::string_view(body).substr(0, 1000),
         .body_tail = std::string_view(body).substr(body.size() - 1000),
         .truncated = true},
        call
    );
    EXPECT_EQ(call.model_requested, "whisper-1");
    EXPECT_EQ(call.stream, true);
}

TEST(OpenAiRequestTest, BodiesThatAreNoRequestLeaveEverythingUnknown) {
    for (const std::string_view body :
         {"",
          "not json",
          "[]",
          "null",
          "{",
          R"({"model":7,"stream":"yes","user":[],"metadata":"x","tools":{}})"}) {
        const Call call = ReadPost("/v1/chat/completions", body);
        EXPECT_EQ(call.model_requested, "") << body;
        EXPECT_EQ(call.user, "");
        EXPECT_TRUE(call.tags.empty());
        EXPECT_EQ(call.params, "");
        EXPECT_NE(call.stream, true);
    }
}

TEST(OpenAiRequestTest, TheRealtimeModelStandsInTheQuery) {
    Call call;
    ReadRequest({.method = "GET", .path = "/v1/realtime?model=gpt-realtime-2"}, call);
    EXPECT_EQ(call.model_requested, "gpt-realtime-2");
    EXPECT_EQ(
        ReadPost("/v1/realtime/client_secrets", R"({"session":{"model":"gpt-realtime"}})")
            .model_requested,
        "gpt-realtime"
    );
}

TEST(OpenAiUsageTest, CachedTokensBeyondTheInputAreNotInsideIt) {
    const Call call =
        ReadUsageOf(R"({"prompt_tokens":5,"prompt_tokens_details":{"cached_tokens":10}})");
    EXPECT_EQ(call.fresh_input_tokens, 5);
    EXPECT_EQ(call.cached_input_tokens, 10);
}

TEST(OpenAiUsageTest, CountsThatAreNoCountsAreUnknown) {
    for (const std::string_view usage :
         {R"({"prompt_tokens":-1,"completion_tokens":-5})",
          R"({"prompt_tokens":"7","completion_tokens":null})",
          R"({"prompt_tokens":1.5,"completion_tokens":1e300})",
          R"({"prompt_tokens":9223372036854775807})",
          "{}"}) {
        const Call call = ReadUsageOf(usage);
        EXPECT_FALSE(call.InputTokens().has_value()) << usage;
        EXPECT_FALSE(call.output_tokens.has_value()) << usage;
        EXPECT_EQ(call.token_source, TokenSource::kNone);
    }
    EXPECT_EQ(ReadUsageOf(R"({"prompt_tokens":12.0})").fresh_input_tokens, 12);
}

TEST(OpenAiUsageTest, AFormatThatCountsOtherwiseIsKeptAsTextOnly) {
    const Call call =
        ReadUsageOf(R"({"input_tokens":5,"cache_read_input_tokens":100,"output_tokens":7})");
    EXPECT_FALSE(call.InputTokens().has_value());
    EXPECT_EQ(call.usage, R"({"input_tokens":5,"cache_read_input_tokens":100,"output_tokens":7})");
    const Call both =
        ReadUsageOf(R"({"prompt_tokens":105,"cache_read_input_tokens":100,"completion_tokens":7})");
    EXPECT_EQ(both.InputTokens(), 105);
}

TEST(OpenAiUsageTest, ATotalAloneIsInputWhereThereIsNoOutput) {
    EXPECT_EQ(ReadUsageOf(R"({"total_tokens":9})", Operation::kEmbedding).fresh_input_tokens, 9);
    EXPECT_FALSE(ReadUsageOf(R"({"total_tokens":9})").fresh_input_tokens.has_value());
}

TEST(OpenAiUsageTest, StatedCostsAreTaken) {
    EXPECT_EQ(
        ReadUsageOf(R"({"prompt_tokens":1,"cost":0.025265})").cost,
        Money::FromNanoUsd(25'265'000)
    );
    EXPECT_EQ(
        ReadUsageOf(R"({"prompt_tokens":1,"cost":{"total_cost":0.006}})").cost,
        Money::FromNanoUsd(6'000'000)
    );
    EXPECT_EQ(
        ReadUsageOf(R"({"prompt_tokens":1,"cost_in_usd_ticks":1466250})").cost,
        Money::FromNanoUsd(146'625)
    );
    EXPECT_EQ(ReadUsageOf(R"({"cost":0})").cost_source, CostSource::kProvider);
    for (const std::string_view usage :
         {R"({"cost":-1})", R"({"cost":1e30})", R"({"cost":"1"})", R"({"cost":null})"}) {
        EXPECT_FALSE(ReadUsageOf(usage).cost_source.has_value()) << usage;
    }
}

TEST(OpenAiStreamTest, CumulativeUsageIsTakenOnceTheLast) {
    const auto reader = NewStreamReader();
    Call call;
    call.operation = Operation::kChat;
    for (int tokens = 1; tokens <= 3; ++tokens) {
        const std::string data =
            R"({"id":"c","model":"m","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"x"}}],)"
            R"("usage":{"prompt_tokens":4,"completion_tokens":)" +
            std::to_string(tokens) + "}}";
        reader->ReadEvent("", data, TimeFromMicros(tokens), call);
    }
    EXPECT_EQ(call.output_tokens, 3);
    EXPECT_EQ(call.fresh_input_tokens, 4);
    EXPECT_EQ(call.first_token_at, TimeFromMicros(1));
}

TEST(OpenAiStreamTest, AsksForEachEventUntilIdentityAndFirstTokenAreKnown) {
    const auto reader = NewStreamReader();
    Call call;
    call.operation = Operation::kChat;
    const auto read = [&](std::string_view delta) {
        const std::string data =
            R"({"id":"c","model":"m","object":"chat.completion.chunk","choices":[{"index":0,"delta":)" +
            std::string(delta) + "}]}";
        return reader->ReadEvent("", data, TimeFromMicros(1), call);
    };
    EXPECT_EQ(read(R"({"role":"assistant","content":""})"), Interest::kEvery);
    EXPECT_EQ(read(R"({"content":"x"})"), Interest::kLast);
}

TEST(OpenAiStreamTest, AnEventThatLostItsMiddleStillGivesItsUsage) {
    const auto reader = NewStreamReader();
    Call call;
    call.operation = Operation::kResponse;
    reader->ReadEvent(
        "response.completed",
        R"({"type":"response.completed","response":{"id":"r","output":[{"text":"abc\)"
        R"(xyz"}],"usage":{"input_tokens":3,"output_tokens":4},"metadata":{}}})",
        TimeFromMicros(1),
        call
    );
    reader->Finish(true, call);
    EXPECT_EQ(call.output_tokens, 4);
    EXPECT_EQ(call.status, CallStatus::kOk);
}

TEST(OpenAiStreamTest, GarbageLeavesEverythingUnknown) {
    const auto reader = NewStreamReader();
    Call call;
    call.operation = Operation::kChat;
    for (const std::string_view data :
         {"", "x", "[]", "{}", "null", "{\"choices\":{}}", "{\"choices\":[null,1]}"}) {
        reader->ReadEvent("\xFF", data, TimeFromMicros(1), call);
    }
    reader->Finish(false, call);
    EXPECT_EQ(call.status, CallStatus::kInterrupted);
    EXPECT_EQ(call.token_source, TokenSource::kNone);
    EXPECT_FALSE(call.first_token_at.has_value());
}

}  // namespace
}  // namespace sightglass::dialect::openai
