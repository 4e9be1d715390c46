#include "pipeline/joiner.h"

#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "refine/members.h"
#include "store/memory.h"

namespace sightglass::pipeline {
namespace {

constexpr Time kStart = Time(std::chrono::seconds(1'700'000'000));

Call RecordOf(Source source, int number) {
    Call call;
    call.call_id.bytes[6] = 0x70;
    call.call_id.bytes[14] = static_cast<std::uint8_t>(source);
    call.call_id.bytes[15] = static_cast<std::uint8_t>(number);
    call.source = source;
    call.started_at = kStart;
    call.ended_at = kStart + std::chrono::seconds(1);
    call.status = CallStatus::kOk;
    call.model = "gpt-5";
    call.fresh_input_tokens = 10;
    call.output_tokens = 20 + number;
    call.token_source = TokenSource::kProvider;
    return call;
}

class JoinerTest : public testing::Test {
protected:
    /// Joins and stores some records; returns how many Calls are new.
    std::size_t Bring(std::vector<Call> records) {
        store::Batch batch;
        batch.calls = std::move(records);
        EXPECT_TRUE(joiner_->Join(batch).Ok());
        EXPECT_TRUE(store_->Commit(batch).Ok());
        return joiner_->NewCalls();
    }

    void Restart(std::size_t window_bytes = 1U << 20) {
        joiner_ = std::make_unique<Joiner>(*store_, window_bytes);
        ASSERT_TRUE(joiner_->Start().Ok());
    }

    void SetUp() override { Restart(); }

    std::vector<Call> Stored() const {
        store::CallQuery query;
        query.from = kStart - std::chrono::hours(1);
        query.to = kStart + std::chrono::hours(1);
        query.limit = 10'000;
        return *store_->List(query);
    }

    std::unique_ptr<store::Store> store_ = store::NewMemoryStore();
    std::unique_ptr<Joiner> joiner_;
};

TEST_F(JoinerTest, ARecordThatComesAgainIsNotStoredTwice) {
    const Call span = RecordOf(Source::kOtlp, 1);
    EXPECT_EQ(Bring({span, span}), 1U);
    EXPECT_EQ(Bring({span}), 0U);
    EXPECT_EQ(joiner_->Duplicates(), 2U);
    ASSERT_EQ(joiner_->Repeats().size(), 1U);
    EXPECT_EQ(joiner_->Repeats()[0].call_id, span.call_id);
    EXPECT_EQ(joiner_->Repeats()[0].source, Source::kOtlp);
    const Call another = RecordOf(Source::kOtlp, 2);
    EXPECT_EQ(Bring({another}), 1U);
    EXPECT_TRUE(joiner_->Repeats().empty());
    Restart();
    EXPECT_EQ(Bring({span}), 0U);
    EXPECT_EQ(joiner_->Duplicates(), 1U);
    EXPECT_EQ(Stored(), (std::vector<Call>{another, span}));
}

TEST_F(JoinerTest, MoneyIsSpentOnceWhoeverToldOfTheCallFirst) {
    Call of_gateway = RecordOf(Source::kGateway, 1);
    Call span = RecordOf(Source::kOtlp, 1);
    of_gateway.provider_response_id = span.provider_response_id = "chatcmpl-1";
    const auto spent_with = [&](const Call& record) {
        store::Batch batch;
        batch.calls = {record};
        EXPECT_TRUE(joiner_->Join(batch).Ok());
        EXPECT_TRUE(store_->Commit(batch).Ok());
        return std::count_if(batch.calls.begin(), batch.calls.end(), [&](const Call& call) {
            return call.source == Source::kGateway && joiner_->IsNewOfGateway(call);
        });
    };
    EXPECT_EQ(spent_with(span), 0);
    EXPECT_EQ(spent_with(of_gateway), 1);  // A new version of the span's call.
    EXPECT_EQ(Stored().size(), 1U);
    EXPECT_EQ(spent_with(span), 0);
    of_gateway.call_id.bytes[13] = 1;
    of_gateway.provider_response_id = "chatcmpl-2";
    EXPECT_EQ(spent_with(of_gateway), 1);
    span.call_id.bytes[13] = 1;
    span.span_id = "another";
    span.provider_response_id = "chatcmpl-2";
    EXPECT_EQ(spent_with(span), 0);
    EXPECT_EQ(Stored().size(), 2U);
}

TEST_F(JoinerTest, ARecordThatKnowsMoreIsANewVersion) {
    Call span = RecordOf(Source::kOtlp, 1);
    EXPECT_EQ(Bring({span}), 1U);
    span.user = "ada";
    EXPECT_EQ(Bring({span}), 0U);
    EXPECT_EQ(Stored(), std::vector<Call>{span});
}

TEST_F(JoinerTest, AGatewayCallAndItsSpanAreOneWhicheverComesFirst) {
    Call gateway = RecordOf(Source::kGateway, 1);
    Call span = RecordOf(Source::kOtlp, 1);
    gateway.provider_response_id = span.provider_response_id = "chatcmpl-1";
    span.trace_id = "trace";
    EXPECT_EQ(Bring({gateway}), 1U);
    EXPECT_EQ(Bring({span}), 0U);
    EXPECT_EQ(Stored(), std::vector<Call>{refine::Merge({gateway, span})});
    store_ = store::NewMemoryStore();
    Restart();
    EXPECT_EQ(Bring({span}), 1U);
    EXPECT_EQ(Bring({gateway}), 0U);
    EXPECT_EQ(Stored(), std::vector<Call>{refine::Merge({gateway, span})});
    EXPECT_EQ(Bring({span}), 0U);
    EXPECT_EQ(Stored().size(), 1U);
}

TEST_F(JoinerTest, TheGatewayAloneIsLeftAsItIs) {
    Call first = RecordOf(Source::kGateway, 1);
    Call second = RecordOf(Source::kGateway, 2);
    first.provider_response_id = second.provider_response_id = "chatcmpl-1";
    store::Batch batch;
    batch.calls = {first, second};
    ASSERT_TRUE(joiner_->Join(batch).Ok());
    EXPECT_EQ(batch.calls, (std::vector<Call>{first, second}));
    EXPECT_FALSE(batch.ids_are_new);
    EXPECT_EQ(joiner_->NewCalls(), 2U);
}

TEST_F(JoinerTest, ABetterMatchThatComesLaterTakesItsPlace) {
    Call early = RecordOf(Source::kGateway, 1);
    Call late = RecordOf(Source::kGateway, 2);
    Call span = RecordOf(Source::kOtlp, 3);
    *late.started_at += std::chrono::milliseconds(500);
    *span.started_at += std::chrono::milliseconds(400);
    for (Call* call : {&early, &late, &span}) {
        call->provider_response_id = "chatcmpl-1";
    }
    EXPECT_EQ(Bring({early, span}), 1U);
    EXPECT_EQ(Bring({late}), 1U);
    EXPECT_EQ(Stored(), (std::vector<Call>{refine::Merge({late, span}), early}));
}

/// Some requests, each told by some sources, some records more than once. Ids of different requests
/// may be equal; with `ids_differ`, spans and token counts of one may differ.
std::vector<Call> RandomRecords(std::mt19937& random, bool ids_differ) {
    std::vector<Call> records;
    for (int number = 0; number < 12; ++number) {
        const auto id = [&](const char* kind) {
            return random() % 3 == 0 ? std::string() : kind + std::to_string(number / 2);
        };
        const Time start = kStart + std::chrono::milliseconds(random() % 3'000);
        for (const Source source : {Source::kGateway, Source::kOtlp, Source::kImport}) {
            if (random() % 3 == 0) {
                continue;
            }
            Call call = RecordOf(source, number);
            call.started_at = start + std::chrono::milliseconds(random() % 50);
            call.ended_at = *call.started_at + std::chrono::milliseconds(random() % 2'000);
            call.provider_response_id = id("chatcmpl-");
            call.provider_request_id = id("req-");
            call.trace_id = id("trace-");
            call.output_tokens = 20 + (ids_differ ? number : number / 2);
            const std::string span = "span-" + std::to_string(ids_differ ? random() % 3 : 0);
            call.span_id = call.trace_id.empty() ? "" : span;
            records.push_back(call);
            if (source != Source::kGateway && random() % 3 == 0) {
                records.push_back(call);
                call.user = "user";
                records.push_back(call);
            }
        }
    }
    return records;
}

/// The window's size, and whether it is lost in between.
class JoinerOrderTest : public JoinerTest, public testing::WithParamInterface<bool> {};

TEST_P(JoinerOrderTest, AnyOrderOfArrivalGivesTheSameCalls) {
    const bool asks_store = GetParam();
    const std::size_t window_bytes = asks_store ? 4U << 10 : 1U << 20;
    std::size_t joined = 0;
    for (unsigned seed = 0; seed < 60; ++seed) {
        std::mt19937 random(seed);
        std::vector<Call> records = RandomRecords(random, !asks_store);
        std::vector<Call> expected;
        for (int order = 0; order < 5; ++order) {
            store_ = store::NewMemoryStore();
            Restart(window_bytes);
            std::size_t counted = 0;
            for (std::size_t at = 0; at < records.size();) {
                const std::size_t count = std::min(records.size() - at, 1 + random() % 7);
                const auto first = records.begin() + static_cast<std::ptrdiff_t>(at);
                counted += Bring({first, first + static_cast<std::ptrdiff_t>(count)});
                at += count;
                if (asks_store && random() % 8 == 0) {
                    Restart(window_bytes);
                }
            }
            const std::vector<Call> stored = Stored();
            expected = order == 0 ? stored : expected;
            EXPECT_EQ(stored, expected) << "seed " << seed << ", order " << order;
            EXPECT_GE(counted, stored.size());
            joined += joiner_->Joined();
            std::shuffle(records.begin(), records.end(), random);
        }
    }
    EXPECT_GT(joined, 500U);
}

INSTANTIATE_TEST_SUITE_P(FromMemoryAndFromTheStore, JoinerOrderTest, testing::Bool());

TEST_F(JoinerTest, AnIdThatEveryAnswerHasHidesNoCallFromItsVersions) {
    constexpr int kCalls = 40'000;  // More than a small window holds.
    Call span = RecordOf(Source::kOtlp, 1);
    span.provider_response_id = "another";
    Bring({span});
    std::vector<Call> calls;
    for (int i = 0; i < kCalls; ++i) {
        Call& call = calls.emplace_back(RecordOf(Source::kGateway, 0));
        call.call_id.bytes[12] = static_cast<std::uint8_t>(i >> 16);
        call.call_id.bytes[13] = static_cast<std::uint8_t>(i >> 8);
        call.call_id.bytes[15] = static_cast<std::uint8_t>(i);
        call.provider_response_id = "same";
    }
    Bring(calls);
    Restart(1U << 16);
    for (Call version : {calls.front(), calls[kCalls / 2], calls.back()}) {
        version.session_id = "late";
        EXPECT_EQ(Bring({version}), 0U);
    }
    store::CallQuery query;
    query.from = kStart - std::chrono::hours(1);
    query.to = kStart + std::chrono::hours(1);
    query.limit = 2 * kCalls;
    const std::vector<Call> stored = *store_->List(query);
    EXPECT_EQ(stored.size(), kCalls + 1U);
    EXPECT_EQ(
        std::count_if(
            stored.begin(),
            stored.end(),
            [](const Call& call) { return call.session_id == "late"; }
        ),
        3
    );
}

}  // namespace
}  // namespace sightglass::pipeline
