// Calls with planted causes, in a store in memory: for this folder's tests.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/time.h"
#include "call/call.h"
#include "store/memory.h"

namespace sightglass::analytics {

inline constexpr Time kMonday = TimeFromMicros(1'789'948'800'000'000);  // 2026-09-21T00:00:00Z
inline constexpr Duration kOneDay = std::chrono::hours(24);

/// Thread-safety: belongs to one thread.
class AnalysisTest : public testing::Test {
protected:
    /// An ok call with tokens and a cost of 1,000,000 nano-dollars.
    Call MakeCall(Time at, const std::string& service, const std::string& model) {
        Call call;
        call.call_id = ids_.Next(at);
        call.started_at = at;
        call.ended_at = at + std::chrono::seconds(1);
        call.latency_us = 1'000'000;
        call.service = service;
        call.model = model;
        call.provider = model.rfind("claude", 0) == 0 ? "anthropic" : "openai";
        call.user = "user-of-" + service;
        call.api_key_label = "key-of-" + service;
        call.operation = Operation::kChat;
        call.status = CallStatus::kOk;
        call.fresh_input_tokens = 900;
        call.output_tokens = 100;
        call.token_source = TokenSource::kProvider;
        call.cost = Money::FromNanoUsd(1'000'000);
        call.cost_source = CostSource::kPriced;
        return call;
    }

    void Put(Call call) { batch_.calls.push_back(std::move(call)); }

    /// `each` calls of each of five services and two models on a day, spread over it. The third
    /// service has one key more.
    void PutUsualDay(Time day, int each) {
        for (int i = 0; i < each; ++i) {
            PutOneOfEach(day + i * (kOneDay / each), i % 4 == 0);
        }
    }

    void PutOneOfEach(Time at, bool second_key) {
        for (const char* service : {"chat", "search", "mail", "code", "speech"}) {
            for (const char* model : {"gpt-4o", "claude-sonnet-4"}) {
                Call call = MakeCall(at, service, model);
                if (second_key && call.service == "mail") {
                    call.api_key_label = "second-key";
                }
                Put(std::move(call));
            }
        }
    }

    const store::Store& Store() {
        EXPECT_TRUE(store_->Commit(batch_).Ok());
        return *store_;
    }

    store::Batch batch_;

private:
    UuidSource ids_{1};
    std::unique_ptr<store::Store> store_ = store::NewMemoryStore();
};

}  // namespace sightglass::analytics
