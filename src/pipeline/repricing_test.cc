#include "pipeline/repricing.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"
#include "refine/members.h"

namespace sightglass::pipeline {
namespace {

const Time kStart = *ParseTime("2026-10-01T00:00:00Z", Time());

std::shared_ptr<const prices::PriceBook> BookAt(const std::string& usd) {
    return *prices::PriceBook::Parse(
        "sightglass-prices 2\nsource test 1\nprovider openai\nmodel gpt\nmatch ^gpt\nprice\nrate "
        "input_mtok " +
        usd + "\nrate output_mtok " + usd + "\n"
    );
}

class RepricingTest : public testing::Test {
protected:
    static Call CallOf(int number) {
        Call call;
        call.call_id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
        call.call_id.bytes[15] = static_cast<std::uint8_t>(number);
        call.source = Source::kGateway;
        call.started_at = kStart + std::chrono::seconds(number);
        call.provider = "openai";
        call.model = "gpt-" + std::to_string(number % 3);
        call.status = CallStatus::kOk;
        call.fresh_input_tokens = 100 + number;
        call.output_tokens = 7;
        return call;
    }

    void Store(std::vector<Call> calls, const prices::PriceBook& book) {
        store::Batch batch;
        for (Call& call : calls) {
            if (!call.cost) {
                book.Price(call);
            }
        }
        batch.calls = std::move(calls);
        ASSERT_TRUE(store_.Commit(batch).Ok());
    }

    void StoreMany(int count, const prices::PriceBook& book) {
        std::vector<Call> calls;
        for (int i = 0; i < count; ++i) {
            calls.push_back(CallOf(i));
        }
        Store(std::move(calls), book);
    }

