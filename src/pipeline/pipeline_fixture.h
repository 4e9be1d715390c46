// For tests: a journal in a directory of its own, Calls to put into it, and a store that can fail.
#pragma once

#include <atomic>
#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "call/encoding.h"
#include "journal/journal.h"
#include "journal/test_directory.h"
#include "prices/price_book.h"
#include "store/memory.h"

namespace sightglass::pipeline {

inline Uuid IdOf(int number) {
    Uuid id;
    id.bytes[6] = 0x70;
    id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
    id.bytes[15] = static_cast<std::uint8_t>(number);
    return id;
}

inline Call BeginOf(int number) {
    Call call;
    call.call_id = IdOf(number);
    call.source = Source::kGateway;
    call.started_at = TimeFromMicros(1'700'000'000'000'000 + number);
    call.upstream = "openai";
    call.model_requested = "gpt-5";
    return call;
}

inline Call EndOf(int number) {
    Call call = BeginOf(number);
    call.ended_at = *call.started_at + std::chrono::milliseconds(250);
    call.http_status = 200;
    call.model = "gpt-5-2025-08-07";
    call.fresh_input_tokens = 10;
    call.output_tokens = 20;
    return call;
}

inline bool AppendCall(journal::Writer& writer, journal::RecordType type, const Call& call) {
    return writer.Append(type, EncodedSize(call), [&](char* out) { EncodeCall(call, out); });
}

/// Prices nothing.
class NoPrices final : public prices::PriceBook {
public:
    void Price(Call& call) const override { call.cost_source = CostSource::kUnpriced; }

    prices::Unpriced WhyUnpriced(const Call& /*call*/) const override {
        return prices::Unpriced::kModel;
    }

    prices::Quote Calculate(const prices::Use& /*use*/) const override { return {}; }

    std::span<const prices::Book> Books() const noexcept override { return {}; }
};

/// A memory store that fails on demand, and remembers how many Calls it was given.
class FailingStore : public store::Store {
public:
    Status Commit(const store::Batch& batch) override {
        if (failing) {
            return Error{ErrorCode::kIo, "the disk is on fire"};
        }
        committed_calls += batch.calls.size();
        return inner_->Commit(batch);
    }

    std::size_t StageRoom() const override { return room; }

    Status Keep() override {
        return failing ? Status(Error{ErrorCode::kFull, "the disk is full"}) : inner_->Keep();
    }

    Result<store::JournalPositions> Positions() const override { return inner_->Positions(); }

    Result<store::Table> Select(const store::Plan& plan) const override {
        return inner_->Select(plan);
    }

    Result<store::Table> Distribution(const store::DistributionPlan& plan) const override {
        return inner_->Distribution(plan);
    }

    Result<std::vector<Call>> List(const store::CallQuery& query) const override {
        return inner_->List(query);
    }

    Result<Call> Find(const Uuid& call_id) const override { return inner_->Find(call_id); }

    Result<Content> FindContent(const Uuid& call_id) const override {
        return inner_->FindContent(call_id);
    }

    Result<std::vector<store::TraceSummary>> ListTraces(const store::TraceQuery& query
    ) const override {
        return inner_->ListTraces(query);
    }

    Result<store::Trace> FindTrace(const store::TraceKey& key) const override {
        return inner_->FindTrace(key);
    }

    Result<std::vector<Feedback>> ListFeedback(const store::FeedbackQuery& query) const override {
        return inner_->ListFeedback(query);
    }

    Result<std::vector<Feedback>> FindFeedback(const Call& call) const override {
        return inner_->FindFeedback(call);
    }

    Result<std::vector<Call>> FindRelated(const store::RelatedQuery& query) override {
        return inner_->FindRelated(query);
    }

    Result<store::StoreStats> GetStats() const override { return inner_->GetStats(); }

    std::atomic<bool> failing = false;
    std::atomic<std::size_t> room = std::numeric_limits<std::size_t>::max();
    std::atomic<std::size_t> committed_calls = 0;

private:
    std::unique_ptr<store::Store> inner_ = store::NewMemoryStore();
};

}  // namespace sightglass::pipeline
