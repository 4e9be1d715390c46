#include "call/call.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

#include "call/catalogue.h"
#include "call/encoding.h"
#include "call/fields.h"

namespace sightglass {
namespace {

std::string Encode(const Call& call) {
    std::string bytes(EncodedSizeMax(call), '\0');
    bytes.resize(EncodeCall(call, bytes.data()));
    EXPECT_EQ(bytes.size(), EncodedSize(call));
    return bytes;
}

/// A Call with every field set, each to a value of its own.
Call FullCall() {
    Call call;
    std::int64_t next = 1000;
    for (const Field& field : Fields()) {
        std::visit(
            [&](auto member) {
                auto& value = call.*member;
                using Value = std::remove_reference_t<decltype(value)>;
                ++next;
                if constexpr (std::is_same_v<Value, Uuid>) {
                    value = UuidSource(static_cast<std::uint64_t>(next)).Next(TimeFromMicros(next));
                } else if constexpr (std::is_same_v<Value, std::string>) {
                    value = "text of " + std::string(field.name);
                } else if constexpr (std::is_same_v<Value, OptionalInt>) {
                    value = next;
                } else if constexpr (std::is_same_v<Value, OptionalTime>) {
                    value = TimeFromMicros(next);
                } else if constexpr (std::is_same_v<Value, OptionalMoney>) {
                    value = Money::FromNanoUsd(next);
                } else if constexpr (std::is_same_v<Value, std::optional<double>>) {
                    value = static_cast<double>(next) / 7;
                } else if constexpr (std::is_same_v<Value, std::optional<bool>>) {
                    value = true;
                } else if constexpr (std::is_same_v<Value, Tags>) {
                    value = {{"feature", "search"}, {"empty", ""}};
                } else if constexpr (std::is_same_v<Value, std::vector<Attempt>>) {
                    value = {{"a", 429, "", 12}, {"b", 200, "rate limited", 34}};
                } else {
                    value = static_cast<typename Value::value_type>(2);
                }
            },
            field.member
        );
    }
    return call;
}

TEST(EncodingTest, ACallReadsBackAsItWas) {
    const Call call = FullCall();
    EXPECT_EQ(DecodeCall(Encode(call)).value(), call);
    EXPECT_EQ(DecodeCall(Encode(Call())).value(), Call());
}

TEST(EncodingTest, EveryTruncationIsDamageOrAShorterCallButNeverACrash) {
    const std::string bytes = Encode(FullCall());
    int damaged = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        damaged += DecodeCall(std::string_view(bytes).substr(0, size)).Ok() ? 0 : 1;
    }
    // Only an end exactly between two fields can look whole.
    EXPECT_GE(static_cast<std::size_t>(damaged), bytes.size() - Fields().size() - 1);
}

TEST(EncodingTest, FlippedBitsNeverCrash) {
    const std::string bytes = Encode(FullCall());
    std::mt19937 random(1);
    for (int round = 0; round < 5'000; ++round) {
        std::string damaged = bytes;
        for (int flips = 0; flips < 3; ++flips) {
            damaged[random() % damaged.size()] ^= static_cast<char>(1U << (random() % 8));
        }
        const auto call = DecodeCall(damaged);
        if (call.Ok()) {
            EXPECT_LE(EncodedSize(*call), bytes.size() + 64);
        }
    }
}

TEST(EncodingTest, FieldsOfTheFutureAreSkipped) {
    Call call;
    call.model = "gpt-4o";
    std::string bytes = Encode(call);
    const auto add = [&](unsigned number, unsigned wire, std::string_view value) {
        const auto tag = static_cast<std::uint16_t>((number << 3) | wire);
        bytes.append(reinterpret_cast<const char*>(&tag), 2);
        bytes += value;
    };
    add(2000, 0, "12345678");
    add(2001, 1, std::string_view("\x02\0\0\0hi", 6));
    add(2002, 2, "x");
    EXPECT_EQ(DecodeCall(bytes).value(), call);
}

TEST(EncodingTest, AnotherVersionIsRefusedByName) {
    std::string bytes = Encode(Call());
    bytes[0] = 9;
    EXPECT_NE(DecodeCall(bytes).error().message.find("version 9"), std::string::npos);
}

TEST(EncodingTest, ContentReadsBackAndRefusesAWrongLength) {
    Content content{
        .call_id = UuidSource(1).Next(TimeFromMicros(5)),
        .input = "in",
        .output = "",
        .redacted = true};
    const std::string bytes = EncodeContent(content);
    EXPECT_EQ(DecodeContent(bytes).value(), content);
    EXPECT_FALSE(DecodeContent(bytes + "x").Ok());
    EXPECT_FALSE(DecodeContent(bytes.substr(0, bytes.size() - 1)).Ok());
}

TEST(FieldsTest, NumbersAndNamesAreUnique) {
    std::set<std::uint16_t> numbers;
    std::set<std::string_view> names;
    for (const Field& field : Fields()) {
        EXPECT_TRUE(numbers.insert(field.number).second) << field.name;
        EXPECT_TRUE(names.insert(field.name).second) << field.name;
        EXPECT_EQ(FindField(field.name), &field);
        EXPECT_LT(field.number, 256);
    }
    EXPECT_EQ(FindField("no_such_field"), nullptr);
}

TEST(FieldsTest, ClearForgetsEverything) {
    Call call = FullCall();
    call.Clear();
    EXPECT_EQ(call, Call());
}

TEST(EnumsTest, EveryNameReadsBack) {
    for (int i = 0; i < static_cast<int>(ErrorType::kCount_); ++i) {
        const auto type = static_cast<ErrorType>(i);
        EXPECT_FALSE(ToString(type).empty());
        EXPECT_EQ(ParseEnum<ErrorType>(ToString(type)), type);
    }
    EXPECT_EQ(ParseEnum<CallStatus>("interrupted"), CallStatus::kInterrupted);
    EXPECT_EQ(ParseEnum<Operation>("rerank"), Operation::kRerank);
    EXPECT_EQ(ParseEnum<Source>("nonsense"), std::nullopt);
}

TEST(CatalogueTest, RatiosAndRatesNameMetricsThatExist) {
    for (const Metric& metric : Metrics()) {
        EXPECT_EQ(FindMetric(metric.name), &metric);
        if (metric.aggregate == Aggregate::kRatio || metric.aggregate == Aggregate::kPerMinute) {
            EXPECT_NE(FindMetric(metric.numerator), nullptr) << metric.name;
        }
        if (metric.aggregate == Aggregate::kRatio) {
            EXPECT_NE(FindMetric(metric.denominator), nullptr) << metric.name;
        }
        if (metric.aggregate == Aggregate::kDistinct) {
            EXPECT_NE(FindField(metric.field), nullptr) << metric.name;
        }
    }
}

TEST(CatalogueTest, OnlyDimensionsAndTagsGroup) {
    EXPECT_TRUE(FindDimension("model"));
    EXPECT_EQ(FindDimension("tag:feature")->tag, "feature");
    EXPECT_FALSE(FindDimension("tag:"));
    EXPECT_FALSE(FindDimension("latency_us"));
    EXPECT_FALSE(FindDimension("error_message"));
    EXPECT_FALSE(FindDimension("model; drop table calls"));
}

TEST(CatalogueTest, TokensAddUpFromDisjointParts) {
    Call call;
    EXPECT_EQ(call.InputTokens(), std::nullopt);
    EXPECT_EQ(Evaluate(Quantity::kTotalTokens, call), std::nullopt);
    call.fresh_input_tokens = 10;
    call.cached_input_tokens = 90;
    call.cache_write_30m_tokens = 5;
    EXPECT_EQ(Evaluate(Quantity::kInputTokens, call), 105);
    call.output_tokens = 7;
    EXPECT_EQ(Evaluate(Quantity::kTotalTokens, call), 112);
}

TEST(CatalogueTest, ErrorsAreErrorAndInterrupted) {
    Call call;
    EXPECT_FALSE(Meets(Condition::kErrors, call));
    call.status = CallStatus::kCancelled;
    EXPECT_FALSE(Meets(Condition::kErrors, call));
    call.status = CallStatus::kInterrupted;
    EXPECT_TRUE(Meets(Condition::kErrors, call));
    call.error_type = ErrorType::kPolicyLimited;
    EXPECT_TRUE(Meets(Condition::kRateLimited, call));
}

TEST(CatalogueTest, ACallIsIncompleteWhereOneThingIsMissing) {
    Call whole;
    whole.model = "gpt-4o";
    whole.status = CallStatus::kOk;
    whole.latency_us = 1;
    whole.operation = Operation::kChat;
    whole.token_source = TokenSource::kProvider;
    EXPECT_FALSE(Meets(Condition::kIncomplete, whole));
    const std::pair<Condition, void (*)(Call&)> gaps[] = {
        {Condition::kInterrupted, [](Call& c) { c.status = CallStatus::kInterrupted; }},
        {Condition::kWithoutModel, [](Call& c) { c.model.clear(); }},
        {Condition::kWithoutStatus, [](Call& c) { c.status.reset(); }},
        {Condition::kWithoutDuration, [](Call& c) { c.latency_us.reset(); }},
        {Condition::kWithoutTokens, [](Call& c) { c.token_source = TokenSource::kNone; }},
        {Condition::kWithoutTokens, [](Call& c) { c.token_source.reset(); }},
    };
    for (const auto& [gap, make] : gaps) {
        Call call = whole;
        EXPECT_FALSE(Meets(gap, call));
        make(call);
        EXPECT_TRUE(Meets(gap, call));
        EXPECT_TRUE(Meets(Condition::kIncomplete, call));
    }
    whole.token_source = TokenSource::kNone;
    whole.operation = Operation::kImage;
    EXPECT_FALSE(Meets(Condition::kIncomplete, whole)) << "images need no tokens";
}

}  // namespace
}  // namespace sightglass
