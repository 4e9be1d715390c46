#include "capture/gateway/admission.h"

#include <gtest/gtest.h>

#include "codec/base64.h"
#include "net/http1.h"

namespace sightglass::capture {
namespace {

class AdmissionTest : public testing::Test {
protected:
    AdmissionTest() {
        call_.method = "POST";
        call_.model_requested = "gpt-4o";
        call_.started_at = Clock::System().Now();
        access_.keys = &keys_;
        access_.limiter = &limiter_;
    }

    std::shared_ptr<access::KeyRecord> AddKey() {
        auto key = std::make_shared<access::KeyRecord>();
        key->id = "01-02";
        key->fingerprint = "0102";
        key->name = "ci";
        key->hash = hasher_.Of(kKey);
        key->series = std::make_shared<access::LimitSeries>();
        keys_.Set(std::make_shared<access::KeyTable>(hasher_, access::KeyTable::Records{key}));
        return key;
    }

    /// The code of the refusal, or "".
    std::string
    CheckKey(std::string_view headers, TargetKeys targets, std::string_view target = "/v1/x") {
        text_ = "POST " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(headers) +
                "\r\n";
        std::size_t scanned = 0;
        EXPECT_EQ(
            net::ParseRequestHead(text_, 64U << 10, scanned, head_).status,
            net::HeadStatus::kComplete
        );
        const auto refusal = Worker().CheckKey(head_, targets, call_, admitted_);
        Worker().NeedsBody(head_, admitted_);
        return refusal ? std::string(refusal->code) : "";
    }

    std::string CheckLimits() {
        const auto refusal = Worker().CheckLimits(call_, admitted_);
        return refusal ? std::string(refusal->code) : "";
    }

    /// Reads a body, then asks.
    std::string Check(std::string_view body, std::string_view dialect = "openai") {
        Worker().CheckBody(
            {.method = call_.method, .path = head_.target, .body = body},
            dialect,
            call_,
            admitted_
        );
        return CheckLimits();
    }

    Admission& Worker() {
        if (!worker_) {
            worker_.emplace(access_, Clock::System());
        }
        return *worker_;
    }

    void Limit(access::Quantity quantity, std::int64_t most) {
        access::LimitRule rule;
        rule.name = "all";
        rule.values[quantity] = most;
        limiter_.Publish(limiter_.Prepare({rule}));
    }

    static constexpr std::string_view kKey = "sg-0123456789012345678901234567890123456789abc";

