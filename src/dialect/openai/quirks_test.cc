#include "dialect/openai/quirks.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dialect/known_providers.h"
#include "dialect/openai/openai.h"

namespace sightglass::dialect::openai {
namespace {

Call ReadBody(std::string provider, int status, std::string_view body) {
    Call call;
    call.provider = std::move(provider);
    call.operation = Operation::kChat;
    ReadResponseBody({.http_status = status, .body = body}, call);
    return call;
}

Call ReadUsage(std::string provider, std::string_view usage) {
    return ReadBody(std::move(provider), 200, R"({"usage":)" + std::string(usage) + "}");
}

Call ReadHead(std::string provider, const std::map<std::string, std::string>& headers) {
    Call call;
    call.provider = std::move(provider);
    call.started_at = TimeFromMicros(1'795'311'464'000'000);
    ReadResponseHead(
        200,
        [&headers](std::string_view name) {
            const auto found = headers.find(std::string(name));
            return found == headers.end() ? std::string_view() : std::string_view(found->second);
        },
        call
    );
    return call;
}

TEST(QuirksTest, ARowIsAKnownProvidersRow) {
    for (const std::string_view provider :
         {"cerebras",
          "dashscope",
          "deepseek",
          "fireworks",
          "mistral",
          "moonshotai",
          "openrouter",
          "perplexity",
          "together",
          "volcengine",
          "xai",
          "zai",
          "zhipuai"}) {
        EXPECT_EQ(QuirksOf(provider).provider, provider);
        EXPECT_NE(FindProviderByName(provider), nullptr) << provider;
    }
    EXPECT_EQ(QuirksOf("openai").provider, "");
    EXPECT_EQ(QuirksOf("").provider, "");
}

TEST(QuirksTest, CachedInputIsReadInEverySpelling) {
    struct Sample {
        std::string usage;
        OptionalInt fresh;
        OptionalInt cached;
    };

    const std::vector<Sample> samples = {
        {R"({"prompt_tokens":10,"prompt_cache_hit_tokens":4,"prompt_cache_miss_tokens":6})", 6, 4},
        {R"({"prompt_tokens":10,"cached_tokens":3})", 7, 3},
        {R"({"prompt_tokens":10,"num_cached_tokens":2})", 8, 2},
        {R"({"prompt_tokens":10,"prompt_tokens_details":{"cached_tokens":1},"cached_tokens":9})",
         9,
         1},
        {R"({"prompt_tokens":10})", 10, std::nullopt},
        {R"({"prompt_tokens":3,"prompt_tokens_details":{"cached_tokens":8}})", 3, 8},
    };
    for (const Sample& sample : samples) {
        const Call call = ReadUsage("", sample.usage);
        EXPECT_EQ(call.fresh_input_tokens, sample.fresh) << sample.usage;
        EXPECT_EQ(call.cached_input_tokens, sample.cached) << sample.usage;
    }
}

TEST(QuirksTest, QwensCacheIsWrittenForFiveMinutes) {
    const Call call = ReadUsage(
        "dashscope",
        R"({"prompt_tokens":100,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":20,"cache_creation_input_tokens":30}})"
    );
    EXPECT_EQ(call.fresh_input_tokens, 50);
    EXPECT_EQ(call.cached_input_tokens, 20);
    EXPECT_EQ(call.cache_write_5m_tokens, 30);
}

TEST(QuirksTest, OutputBesideTheCompletionIsAdded) {
    const std::string xai =
        R"({"prompt_tokens":12,"completion_tokens":1,"completion_tokens_details":{"reasoning_tokens":290})";
    EXPECT_EQ(ReadUsage("", xai + R"(,"total_tokens":303})").output_tokens, 291);
    EXPECT_EQ(ReadUsage("xai", xai + R"(,"total_tokens":13})").output_tokens, 1);
    EXPECT_EQ(ReadUsage("xai", xai + "}").output_tokens, 291);
    EXPECT_EQ(ReadUsage("", xai + "}").output_tokens, 1);
    const Call perplexity = ReadUsage(
        "perplexity",
        R"({"prompt_tokens":9,"completion_tokens":100,"total_tokens":109,"citation_tokens":40,"reasoning_tokens":700,"cost":{"total_cost":0.25}})"
    );
    EXPECT_EQ(perplexity.output_tokens, 840);
    EXPECT_EQ(perplexity.reasoning_tokens, 700);
    EXPECT_EQ(perplexity.cost, Money::FromNanoUsd(250'000'000));
    EXPECT_EQ(perplexity.cost_source, CostSource::kProvider);
}

