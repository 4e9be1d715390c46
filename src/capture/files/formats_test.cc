#include <gtest/gtest.h>

#include "capture/files/imported_text.h"

namespace sightglass::capture::files {
namespace {

TEST(FormatsTest, LiteLlmLoggingObjectsKeepWhatTheySay) {
    const Imported imported = ImportText(
        R"([{"id":"log-1","trace_id":"trace-1","call_type":"acompletion","stream":true,"response_cost":0.00021,"cost_breakdown":{"input_cost":0.0002,"output_cost":0.00001},"status":"success","custom_llm_provider":"anthropic","total_tokens":30,"prompt_tokens":20,"completion_tokens":10,"startTime":1795335522.5,"endTime":1795335524.0,"completionStartTime":1795335523.0,"model":"claude-sonnet-4","model_group":"sonnet","api_base":"https://api.anthropic.com/v1/messages","metadata":{"user_api_key_alias":"batch","user_api_key_team_id":"t1","user_api_key_user_id":"u1"},"cache_hit":null,"request_tags":["env:prod"],"end_user":"e1","requester_ip_address":"10.0.0.1","model_parameters":{"temperature":0.5},"response":{"id":"msg_1"}},
        {"id":"log-2","call_type":"embedding","response_cost":0,"status":"failure","startTime":1795335522.5,"endTime":1795335523.0,"model":"text-embedding-3-small","error_str":"slow down","error_information":{"error_code":"429","error_class":"RateLimitError"}}])"
    );
    ASSERT_EQ(imported.calls.size(), 2U) << imported.error;
    const Call& call = imported.calls[0];
    EXPECT_EQ(call.provider_response_id, "msg_1");
    EXPECT_EQ(call.trace_id, "trace-1");
    EXPECT_EQ(call.provider, "anthropic");
    EXPECT_EQ(call.operation, Operation::kChat);
    EXPECT_EQ(call.model_requested, "sonnet");
    EXPECT_EQ(call.model, "claude-sonnet-4");
    EXPECT_EQ(call.stream, true);
    EXPECT_EQ(call.cost->nano_usd(), 210'000);
    EXPECT_EQ(call.input_cost->nano_usd(), 200'000);
    EXPECT_EQ(call.InputTokens(), 20);
    EXPECT_EQ(call.output_tokens, 10);
    EXPECT_EQ(*call.first_token_at - *call.started_at, std::chrono::milliseconds(500));
    EXPECT_EQ(*call.ended_at - *call.started_at, std::chrono::milliseconds(1'500));
    EXPECT_EQ(call.team, "t1");
    EXPECT_EQ(call.user, "u1");
    EXPECT_EQ(call.client_ip, "10.0.0.1");
    EXPECT_EQ(call.params, R"({"temperature":0.5})");
    EXPECT_EQ(call.status, CallStatus::kOk);
    EXPECT_EQ(imported.calls[1].operation, Operation::kEmbedding);
    EXPECT_EQ(imported.calls[1].status, CallStatus::kError);
    EXPECT_EQ(imported.calls[1].http_status, 429);
    EXPECT_EQ(imported.calls[1].error_code, "RateLimitError");
}

TEST(FormatsTest, BurstGptCountsFromAnUntoldDayAndItsEmptyAnswersFailed) {
    const Imported imported = ImportText(
        "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log "
        "Type\n"
        "5,s1,2.5,ChatGPT,472,18,490,Conversation log\n"
        "45.25,s2,1,GPT-4,1087,0,1087,API log\n"
    );
    ASSERT_EQ(imported.calls.size(), 2U) << imported.error;
    const Call& call = imported.calls[0];
    EXPECT_EQ(FormatTime(*call.started_at), "2023-01-01T00:00:05Z");
    EXPECT_EQ(*call.ended_at - *call.started_at, std::chrono::milliseconds(2'500));
    EXPECT_EQ(call.session_id, "s1");
    EXPECT_EQ(call.model, "ChatGPT");
    EXPECT_EQ(call.InputTokens(), 472);
    EXPECT_EQ(call.output_tokens, 18);
    EXPECT_EQ(call.status, CallStatus::kOk);
    EXPECT_EQ(call.tags, (Tags{{"log_type", "Conversation log"}}));
    EXPECT_EQ(imported.calls[1].status, CallStatus::kError);
    EXPECT_EQ(imported.calls[1].error_type, ErrorType::kOther);
    EXPECT_EQ(call.error_type, std::nullopt);
    EXPECT_EQ(FormatTime(*imported.calls[1].started_at), "2023-01-01T00:00:45.250000Z");
    ImportOptions options;
    options.rules.time_base = TimeFromMicros(1'795'305'600'000'000);
    const Imported based =
        ImportText("Timestamp,Model,Request tokens,Response tokens\n5,ChatGPT,472,18\n", options);
    ASSERT_EQ(based.calls.size(), 1U);
    EXPECT_EQ(ToMicros(*based.calls[0].started_at), 1'795'305'605'000'000);
}

TEST(FormatsTest, EnvoysJsonLogYieldsTheCallsAmongItsLines) {
    const Imported imported = ImportText(
        R"({"start_time":"2026-11-22T08:18:42.000Z","method":"POST","path":"/v1/chat/completions","protocol":"HTTP/2","response_code":200,"response_flags":"-","bytes_received":1200,"bytes_sent":512,"duration":1250,"upstream_service_time":"1200","x_forwarded_for":"10.0.0.9","user_agent":"OpenAI/Python 1.0","authority":"api.openai.com"})"
        "\n"
        R"({"start_time":"2026-11-22T08:18:43.000Z","method":"GET","path":"/healthz","response_code":200,"bytes_received":0,"bytes_sent":2,"duration":1})"
        "\n"
        R"({"start_time":"2026-11-22T08:18:44.000Z","method":"POST","path":"/v1/messages","response_code":0,"response_flags":"DC","bytes_received":9,"bytes_sent":0,"duration":70,"authority":"api.anthropic.com"})"
        "\n"
    );
    ASSERT_EQ(imported.calls.size(), 2U) << imported.error;
    EXPECT_EQ(imported.counts.passed_over, 1U);
    const Call& call = imported.calls[0];
    EXPECT_EQ(call.endpoint, "/v1/chat/completions");
    EXPECT_EQ(call.operation, Operation::kChat);
    EXPECT_EQ(call.provider, "openai");
    EXPECT_EQ(call.http_status, 200);
    EXPECT_EQ(call.request_bytes, 1'200);
    EXPECT_EQ(call.response_bytes, 512);
    EXPECT_EQ(*call.ended_at - *call.started_at, std::chrono::milliseconds(1'250));
    EXPECT_EQ(call.provider_us, 1'200'000);
    EXPECT_EQ(call.client_ip, "10.0.0.9");
    EXPECT_EQ(imported.calls[1].provider, "anthropic");
    EXPECT_EQ(imported.calls[1].status, CallStatus::kCancelled);
    EXPECT_EQ(imported.calls[1].http_status, std::nullopt);
}

}  // namespace
}  // namespace sightglass::capture::files
