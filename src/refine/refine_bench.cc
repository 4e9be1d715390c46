// All steps over one Call, by the program's own price book: what cleaning costs.
#include <vector>

#include <benchmark/benchmark.h>

#include "refine/refine.h"

namespace sightglass::refine {
namespace {

constexpr std::size_t kCalls = 1'000;

/// A call as a gateway records it, before anything was worked out.
Call Recorded(std::size_t number) {
    Call call;
    call.call_id.bytes[15] = static_cast<std::uint8_t>(number);
    call.source = Source::kGateway;
    call.started_at = *ParseTime("2026-10-01T12:00:00Z", Time()) + Duration(number);
    call.first_token_at = *call.started_at + std::chrono::milliseconds(120);
    call.ended_at = *call.started_at + std::chrono::milliseconds(1'200);
    call.provider_response_id = "chatcmpl-CdPq0xYhVqkzJr4WqJ1mQm5QfLkzT";
    call.provider_request_id = "req_5f0c3a1f8d7e4b6c9a2b1c3d4e5f6071";
    call.provider = "openai";
    call.upstream = "openai";
    call.project = "proj_3kq9f2";
    call.team = "search";
    call.service = "ranking";
    call.environment = "production";
    call.api_key = "0123456789abcdef0123456789abcdef";
    call.api_key_label = "sk-proj-...a1b2";
    call.user = "user-123456";
    call.user_agent = "OpenAI/JS 6.9.1";
    call.operation = Operation::kChat;
    call.endpoint = "/v1/chat/completions";
    call.model_requested = "gpt-4o-mini";
    call.model = "gpt-4o-mini-2024-07-18";
    call.stream = true;
    call.params = R"({"temperature":0.2,"max_tokens":512,"tools":3})";
    call.status = CallStatus::kOk;
    call.http_status = 200;
    call.finish_reason = "stop";
    call.attempts = {{"https://api.openai.com", 200, "", 250'000}};
    call.fresh_input_tokens = 1'200 + static_cast<std::int64_t>(number);
    call.output_tokens = 300;
    call.usage = R"({"prompt_tokens":1200,"completion_tokens":300,"total_tokens":1500})";
    call.request_headers = "content-type: application/json\nuser-agent: OpenAI/JS 6.9.1";
    call.response_headers = "content-type: text/event-stream\nopenai-version: 2020-10-01";
    return call;
}

void BmAllSteps(benchmark::State& state) {
    const auto prices = prices::PriceBook::BuiltIn();
    std::vector<Call> calls;
    for (std::size_t i = 0; i < kCalls; ++i) {
        calls.push_back(Recorded(i));
    }
    for (auto _ : state) {
        for (Call& call : calls) {
            Refine(call, *prices);
        }
        benchmark::DoNotOptimize(calls.data());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kCalls));
}

void BmStep(benchmark::State& state) {
    const auto prices = prices::PriceBook::BuiltIn();
    const Step& step = Steps()[static_cast<std::size_t>(state.range(0))];
    Call call = Recorded(1);
    Refine(call, *prices);
    for (auto _ : state) {
        benchmark::DoNotOptimize(step.apply(call, *prices));
    }
    state.SetLabel(std::string(step.name));
}

BENCHMARK(BmAllSteps);
BENCHMARK(BmStep)->DenseRange(0, static_cast<int>(Steps().size()) - 1);

}  // namespace
}  // namespace sightglass::refine
