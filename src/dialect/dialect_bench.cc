// What a worker spends on reading one call.
#include <string>

#include <benchmark/benchmark.h>

#include "codec/sse.h"
#include "dialect/dialect.h"

namespace sightglass::dialect {
namespace {

const Dialect& OpenAi() {
    return *FindDialect("openai");
}

void ReadRequest(benchmark::State& state) {
    const std::string body =
        R"({"model":"gpt-4o","stream":true,"temperature":0.2,"user":"u-17","metadata":{"feature":"search"},"messages":[)"
        R"({"role":"system","content":"You are helpful."},{"role":"user","content":")" +
        std::string(static_cast<std::size_t>(state.range(0)), 'x') + R"("}]})";
    Call call;
    for (auto _ : state) {
        call.Clear();
        OpenAi().ReadRequestLine("POST", "/v1/chat/completions", call);
        OpenAi().ReadRequest(
            {.method = "POST",
             .path = "/v1/chat/completions",
             .content_type = "application/json",
             .body = body},
            call
        );
        benchmark::DoNotOptimize(call.model_requested.data());
    }
}

BENCHMARK(ReadRequest)->Arg(100)->Arg(10'000)->Arg(100'000);

void ReadResponseBody(benchmark::State& state) {
    const std::string body =
        R"({"id":"chatcmpl-9sZk2","object":"chat.completion","created":1722600000,"model":"gpt-4o-2024-08-06",)"
        R"("choices":[{"index":0,"message":{"role":"assistant","content":")" +
        std::string(static_cast<std::size_t>(state.range(0)), 'x') +
        R"(","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":120,)"
        R"("completion_tokens":230,"total_tokens":350,"prompt_tokens_details":{"cached_tokens":100,"audio_tokens":0},)"
        R"("completion_tokens_details":{"reasoning_tokens":128,"audio_tokens":0}},"system_fingerprint":"fp_1"})";
    Call call;
    for (auto _ : state) {
        call.Clear();
        call.operation = Operation::kChat;
        OpenAi().ReadResponseBody({.http_status = 200, .body = body}, call);
        benchmark::DoNotOptimize(call.output_tokens);
    }
}

BENCHMARK(ReadResponseBody)->Arg(500)->Arg(30'000);

std::string Chunk(std::string_view delta, std::string_view rest) {
    return R"({"id":"chatcmpl-9sZk2","object":"chat.completion.chunk","created":1722600000,"model":"gpt-4o-2024-08-06",)"
           R"("choices":[{"index":0,"delta":)" +
           std::string(delta) + R"(,"logprobs":null,"finish_reason":null}])" + std::string(rest) +
           "}";
}

/// The events that are read of a stream: the first two, and the last three.
void ReadStreamEnds(benchmark::State& state) {
    const std::string role = Chunk(R"({"role":"assistant","content":""})", "");
    const std::string token = Chunk(R"({"content":"one"})", "");
    const std::string usage =
        Chunk("{}", R"(,"usage":{"prompt_tokens":120,"completion_tokens":230,"total_tokens":350})");
    const auto reader = OpenAi().NewStreamReader();
    Call call;
    for (auto _ : state) {
        call.Clear();
        call.operation = Operation::kChat;
        for (const std::string* data : {&role, &token, &token, &usage}) {
            reader->ReadEvent("", *data, TimeFromMicros(1), call);
        }
        reader->ReadEvent("", "[DONE]", TimeFromMicros(1), call);
        reader->Finish(true, call);
        reader->Reset();
        benchmark::DoNotOptimize(call.output_tokens);
    }
}

BENCHMARK(ReadStreamEnds);

}  // namespace
}  // namespace sightglass::dialect