    access::KeyHasher hasher_{Secret(std::string(64, 's'))};
    access::Published<access::KeyTable> keys_{
        std::make_shared<access::KeyTable>(hasher_, access::KeyTable::Records{})};
    access::Limiter limiter_{keys_};
    GatewayAccess access_;
    std::optional<Admission> worker_;
    std::string text_;
    net::RequestHead head_;
    Call call_;
    Admitted admitted_;
};

TEST_F(AdmissionTest, WithoutKeysAndLimitsEverybodyPasses) {
    EXPECT_EQ(CheckKey("Authorization: Bearer sk-x\r\n", TargetKeys::kNone), "");
    EXPECT_FALSE(admitted_.needs_body);
    EXPECT_EQ(CheckLimits(), "");
}

TEST_F(AdmissionTest, AKeyIsAskedForWhereTheTargetHasItsOwn) {
    EXPECT_EQ(
        CheckKey("Authorization: Bearer sk-x\r\n", TargetKeys::kAll),
        "sightglass_key_missing"
    );
    AddKey();
    EXPECT_EQ(
        CheckKey("Authorization: Bearer sk-x\r\n", TargetKeys::kAll),
        "sightglass_key_missing"
    );
    EXPECT_EQ(CheckKey("Authorization: Bearer sk-x\r\n", TargetKeys::kNone), "");
    access_.require_key = true;
    EXPECT_EQ(
        CheckKey("Authorization: Bearer sk-x\r\n", TargetKeys::kNone),
        "sightglass_key_missing"
    );
}

TEST_F(AdmissionTest, AKeyIsReadFromEveryPlaceOfACredential) {
    AddKey();
    const std::string key(kKey);
    for (const std::string& header :
         {"Authorization: Bearer " + key,
          "authorization: bearer  " + key,
          "Authorization: " + key,
          "x-api-key: " + key,
          "Api-Key: " + key,
          "x-goog-api-key: " + key,
          "Authorization: Token " + key,
          "Authorization: Basic " + codec::EncodeBase64("user:" + key),
          "Authorization: basic " + codec::EncodeBase64(key + ":"),
          "Authorization: Bearer sk-x\r\nx-api-key: " + key,
          "Authorization: Bearer sk-x\r\nAuthorization: Bearer " + key,
          "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key." + key}) {
        EXPECT_EQ(CheckKey(header + "\r\n", TargetKeys::kAll), "") << header;
        EXPECT_EQ(call_.api_key, "0102");
        EXPECT_EQ(call_.api_key_label, "ci");
        EXPECT_EQ(CheckKey(header + "\r\n", TargetKeys::kNone), "sightglass_key_as_credential")
            << header;
    }
    EXPECT_EQ(CheckKey("x-api-key: " + key + "\r\n", TargetKeys::kSome), "");
    EXPECT_TRUE(admitted_.key_only) << "it is not for a target without a key";
    EXPECT_EQ(CheckKey("x-sightglass-key: " + key + "\r\n", TargetKeys::kSome), "");
    EXPECT_FALSE(admitted_.key_only);
    EXPECT_EQ(CheckKey("", TargetKeys::kAll, "/v1/x?a=b&key=" + key), "");
    EXPECT_EQ(CheckKey("", TargetKeys::kNone, "/v1/x?key=" + key), "sightglass_key_as_credential");
    EXPECT_EQ(
        CheckKey("", TargetKeys::kNone, "/v1/x?key=%73%67%2D1"),
        "sightglass_key_as_credential"
    );
    EXPECT_EQ(
        CheckKey("", TargetKeys::kNone, "/v1/x?a&&api_key=" + key),
        "sightglass_key_as_credential"
    );
    EXPECT_EQ(CheckKey("", TargetKeys::kNone, "/v1/x?key=AIza-x"), "");
    EXPECT_EQ(CheckKey("", TargetKeys::kNone, "/v1/x?q=" + key), "");
    EXPECT_EQ(CheckKey("x-sightglass-key: " + key + "\r\n", TargetKeys::kNone), "");
    EXPECT_EQ(CheckKey("x-sightglass-key: Bearer " + key + "\r\n", TargetKeys::kAll), "");
}

TEST_F(AdmissionTest, AWrongKeyIsRefusedAlsoWhereNoneIsNeeded) {
    const auto key = AddKey();
    EXPECT_EQ(
        CheckKey("x-sightglass-key: sg-wrong\r\n", TargetKeys::kNone),
        "sightglass_key_unknown"
    );
    EXPECT_EQ(CheckKey("x-sightglass-key: sk-x\r\n", TargetKeys::kNone), "sightglass_key_unknown");
    const std::string header = "x-sightglass-key: " + std::string(kKey) + "\r\n";
    auto later = std::make_shared<access::KeyRecord>(*key);
    later->expires_at = *call_.started_at;
    keys_.Set(std::make_shared<access::KeyTable>(hasher_, access::KeyTable::Records{later}));
    EXPECT_EQ(CheckKey(header, TargetKeys::kNone), "sightglass_key_expired");
    EXPECT_EQ(call_.api_key, "0102") << "whose it was";
    later = std::make_shared<access::KeyRecord>(*later);
    later->revoked_at = *call_.started_at;
    keys_.Set(std::make_shared<access::KeyTable>(hasher_, access::KeyTable::Records{later}));
    EXPECT_EQ(CheckKey(header, TargetKeys::kNone), "sightglass_key_revoked");
}

TEST_F(AdmissionTest, OnlyTheKeysModelsPass) {
    AddKey()->models = {"gpt-4o*"};
    const std::string header = "x-sightglass-key: " + std::string(kKey) + "\r\n";
    ASSERT_EQ(CheckKey(header, TargetKeys::kNone), "");
    EXPECT_TRUE(admitted_.needs_body);
    EXPECT_EQ(CheckLimits(), "model_unknown");
    EXPECT_EQ(Check(R"({"model":"gpt-4o"})"), "");
    EXPECT_EQ(Check(R"({"model":"o3"})"), "model_not_allowed");
    EXPECT_EQ(Check(R"({"messages":[]})"), "model_unknown");
    EXPECT_EQ(Check(R"({"model":"gpt-4o","model":"o3"})"), "model_unknown");
    call_.method = "GET";
    EXPECT_EQ(Check(""), "");
    EXPECT_EQ(Check(R"({"model":"o3"})"), "model_not_allowed");
    call_.operation = Operation::kRealtime;
    EXPECT_EQ(Check(""), "model_unknown");
}

TEST_F(AdmissionTest, AWebSocketWithoutAModelIsNotOneThatOnlyReads) {
    AddKey()->models = {"gpt-4o*"};
    call_.method = "GET";
    const std::string header = "x-sightglass-key: " + std::string(kKey) + "\r\n" +
                               "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    ASSERT_EQ(CheckKey(header, TargetKeys::kNone, "/v1/responses"), "");
    EXPECT_EQ(Check(""), "model_unknown");
    ASSERT_EQ(CheckKey(header, TargetKeys::kNone, "/v1/realtime?model=gpt-4o-realtime"), "");
    EXPECT_EQ(Check(""), "");
    ASSERT_EQ(CheckKey(header, TargetKeys::kNone, "/v1/realtime?model=gpt-realtime"), "");
    EXPECT_EQ(Check(""), "model_not_allowed");
}

TEST_F(AdmissionTest, TheModelThatTheProviderWouldUseDecides) {
    AddKey()->models = {"cheap"};
    const std::string header = "x-sightglass-key: " + std::string(kKey) + "\r\n";
    constexpr std::string_view kBody = R"({"model":"cheap"})";
    ASSERT_EQ(CheckKey(header, TargetKeys::kNone, "/openai/deployments/dear/chat/completions"), "");
    EXPECT_EQ(Check(kBody, "azure"), "model_not_allowed");
    EXPECT_EQ(call_.model_requested, "dear");
    EXPECT_EQ(Check(kBody, "openai"), "model_unknown");
    ASSERT_EQ(CheckKey(header, TargetKeys::kNone, "/v1/realtime/calls?model=dear"), "");
    EXPECT_EQ(Check(R"({"session":{"model":"cheap"}})"), "model_unknown");
    ASSERT_EQ(
        CheckKey(header + "Content-Type: a/b\r\nContent-Type: c/d\r\n", TargetKeys::kNone),
        ""
    );
    EXPECT_EQ(Check(kBody), "model_unknown");
}

TEST_F(AdmissionTest, TheOwnerGoesBeforeWhatTheBodyClaims) {
    const auto key = AddKey();
    key->owner = "alice";
    key->limits[access::Quantity::kConcurrent] = 1;
    ASSERT_EQ(CheckKey("x-sightglass-key: " + std::string(kKey) + "\r\n", TargetKeys::kNone), "");
    call_.user = "mallory";
    EXPECT_EQ(CheckLimits(), "");
    EXPECT_EQ(call_.user, "alice");
}

TEST_F(AdmissionTest, TokensAreEstimatedFromTheBodyAndWhatItAsksFor) {
    Limit(access::Quantity::kTokensPerMinute, 1'000);
    ASSERT_EQ(CheckKey("Content-Length: 400\r\n", TargetKeys::kNone), "");
    call_.params = R"({"n":3,"max_tokens":300})";
    EXPECT_EQ(CheckLimits(), "");
    call_.params = R"({"max_tokens":1})";
    EXPECT_EQ(CheckLimits(), "tokens_per_minute");
    call_.fresh_input_tokens = 90;
    call_.output_tokens = 10;
    Admission::Settle(call_, admitted_);
    call_.params = R"({"max_tokens":99999999999999999999})";
    EXPECT_EQ(CheckLimits(), "tokens_per_minute");
}

TEST_F(AdmissionTest, ABodyCountsAsWhatItIsDecoded) {
    Limit(access::Quantity::kTokensPerMinute, 1'000);
    ASSERT_EQ(CheckKey("Content-Length: 40\r\n", TargetKeys::kNone), "");
    EXPECT_EQ(Check(std::string(4'004, ' ')), "tokens_per_minute");
    ASSERT_EQ(CheckKey("Transfer-Encoding: chunked\r\n", TargetKeys::kNone), "");
    EXPECT_EQ(Check(std::string(4'000, ' ')), "");
}

TEST_F(AdmissionTest, AFailedCallUsedNothing) {
    Limit(access::Quantity::kTokensPerMinute, 100);
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(CheckKey("Content-Length: 400\r\n", TargetKeys::kNone), "");
        EXPECT_EQ(CheckLimits(), "");
        call_.status = CallStatus::kError;
        Admission::Settle(call_, admitted_);
    }
    call_.status = CallStatus::kCancelled;
    EXPECT_EQ(CheckLimits(), "");
    Admission::Settle(call_, admitted_);
    EXPECT_EQ(CheckLimits(), "tokens_per_minute");
}

TEST_F(AdmissionTest, ARefusalSaysWhenToComeAgain) {
    Limit(access::Quantity::kUsdPerDay, 0);
    ASSERT_EQ(CheckKey("", TargetKeys::kNone), "");
    const auto refusal = Worker().CheckLimits(call_, admitted_);
    ASSERT_TRUE(refusal.has_value());
    EXPECT_EQ(refusal->http_status, 429);
    EXPECT_EQ(refusal->type, ErrorType::kPolicyBudget);
    EXPECT_GT(refusal->retry_after_s, 0);
    EXPECT_LE(refusal->retry_after_s, 24 * 3600);
}

TEST(EstimateTokensTest, ReadsNumbersAsJsonWritesThem) {
    const auto estimate = [](std::string params) {
        Call call;
        call.params = std::move(params);
        return EstimateTokens(call, 400);
    };
    EXPECT_EQ(estimate("{}"), 100);
    EXPECT_EQ(estimate(R"({"max_tokens":1000})"), 1100);
    EXPECT_EQ(estimate(R"({"max_tokens":1e3,"n":2})"), 2100);
    EXPECT_EQ(estimate(R"({"max_tokens":1000.0})"), 1100);
    EXPECT_EQ(estimate(R"({"max_tokens":null})"), 100);
    EXPECT_EQ(estimate(R"({"max_tokens":-5})"), 100);
    EXPECT_EQ(estimate(R"({"max_tokens":1e999})"), 1'000'000'000);
}

}  // namespace
}  // namespace sightglass::capture
