// JSON and server-sent events as the gateway meets them.
#include <string>

#include <benchmark/benchmark.h>
#include <boost/json.hpp>
#include <boost/json/src.hpp>

#include "codec/crc32c.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "codec/sse.h"

namespace sightglass::codec {
namespace {

/// A chat completion whose text makes it about `bytes` long.
std::string Answer(std::size_t bytes) {
    std::string text;
    while (text.size() + 500 < bytes) {
        text += "A line of an answer, with a \\\"quotation\\\".\\n";
    }
    return R"({"id":"chatcmpl-9sZk2","object":"chat.completion","created":1722600000,"model":"gpt-4o-2024-08-06",)"
           R"("choices":[{"index":0,"message":{"role":"assistant","content":")" +
           text +
           R"(","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":120,)"
           R"("completion_tokens":230,"total_tokens":350,"prompt_tokens_details":{"cached_tokens":100,"audio_tokens":0},)"
           R"("completion_tokens_details":{"reasoning_tokens":128,"audio_tokens":0}},"system_fingerprint":"fp_1"})";
}

void ParseAnswer(benchmark::State& state) {
    const std::string text = Answer(static_cast<std::size_t>(state.range(0)));
    JsonParser parser;
    for (auto _ : state) {
        const auto root = parser.Parse(text);
        benchmark::DoNotOptimize((*root).Get("usage").Get("completion_tokens").Int());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

BENCHMARK(ParseAnswer)->Arg(1 << 10)->Arg(32 << 10);

void ParseAnswerWithBoostJson(benchmark::State& state) {
    const std::string text = Answer(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        const boost::json::value root = boost::json::parse(text);
        benchmark::DoNotOptimize(root.at("usage").at("completion_tokens").as_int64());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

BENCHMARK(ParseAnswerWithBoostJson)->Arg(1 << 10)->Arg(32 << 10);

void FeedEvents(benchmark::State& state) {
    std::string stream;
    for (int i = 0; i < 200; ++i) {
        stream +=
            R"(data: {"id":"chatcmpl-9sZk2","object":"chat.completion.chunk","created":1722600000,)"
            R"("model":"gpt-4o-2024-08-06","choices":[{"index":0,"delta":{"content":" word"},)"
            R"("logprobs":null,"finish_reason":null}]})"
            "\n\n";
    }
    const auto piece = static_cast<std::size_t>(state.range(0));
    for (auto _ : state) {
        SseReader reader;
        std::size_t bytes = 0;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            reader.Feed(
                std::string_view(stream).substr(at, piece),
                [&bytes](const SseEvent& event) { bytes += event.data.size(); }
            );
        }
        benchmark::DoNotOptimize(bytes);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * stream.size()));
}

BENCHMARK(FeedEvents)->Arg(200)->Arg(4 << 10)->Arg(64 << 10);

void WriteString(benchmark::State& state) {
    const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
    for (auto _ : state) {
        JsonWriter json;
        json.BeginObject().Key("model").String(text).EndObject();
        benchmark::DoNotOptimize(json.text().data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

BENCHMARK(WriteString)->Arg(20)->Arg(4 << 10);

void Checksum(benchmark::State& state) {
    const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
    for (auto _ : state) {
        benchmark::DoNotOptimize(Crc32c(text));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

BENCHMARK(Checksum)->Arg(600);

}  // namespace
}  // namespace sightglass::codec