    std::map<Uuid, Call> Stored() const {
        std::map<Uuid, Call> calls;
        store::CallQuery query{kStart, kStart + std::chrono::hours(100), {}, "", {}, 100'000};
        const auto list = store_.List(query);
        EXPECT_TRUE(list.Ok());
        for (const Call& call : *list) {
            calls[call.call_id] = call;
        }
        return calls;
    }

    RepriceReport Run(RepriceOrder::Kind kind, const prices::PriceBook& book, int from_s = 0) {
        RepriceOrder order{
            kind,
            kStart + std::chrono::seconds(from_s),
            kStart + std::chrono::hours(100)};
        const Status started = repricing_.Start(order);
        EXPECT_TRUE(started.Ok());
        while (repricing_.IsRunning()) {
            repricing_.Step(book);
        }
        return repricing_.Report();
    }

    journal::TestDirectory directory_;
    FailingStore store_;
    Repricing repricing_{store_, directory_.path()};
    std::shared_ptr<const prices::PriceBook> old_ = BookAt("2");
    std::shared_ptr<const prices::PriceBook> new_ = BookAt("3");
};

TEST_F(RepricingTest, ExactlyTheCallsOfTheTimeChangeOnceAndComeBack) {
    StoreMany(4'500, *old_);
    const auto before = Stored();
    const RepriceReport tried = Run(RepriceOrder::Kind::kTry, *new_, 300);
    EXPECT_EQ(tried.calls, 4'200U);
    EXPECT_EQ(tried.changed, 4'200U);
    EXPECT_EQ(Stored(), before);
    const RepriceReport done = Run(RepriceOrder::Kind::kApply, *new_, 300);
    EXPECT_EQ(done.changed, 4'200U);
    ASSERT_EQ(done.lines.size(), 3U);
    EXPECT_EQ(done.lines[0].cause, "rates");
    EXPECT_EQ(done.lines[0].calls + done.lines[1].calls + done.lines[2].calls, 4'200U);
    const auto after = Stored();
    ASSERT_EQ(after.size(), before.size());
    for (const auto& [id, call] : after) {
        Call expected = before.at(id);
        if (*call.started_at >= kStart + std::chrono::seconds(300)) {
            new_->Price(expected);
        }
        ASSERT_EQ(call, expected);
    }
    EXPECT_EQ(Run(RepriceOrder::Kind::kApply, *new_, 300).changed, 0U);
    const RepriceReport undone = Run(RepriceOrder::Kind::kUndo, *new_);
    EXPECT_EQ(undone.changed, 4'200U);
    EXPECT_EQ(undone.skipped, 0U);
    EXPECT_EQ(Stored(), before);
    EXPECT_EQ(
        repricing_.Start({RepriceOrder::Kind::kUndo, {}, {}}).error().code,
        ErrorCode::kNotFound
    );
}

TEST_F(RepricingTest, WhatAProviderStatedStays) {
    Call stated = CallOf(1);
    stated.cost = Money::FromNanoUsd(42);
    stated.cost_source = CostSource::kProvider;
    Store({stated}, *old_);
    EXPECT_EQ(Run(RepriceOrder::Kind::kApply, *new_).changed, 0U);
    EXPECT_EQ(Stored().at(stated.call_id), stated);
}

TEST_F(RepricingTest, AJoinedCallIsPricedRecordByRecord) {
    Call span = CallOf(1);
    span.source = Source::kOtlp;
    span.call_id.bytes[0] = 7;
    span.trace_id = "0af7651916cd43dd8448eb211c80319c";
    old_->Price(span);
    Call own = CallOf(1);
    old_->Price(own);
    const Call joined = refine::Merge({own, span});
    Store({joined}, *old_);
    EXPECT_EQ(Run(RepriceOrder::Kind::kApply, *new_).changed, 1U);
    new_->Price(own);
    new_->Price(span);
    EXPECT_EQ(Stored().at(joined.call_id), refine::Merge({own, span}))
        << "as if it had come at the new price";
    Run(RepriceOrder::Kind::kUndo, *new_);
    EXPECT_EQ(Stored().at(joined.call_id), joined);
}

TEST_F(RepricingTest, ARunThatFailedIsGoneOnWithAndUndoneWhole) {
    StoreMany(4'500, *old_);
    const auto before = Stored();
    ASSERT_TRUE(repricing_
                    .Start({RepriceOrder::Kind::kApply, kStart, kStart + std::chrono::hours(100)})
                    .Ok());
    EXPECT_EQ(
        repricing_.Start({RepriceOrder::Kind::kTry, kStart, kStart + std::chrono::hours(1)})
            .error()
            .code,
        ErrorCode::kConflict
    );
    EXPECT_TRUE(repricing_.Step(*new_));
    store_.failing = true;
    repricing_.Step(*new_);
    EXPECT_EQ(repricing_.Report().state, RepriceReport::State::kFailed);
    EXPECT_NE(repricing_.Report().error, "");
    store_.failing = false;
    EXPECT_EQ(Run(RepriceOrder::Kind::kApply, *new_).changed, 2'500U) << "the first page was done";
    Run(RepriceOrder::Kind::kUndo, *new_);
    EXPECT_EQ(Stored(), before);
}

TEST_F(RepricingTest, ARunThatIsGoneOnWithAtOtherPricesIsUndoneToTheFirst) {
    StoreMany(4'500, *old_);
    const auto before = Stored();
    const RepriceOrder apply{RepriceOrder::Kind::kApply, kStart, kStart + std::chrono::hours(100)};
    ASSERT_TRUE(repricing_.Start(apply).Ok());
    EXPECT_TRUE(repricing_.Step(*new_));
    store_.failing = true;
    repricing_.Step(*new_);  // Noted for undoing, and not done.
    store_.failing = false;
    EXPECT_EQ(Run(RepriceOrder::Kind::kApply, *BookAt("5")).changed, 4'500U);
    Run(RepriceOrder::Kind::kUndo, *new_);
    EXPECT_EQ(Stored(), before);
}

TEST_F(RepricingTest, APageThatACrashHasTornIsLeftOut) {
    StoreMany(4'500, *old_);
    const auto before = Stored();
    ASSERT_TRUE(repricing_
                    .Start({RepriceOrder::Kind::kApply, kStart, kStart + std::chrono::hours(100)})
                    .Ok());
    EXPECT_TRUE(repricing_.Step(*new_));
    store_.failing = true;
    repricing_.Step(*new_);
    store_.failing = false;
    const Path undo = directory_.path() / "undo.pages";
    std::filesystem::resize_file(undo, std::filesystem::file_size(undo) - 1);
    Repricing next_process(store_, directory_.path());
    ASSERT_TRUE(next_process.Start({RepriceOrder::Kind::kUndo, {}, {}}).Ok());
    while (next_process.IsRunning()) {
        next_process.Step(*new_);
    }
    EXPECT_EQ(next_process.Report().state, RepriceReport::State::kDone);
    EXPECT_EQ(next_process.Report().changed, 2'000U);
    EXPECT_EQ(Stored(), before);
}

TEST_F(RepricingTest, WhatChangedSinceIsNotUndone) {
    StoreMany(3, *old_);
    Run(RepriceOrder::Kind::kApply, *new_);
    Call changed = CallOf(1);
    BookAt("9")->Price(changed);
    Store({changed}, *old_);
    const RepriceReport undone = Run(RepriceOrder::Kind::kUndo, *new_);
    EXPECT_EQ(undone.changed, 2U);
    EXPECT_EQ(undone.skipped, 1U);
    EXPECT_EQ(Stored().at(changed.call_id).cost, changed.cost);
}

TEST(CauseOfChangeTest, IsToldByThePriceId) {
    const auto cause = [](const std::string& was, const std::string& is) {
        Call before;
        before.cost = Money::FromNanoUsd(1);
        before.price_id = was;
        Call after = before;
        after.cost = Money::FromNanoUsd(2);
        after.price_id = is;
        return CauseOfChange(before, after);
    };
    EXPECT_EQ(cause("openai/a@1", "openai/b@1"), "model");
    EXPECT_EQ(cause("openai/a@1", "azure/a@1"), "model");
    EXPECT_EQ(cause("openai/a@1", "openai/a@2026-10-01"), "list");
    EXPECT_EQ(cause("openai/a@1", "openai/a@1+flex"), "service_tier");
    EXPECT_EQ(cause("openai/a@1+flex", "openai/a@1+flex*0.85"), "discount");
    EXPECT_EQ(cause("openai/a@1*5/6", "openai/a@1*0.5"), "discount");
    EXPECT_EQ(cause("openai/a@1", "openai/a@1"), "rates");
    Call unpriced;
    unpriced.cost_source = CostSource::kUnpriced;
    Call priced;
    priced.cost = Money();
    priced.cost_source = CostSource::kPriced;
    EXPECT_EQ(CauseOfChange(unpriced, priced), "newly_priced");
    EXPECT_EQ(CauseOfChange(priced, unpriced), "no_longer_priced");
    EXPECT_EQ(CauseOfChange(priced, priced), "");
}

}  // namespace
}  // namespace sightglass::pipeline