TEST(QuirksTest, TheStatedCostIsTakenWithThatOfTheCallersOwnKey) {
    EXPECT_EQ(
        ReadUsage(
            "openrouter",
            R"({"prompt_tokens":1,"cost":0.00004,"is_byok":false,"cost_details":{"upstream_inference_cost":0.00004}})"
        )
            .cost,
        Money::FromNanoUsd(40'000)
    );
    EXPECT_EQ(
        ReadUsage(
            "openrouter",
            R"({"prompt_tokens":1,"cost":0.000002,"is_byok":true,"cost_details":{"upstream_inference_cost":0.00004}})"
        )
            .cost,
        Money::FromNanoUsd(42'000)
    );
    EXPECT_EQ(
        ReadUsage("xai", R"({"prompt_tokens":1,"cost_in_usd_ticks":1466250})").cost,
        Money::FromNanoUsd(146'625)
    );
}

TEST(QuirksTest, UsageIsFoundInAChoice) {
    const auto reader = NewStreamReader();
    Call call;
    call.operation = Operation::kChat;
    reader->ReadEvent(
        "",
        R"({"id":"c","model":"kimi-k2","choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":7,"completion_tokens":2}}]})",
        TimeFromMicros(1),
        call
    );
    reader->Finish(true, call);
    EXPECT_EQ(call.fresh_input_tokens, 7);
    EXPECT_EQ(call.output_tokens, 2);
}

TEST(QuirksTest, GroqSaysHowLongItTook) {
    EXPECT_EQ(ReadUsage("groq", R"({"prompt_tokens":1,"total_time":0.0125})").provider_us, 12'500);
    EXPECT_FALSE(ReadUsage("groq", R"({"prompt_tokens":1,"total_time":-1})").provider_us.has_value()
    );
}

TEST(QuirksTest, LimitsHaveTheirProvidersHeaders) {
    const Call mistral = ReadHead(
        "mistral",
        {{"x-ratelimit-limit-req-10-second", "60"},
         {"x-ratelimit-remaining-req-10-second", "48"},
         {"x-ratelimit-limit-tokens-minute", "20000000"},
         {"x-ratelimit-remaining-tokens-minute", "19999970"},
         {"x-kong-request-id", "k-1"},
         {"x-envoy-upstream-service-time", "94"}}
    );
    EXPECT_EQ(mistral.limit_requests, 60);
    EXPECT_EQ(mistral.remaining_requests, 48);
    EXPECT_EQ(mistral.limit_tokens, 20'000'000);
    EXPECT_EQ(mistral.remaining_tokens, 19'999'970);
    EXPECT_EQ(mistral.provider_request_id, "k-1");
    EXPECT_EQ(mistral.provider_us, 94'000);
    const Call openrouter = ReadHead(
        "openrouter",
        {{"x-ratelimit-limit", "20"},
         {"x-ratelimit-remaining", "3"},
         {"x-ratelimit-reset", "1795311524000"}}
    );
    EXPECT_EQ(openrouter.limit_requests, 20);
    EXPECT_EQ(openrouter.remaining_requests, 3);
    EXPECT_EQ(openrouter.reset_requests_us, 60'000'000);
    const Call cerebras = ReadHead(
        "cerebras",
        {{"x-ratelimit-limit-requests-day", "14400"},
         {"x-ratelimit-remaining-tokens-minute", "59000"},
         {"x-ratelimit-reset-tokens-minute", "12.5"}}
    );
    EXPECT_EQ(cerebras.limit_requests, 14'400);
    EXPECT_EQ(cerebras.remaining_tokens, 59'000);
    EXPECT_EQ(cerebras.reset_tokens_us, 12'500'000);
    EXPECT_EQ(ReadHead("deepseek", {{"x-ds-trace-id", "fca2"}}).provider_request_id, "fca2");
}

struct ErrorSample {
    std::string provider;
    int status;
    std::string body;
    ErrorType expected;
};

const std::vector<ErrorSample> kErrorSamples = {
    {"zhipuai", 429, R"({"error":{"code":"1302","message":"x"}})", ErrorType::kProviderRateLimited},
    {"zhipuai", 429, R"({"error":{"code":"1113","message":"x"}})", ErrorType::kProviderBilling},
    {"zai", 400, R"({"error":{"code":"1211","message":"x"}})", ErrorType::kCallerModelUnknown},
    {"openai", 429, R"({"error":{"code":"1113","message":"x"}})", ErrorType::kProviderRateLimited},
    {"mistral",
     400,
     R"({"object":"error","message":"Invalid model: x","type":"invalid_model","code":"1500"})",
     ErrorType::kCallerModelUnknown},
    {"mistral", 401, R"({"message":"Unauthorized","request_id":"r"})", ErrorType::kProviderAuth},
    {"mistral",
     422,
     R"({"detail":[{"type":"missing","loc":["body"],"msg":"Field required"}]})",
     ErrorType::kCallerInvalidRequest},
    {"mistral",
     429,
     R"({"object":"error","message":"Service tier capacity exceeded","type":"service_tier_capacity_exceeded","code":"3505"})",
     ErrorType::kProviderOverloaded},
    {"moonshotai",
     429,
     R"({"error":{"message":"x","type":"exceeded_current_quota_error"}})",
     ErrorType::kProviderBilling},
    {"moonshotai",
     429,
     R"({"error":{"message":"x","type":"engine_overloaded_error"}})",
     ErrorType::kProviderOverloaded},
    {"deepseek",
     402,
     R"({"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}})",
     ErrorType::kProviderBilling},
    {"dashscope",
     400,
     R"({"error":{"code":"Arrearage","message":"x","type":"Arrearage"}})",
     ErrorType::kProviderBilling},
    {"dashscope",
     429,
     R"({"code":"Throttling.RateQuota","message":"x","request_id":"r"})",
     ErrorType::kProviderRateLimited},
    {"xai",
     404,
     R"({"code":"Some requested entity was not found","error":"The model x does not exist or your team has no access to it"})",
     ErrorType::kCallerModelUnknown},
    {"perplexity",
     400,
     R"({"error":{"message":"Invalid model 'x'","type":"invalid_model","code":400}})",
     ErrorType::kCallerModelUnknown},
    {"openrouter",
     402,
     R"({"error":{"message":"Insufficient credits","code":402}})",
     ErrorType::kProviderBilling},
    {"openrouter",
     400,
     R"({"error":{"message":"x is not a valid model ID","code":400}})",
     ErrorType::kCallerModelUnknown},
    {"cerebras",
     429,
     R"({"message":"x","type":"too_many_requests_error","param":"queue","code":"queue_exceeded"})",
     ErrorType::kProviderOverloaded},
    {"ollama",
     404,
     R"({"error":{"message":"model \"x\" not found, try pulling it first","type":"api_error"}})",
     ErrorType::kCallerModelUnknown},
    {"vllm",
     404,
     R"({"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","code":404})",
     ErrorType::kCallerModelUnknown},
    {"openai",
     404,
     R"({"error":{"message":"This is not a chat model and thus not supported","type":"invalid_request_error"}})",
     ErrorType::kCallerInvalidRequest},
};

TEST(QuirksTest, ErrorsAreWhatTheirProviderMeans) {
    for (const ErrorSample& sample : kErrorSamples) {
        const Call call = ReadBody(sample.provider, sample.status, sample.body);
        EXPECT_EQ(call.error_type, sample.expected) << sample.provider << " " << sample.body;
        EXPECT_FALSE(call.error_message.empty()) << sample.body;
    }
}

TEST(QuirksTest, EmptyLinesBeforeABodyAreNoBody) {
    const Call call = ReadBody(
        "deepseek",
        200,
        std::string(500, '\n') + R"({"id":"c","usage":{"prompt_tokens":1,"completion_tokens":2}})"
    );
    EXPECT_EQ(call.output_tokens, 2);
}

}  // namespace
}  // namespace sightglass::dialect::openai
