#include "refine/members.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "call/field_table.h"

namespace sightglass::refine {
namespace {

constexpr Time kStart = Time(std::chrono::seconds(1'700'000'000));

/// Sets every kind of field by chance, from few values.
class Chance {
public:
    explicit Chance(unsigned seed) : random_(seed) {}

    Call MakeCall(Source source, int number) {
        Call call;
        ForEachField([&](auto, auto field) { Set(call.*field); });
        call.joined.clear();
        call.records.reset();
        call.call_id = {};
        call.call_id.bytes[15] = static_cast<std::uint8_t>(number);
        call.source = source;
        call.repairs = random_() % 2 == 0 ? "" : "validate";
        return call;
    }

private:
    bool IsUnknown() { return random_() % 3 == 0; }

    void Set(std::string& text) {
        text = IsUnknown() ? "" : "text" + std::to_string(random_() % 4);
    }

    void Set(OptionalInt& number) {
        number = IsUnknown() ? OptionalInt() : OptionalInt(random_() % 4);
    }

    void Set(OptionalTime& time) {
        time = IsUnknown() ? OptionalTime() : OptionalTime(kStart + Duration(random_() % 4));
    }

    void Set(OptionalMoney& money) {
        money = IsUnknown() ? OptionalMoney() : OptionalMoney(Money::FromNanoUsd(random_() % 4));
    }

    void Set(std::optional<bool>& flag) {
        flag = IsUnknown() ? std::optional<bool>() : std::optional(random_() % 2 == 0);
    }

    void Set(std::optional<double>& number) {
        number = IsUnknown() ? std::optional<double>()
                             : std::optional(0.25 * static_cast<double>(random_() % 4));
    }

    void Set(Tags& tags) {
        tags.clear();
        if (!IsUnknown()) {
            tags = {{"tag" + std::to_string(random_() % 3), "value"}};
        }
    }

    void Set(std::vector<Attempt>& attempts) {
        attempts.clear();
        if (!IsUnknown()) {
            attempts.push_back({"target", 200, "", static_cast<std::int64_t>(random_() % 4)});
        }
    }

    void Set(Uuid& /*id*/) {}

    template <typename Enum>
    void Set(std::optional<Enum>& value) {
        value =
            IsUnknown()
                ? std::optional<Enum>()
                : std::optional(static_cast<Enum>(random_() % static_cast<unsigned>(Enum::kCount_))
                  );
    }

    std::mt19937 random_;
};

std::vector<Call> SortedById(std::vector<Call> calls) {
    std::sort(calls.begin(), calls.end(), [](const Call& a, const Call& b) {
        return a.call_id < b.call_id;
    });
    return calls;
}

TEST(MembersTest, AnyOrderGivesTheSameCallAndEveryRecordIsKept) {
    for (unsigned seed = 0; seed < 200; ++seed) {
        Chance chance(seed);
        std::vector<Call> members = {
            chance.MakeCall(Source::kGateway, 1),
            chance.MakeCall(Source::kOtlp, 2),
            chance.MakeCall(Source::kOtlp, 3),
            chance.MakeCall(Source::kImport, 4)};
        const Call merged = Merge(members);
        EXPECT_EQ(SortedById(MembersOf(merged)), members) << seed;
        std::mt19937 random(seed);
        std::shuffle(members.begin(), members.end(), random);
        EXPECT_EQ(Merge(members), merged) << seed;
        EXPECT_EQ(Merge(MembersOf(merged)), merged) << seed;
    }
}

TEST(MembersTest, OneRecordIsItsCall) {
    Chance chance(7);
    const Call alone = chance.MakeCall(Source::kOtlp, 1);
    EXPECT_EQ(Merge({alone}), alone);
    EXPECT_EQ(MembersOf(alone), std::vector<Call>{alone});
}

TEST(MembersTest, UnitesInAnyOrderAndGrouping) {
    for (unsigned seed = 0; seed < 200; ++seed) {
        Chance chance(seed);
        const Call a = chance.MakeCall(Source::kOtlp, 1);
        const Call b = chance.MakeCall(Source::kOtlp, 1);
        const Call c = chance.MakeCall(Source::kOtlp, 1);
        EXPECT_EQ(Unite(a, a), a) << seed;
        EXPECT_EQ(Unite(a, b), Unite(b, a)) << seed;
        EXPECT_EQ(Unite(Unite(a, b), c), Unite(a, Unite(b, c))) << seed;
    }
}

TEST(MembersTest, TheGatewaysTimesAndTheTracesPlace) {
    Call gateway;
    gateway.call_id.bytes[15] = 1;
    gateway.source = Source::kGateway;
    gateway.started_at = kStart;
    gateway.ended_at = kStart + std::chrono::seconds(1);
    gateway.trace_id = "trace";
    gateway.span_id = "client";
    gateway.status = CallStatus::kOk;
    gateway.token_source = TokenSource::kNone;
    gateway.service = "checkout";
    Call span;
    span.call_id.bytes[15] = 2;
    span.source = Source::kOtlp;
    span.started_at = kStart - std::chrono::seconds(1);
    span.ended_at = kStart + std::chrono::seconds(2);
    span.trace_id = "trace";
    span.span_id = "span";
    span.parent_span_id = "agent";
    span.status = CallStatus::kError;
    span.token_source = TokenSource::kProvider;
    span.output_tokens = 5;
    span.service = "sdk";
    span.session_id = "session";
    const Call merged = Merge({span, gateway});
    EXPECT_EQ(merged.call_id, gateway.call_id);
    EXPECT_EQ(merged.source, Source::kGateway);
    EXPECT_EQ(merged.started_at, gateway.started_at);
    EXPECT_EQ(merged.ended_at, gateway.ended_at);
    EXPECT_EQ(merged.span_id, "span");
    EXPECT_EQ(merged.parent_span_id, "agent");
    EXPECT_EQ(merged.status, CallStatus::kOk);
    EXPECT_EQ(merged.output_tokens, 5);
    EXPECT_EQ(merged.token_source, TokenSource::kProvider);
    EXPECT_EQ(merged.service, "checkout");
    EXPECT_EQ(merged.session_id, "session");
    EXPECT_NE(merged.joined.find(R"("source":"otlp","gave":["trace_id")"), std::string::npos)
        << merged.joined;
}

TEST(MembersTest, WhatInterruptsUsKnowsLessThanALibrary) {
    Call gateway;
    gateway.call_id.bytes[15] = 1;
    gateway.source = Source::kGateway;
    gateway.started_at = kStart;
    gateway.status = CallStatus::kInterrupted;
    gateway.error_type = ErrorType::kSelfInternal;
    Call span;
    span.call_id.bytes[15] = 2;
    span.source = Source::kOtlp;
    span.started_at = kStart;
    span.ended_at = kStart + std::chrono::seconds(2);
    span.status = CallStatus::kOk;
    const Call merged = Merge({gateway, span});
    EXPECT_EQ(merged.call_id, gateway.call_id);
    EXPECT_EQ(merged.status, CallStatus::kOk);
    EXPECT_EQ(merged.error_type, std::nullopt);
    EXPECT_EQ(merged.ended_at, span.ended_at);
}

TEST(MembersTest, WhatIsNoRecordIsLeftOut) {
    Chance chance(3);
    Call call = chance.MakeCall(Source::kGateway, 1);
    for (const char* joined : {"{", "[]", R"([{"record":"!"}])", R"([{"record":"AQ=="}])", "[1]"}) {
        call.joined = joined;
        const std::vector<Call> members = MembersOf(call);
        ASSERT_EQ(members.size(), 1U) << joined;
        EXPECT_TRUE(members.front().joined.empty());
        EXPECT_EQ(members.front().call_id, call.call_id);
    }
}

}  // namespace
}  // namespace sightglass::refine
