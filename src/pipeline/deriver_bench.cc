// Derive on one core: an exchange whose request and answer hold 2 KB of text, decoded, hashed, and counted where nobody else did.
#include <string>

#include <benchmark/benchmark.h>

#include "codec/compression.h"
#include "pipeline/deriver.h"

namespace sightglass::pipeline {
namespace {

constexpr std::string_view kSentence =
    "The level in the glass follows that in the tank, so that whoever passes by sees it. ";

std::string Words(std::size_t bytes) {
    std::string text;
    while (text.size() < bytes) {
        text += kSentence;
    }
    text.resize(bytes);
    return text;
}

/// Three messages of 1.2 KB together.
std::string Request() {
    return R"({"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":")" +
           Words(400) + R"("},{"role":"assistant","content":")" + Words(400) +
           R"("},{"role":"user","content":")" + Words(400) + R"("}]})";
}

/// 0.8 KB, a word an event.
std::string Stream() {
    const std::string text = Words(800);
    std::string stream;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t space = std::min(text.find(' ', at + 1), text.size());
        stream += R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-4o",)";
        stream += R"("choices":[{"index":0,"delta":{"content":")";
        stream += text.substr(at, space - at);
        stream += "\"},\"finish_reason\":null}]}\n\n";
        at = space;
    }
    return stream + "data: [DONE]\n\n";
}

std::string Whole() {
    return R"({"id":"chatcmpl-1","choices":[{"message":{"role":"assistant","content":")" +
           Words(800) + R"("},"finish_reason":"stop"}]})";
}

void Derive(
    benchmark::State& state,
    const std::string& answer,
    std::string_view type,
    bool counts
) {
    const MessageHasher hasher{Secret("a secret of the benchmark")};
    Deriver deriver(hasher);
    const std::string request = Request();
    ExchangeView view;
    view.dialect = "openai";
    view.model = "gpt-4o";
    view.request_body = request;
    view.response_body = answer;
    view.response_content_type = type;
    view.response_encoding = answer.starts_with('\x1f') ? "gzip" : "";
    view.work = {.count_input = counts, .count_output = counts, .threads = true};
    std::string bytes;
    for (auto _ : state) {
        bytes.clear();
        EncodeDerived(deriver.Derive(view), bytes);
        benchmark::DoNotOptimize(bytes.data());
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

BENCHMARK_CAPTURE(Derive, StreamCounted, Stream(), "text/event-stream", true);
BENCHMARK_CAPTURE(
    Derive,
    StreamGzipCounted,
    codec::CompressGzip(Stream()),
    "text/event-stream",
    true
);
BENCHMARK_CAPTURE(Derive, WholeCounted, Whole(), "application/json", true);
BENCHMARK_CAPTURE(Derive, WholeHashed, Whole(), "application/json", false);

}  // namespace
}  // namespace sightglass::pipeline
