#include "dialect/openai/errors.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dialect/body_json.h"
#include "dialect/dialect.h"
#include "dialect/openai/openai.h"

namespace sightglass::dialect::openai {
namespace {

struct Sample {
    int status;
    std::string code;
    std::string type;
    std::string message;
    ErrorType expected;
};

TEST(ErrorsTest, CodeDecidesThenTypeThenStatus) {
    const std::vector<Sample> samples = {
        {400, "", "invalid_request_error", "", ErrorType::kCallerInvalidRequest},
        {400, "context_length_exceeded", "invalid_request_error", "", ErrorType::kCallerTooLarge},
        {400,
         "unsupported_parameter",
         "invalid_request_error",
         "",
         ErrorType::kCallerInvalidRequest},
        {401, "invalid_api_key", "invalid_request_error", "", ErrorType::kProviderAuth},
        {401, "", "invalid_request_error", "", ErrorType::kProviderAuth},
        {401, "401", "", "", ErrorType::kProviderAuth},
        {402, "", "", "", ErrorType::kProviderBilling},
        {403, "", "", "", ErrorType::kProviderAuth},
        {403,
         "unsupported_country_region_territory",
         "request_forbidden",
         "",
         ErrorType::kProviderAuth},
        {404, "model_not_found", "invalid_request_error", "", ErrorType::kCallerModelUnknown},
        {404, "DeploymentNotFound", "invalid_request_error", "", ErrorType::kCallerModelUnknown},
        {404, "", "", "The model `x` does not exist", ErrorType::kCallerModelUnknown},
        {404, "404", "", "Resource not found", ErrorType::kCallerInvalidRequest},
        {408, "", "", "", ErrorType::kProviderTimeout},
        {409, "", "", "", ErrorType::kCallerInvalidRequest},
        {413, "", "", "", ErrorType::kCallerTooLarge},
        {429, "rate_limit_exceeded", "tokens", "", ErrorType::kProviderRateLimited},
        {429,
         "rate_limit_exceeded",
         "tokens",
         "Request too large for gpt-4o",
         ErrorType::kCallerTooLarge},
        {429, "slow_down", "rate_limit_error", "", ErrorType::kProviderRateLimited},
        {429, "", "requests", "", ErrorType::kProviderRateLimited},
        {429, "insufficient_quota", "insufficient_quota", "", ErrorType::kProviderBilling},
        {429, "", "insufficient_quota", "", ErrorType::kProviderBilling},
        {429, "credit_balance_exhausted", "insufficient_quota", "", ErrorType::kProviderBilling},
        {429, "project_spend_limit_exceeded", "x", "", ErrorType::kProviderBilling},
        {429, "", "", "", ErrorType::kProviderRateLimited},
        {500, "", "server_error", "", ErrorType::kProviderServerError},
        {500, "", "", "", ErrorType::kProviderServerError},
        {502, "", "", "", ErrorType::kProviderServerError},
        {503,
         "server_is_overloaded",
         "service_unavailable_error",
         "",
         ErrorType::kProviderOverloaded},
        {503, "", "", "", ErrorType::kProviderOverloaded},
        {504, "", "", "", ErrorType::kProviderTimeout},
        {529, "", "overloaded_error", "", ErrorType::kProviderOverloaded},
        {0, "server_error", "", "", ErrorType::kProviderServerError},
        {200, "", "invalid_request_error", "", ErrorType::kCallerInvalidRequest},
        {200, "something_new", "test_error", "", ErrorType::kOther},
    };
    for (const Sample& sample : samples) {
        EXPECT_EQ(
            ClassifyError(sample.status, sample.code, sample.type, sample.message),
            sample.expected
        ) << sample.status
          << " " << sample.code << " " << sample.type;
    }
}

Call ReadBody(int status, std::string_view body) {
    Call call;
    call.operation = Operation::kChat;
    ReadResponseBody({.http_status = status, .body = body}, call);
    return call;
}

TEST(ErrorsTest, ErrorsOfOtherShapesHaveTheirMessage) {
    EXPECT_EQ(ReadBody(422, R"({"detail":"no such field"})").error_message, "no such field");
    EXPECT_EQ(
        ReadBody(400, R"({"object":"error","message":"bad","type":"invalid","code":1500})")
            .error_message,
        "bad"
    );
    EXPECT_EQ(
        ReadBody(400, R"({"object":"error","message":"bad","type":"invalid","code":1500})")
            .error_code,
        "1500"
    );
    EXPECT_EQ(
        ReadBody(404, R"({"error":"model 'x' not found"})").error_message,
        "model 'x' not found"
    );
    EXPECT_EQ(ReadBody(500, "upstream connect error").error_message, "upstream connect error");
    EXPECT_EQ(ReadBody(503, "").error_type, ErrorType::kProviderOverloaded);
    EXPECT_EQ(ReadBody(500, R"({"error":{}})").error_type, ErrorType::kProviderServerError);
    EXPECT_EQ(ReadBody(500, "[1]").status, CallStatus::kError);
    EXPECT_EQ(
        ReadBody(400, R"({"error":{"message":")" + std::string(9000, 'm') + R"("}})")
            .error_message.size(),
        2048U
    );
}

TEST(ErrorsTest, AnErrorInsideAnAnswerOfStatus200IsAnError) {
    const Call call = ReadBody(200, R"({"error":{"message":"upstream is busy","code":429}})");
    EXPECT_EQ(call.status, CallStatus::kError);
    EXPECT_EQ(call.error_type, ErrorType::kProviderRateLimited);
    EXPECT_EQ(call.error_code, "429");
    EXPECT_EQ(ReadBody(200, R"({"error":null,"choices":[]})").status, CallStatus::kOk);
}

TEST(ErrorsTest, OurOwnErrorsHaveTheShapeThatTheSdkExpects) {
    const Dialect& dialect = *FindDialect("openai");
    EXPECT_EQ(
        dialect
            .ErrorBody(502, ErrorType::kProviderUnreachable, "upstream_unreachable", "say \"no\""),
        R"({"error":{"message":"say \"no\"","type":"server_error","param":null,"code":"upstream_unreachable"}})"
    );
    EXPECT_EQ(
        dialect.ErrorBody(429, ErrorType::kPolicyBudget, "", "x"),
        R"({"error":{"message":"x","type":"insufficient_quota","param":null,"code":null}})"
    );
    for (const int status : {400, 401, 429, 500, 503}) {
        const Call call = ReadBody(status, dialect.ErrorBody(status, ErrorType::kOther, "c", "m"));
        EXPECT_EQ(call.error_code, "c");
        EXPECT_EQ(call.error_message, "m");
    }
    EXPECT_EQ(FindDialect("no-such"), nullptr);
}

}  // namespace
}  // namespace sightglass::dialect::openai
