// What a call costs behind the gateway: its two records decoded, refined, and put into a batch.
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "pipeline/intake.h"
#include "pipeline/pipeline.h"
#include "pipeline/pipeline_fixture.h"
#include "refine/refine.h"

namespace sightglass::pipeline {
namespace {

constexpr int kCalls = 8'000;

/// A call as the gateway records it.
Call TypicalEnd(int number) {
    Call call = EndOf(number);
    call.call_id.bytes[13] = static_cast<std::uint8_t>(number >> 16);
    call.provider = "openai";
    call.provider_response_id = "chatcmpl-CdPq0xYhVqkzJr4WqJ1mQm5QfLkzT";
    call.provider_request_id = "req_5f0c3a1f8d7e4b6c9a2b1c3d4e5f6071";
    call.organization = "acme-research";
    call.project = "proj_3kq9f2";
    call.team = "search";
    call.service = "ranking";
    call.environment = "production";
    call.api_key = "0123456789abcdef0123456789abcdef";
    call.api_key_label = "sk-proj-...a1b2";
    call.user = "user-123456";
    call.client_ip = "10.1.2.3";
    call.user_agent = "OpenAI/JS 6.9.1";
    call.sdk = "openai-js 6.9.1";
    call.operation = Operation::kChat;
    call.method = "POST";
    call.endpoint = "/v1/chat/completions";
    call.stream = true;
    call.first_token_at = *call.started_at + std::chrono::milliseconds(120);
    call.params = R"({"temperature":0.2,"max_tokens":512,"tools":3})";
    call.usage = R"({"prompt_tokens":10,"completion_tokens":20,"total_tokens":30})";
    call.finish_reason = "stop";
    call.request_headers = "content-type: application/json\nuser-agent: OpenAI/JS 6.9.1";
    call.response_headers = "content-type: text/event-stream\nopenai-version: 2020-10-01";
    call.attempts = {{"https://api.openai.com", 200, "", 250'000}};
    call.remaining_requests = 4999;
    call.limit_requests = 5000;
    return call;
}

std::string Encode(const Call& call) {
    std::string bytes(EncodedSize(call), '\0');
    EncodeCall(call, bytes.data());
    return bytes;
}

/// Takes nothing, so that only what is before the store is measured.
class NoNotes final : public journal::Writer {
public:
    Status Sync() override { return {}; }

protected:
    char* Reserve(std::size_t) noexcept override { return nullptr; }

    void Publish(journal::RecordType, std::size_t) noexcept override {}
};

void BmIntake(benchmark::State& state) {
    std::vector<std::string> begins;
    std::vector<std::string> ends;
    for (int i = 0; i < kCalls; ++i) {
        Call begin = BeginOf(i);
        begin.call_id = TypicalEnd(i).call_id;
        begins.push_back(Encode(begin));
        ends.push_back(Encode(TypicalEnd(i)));
    }
    NoNotes notes;
    Intake intake({}, std::make_shared<NoPrices>(), notes, {.batch_calls_max = 2 * kCalls});
    intake.FinishRecovery();
    std::uint64_t offset = 64;
    const auto take = [&](journal::RecordType type, const std::string& payload) {
        intake.Take(
            {.type = type, .payload = payload, .position = {1, offset}, .next = {1, offset + 1}}
        );
        ++offset;
    };
    for (auto _ : state) {
        for (std::size_t i = 0; i < kCalls; ++i) {
            take(journal::RecordType::kCallBegin, begins[i]);
            take(journal::RecordType::kCallEnd, ends[i]);
        }
        intake.Committed();
    }
    state.SetItemsProcessed(state.iterations() * kCalls);
    state.counters["a_call_ns"] = benchmark::Counter(
        static_cast<double>(state.iterations()) * kCalls * 1e-9,
        benchmark::Counter::kIsRate | benchmark::Counter::kInvert
    );
}

void BmDecode(benchmark::State& state) {
    const std::string bytes = Encode(TypicalEnd(1));
    for (auto _ : state) {
        benchmark::DoNotOptimize(DecodeCall(bytes));
    }
}

void BmRefine(benchmark::State& state) {
    const NoPrices prices;
    Call call = TypicalEnd(1);
    for (auto _ : state) {
        refine::Refine(call, prices);
        benchmark::DoNotOptimize(call);
    }
}

void BmLive(benchmark::State& state) {
    live::Live live(Clock::System());
    const std::vector<Call> calls(1000, TypicalEnd(1));
    for (auto _ : state) {
        live.Add(calls);
    }
    state.SetItemsProcessed(state.iterations() * 1000);
}

/// Journal, pipeline and the in-memory store together.
void BmEndToEnd(benchmark::State& state) {
    const journal::TestDirectory directory;
    auto journal = journal::Journal::Open(directory.path(), {}).value();
    live::Live live(Clock::System());
    FailingStore store;
    auto pipeline =
        Pipeline::Start(*journal, store, live, std::make_shared<NoPrices>(), {}).value();
    auto writer = journal->NewWriter("worker-0").value();
    const Call begin = BeginOf(1);
    int number = 0;
    for (auto _ : state) {
        for (int i = 0; i < kCalls; ++i) {
            Call end = TypicalEnd(number++ % 60'000);
            while (!AppendCall(*writer, journal::RecordType::kCallBegin, begin) ||
                   !AppendCall(*writer, journal::RecordType::kCallEnd, end)) {
                std::this_thread::yield();
            }
        }
    }
    writer.reset();
    pipeline->Stop();
    state.SetItemsProcessed(state.iterations() * kCalls);
}

BENCHMARK(BmIntake)->Unit(benchmark::kMillisecond);
BENCHMARK(BmDecode);
BENCHMARK(BmRefine);
BENCHMARK(BmLive)->Unit(benchmark::kMicrosecond);
BENCHMARK(BmEndToEnd)->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sightglass::pipeline
