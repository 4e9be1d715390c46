// The head parser beside Boost.Beast's, on one request and one answer of an ordinary call.
#include <string>

#include <benchmark/benchmark.h>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>

#include "net/http1.h"
#include "net/http1_body.h"

namespace sightglass::net {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t kHeadBytesMax = 64U << 10;

constexpr std::string_view kRequest =
    "POST /v1/chat/completions HTTP/1.1\r\n"
    "host: 127.0.0.1:8080\r\n"
    "connection: keep-alive\r\n"
    "accept: application/json\r\n"
    "content-type: application/json\r\n"
    "user-agent: OpenAI/JS 7.57.0\r\n"
    "x-stainless-retry-count: 0\r\n"
    "x-stainless-lang: js\r\n"
    "x-stainless-package-version: 7.57.0\r\n"
    "x-stainless-os: Linux\r\n"
    "x-stainless-arch: x64\r\n"
    "x-stainless-runtime: node\r\n"
    "x-stainless-runtime-version: v22.11.0\r\n"
    "authorization: Bearer sk-proj-0000000000000000000000000000000000000000\r\n"
    "accept-encoding: gzip, deflate\r\n"
    "content-length: 2\r\n"
    "\r\n{}";

constexpr std::string_view kResponse =
    "HTTP/1.1 200 OK\r\n"
    "content-type: application/json\r\n"
    "content-length: 2\r\n"
    "x-request-id: req_0123456789abcdef0123456789abcdef\r\n"
    "x-ratelimit-limit-requests: 10000\r\n"
    "x-ratelimit-limit-tokens: 2000000\r\n"
    "x-ratelimit-remaining-requests: 9999\r\n"
    "x-ratelimit-remaining-tokens: 1999500\r\n"
    "x-ratelimit-reset-requests: 6ms\r\n"
    "x-ratelimit-reset-tokens: 15ms\r\n"
    "openai-organization: org-example\r\n"
    "openai-processing-ms: 412\r\n"
    "openai-version: 2020-10-01\r\n"
    "cf-ray: 8e5f0123456789ab-AMS\r\n"
    "\r\n{}";

void OwnRequest(benchmark::State& state) {
    RequestHead head;
    for (auto _ : state) {
        std::size_t scanned = 0;
        benchmark::DoNotOptimize(ParseRequestHead(kRequest, kHeadBytesMax, scanned, head));
    }
}

void OwnResponse(benchmark::State& state) {
    ResponseHead head;
    for (auto _ : state) {
        std::size_t scanned = 0;
        benchmark::DoNotOptimize(ParseResponseHead(kResponse, kHeadBytesMax, scanned, head));
    }
}

template <bool IsRequest>
void BeastHead(benchmark::State& state, std::string_view text) {
    for (auto _ : state) {
        http::parser<IsRequest, http::empty_body> parser;
        boost::system::error_code error;
        benchmark::DoNotOptimize(parser.put(boost::asio::buffer(text.data(), text.size()), error));
    }
}

void BeastRequest(benchmark::State& state) {
    BeastHead<true>(state, kRequest);
}

void BeastResponse(benchmark::State& state) {
    BeastHead<false>(state, kResponse);
}

void OwnChunks(benchmark::State& state) {
    std::string body;
    for (int i = 0; i < 50; ++i) {
        body += "fa\r\n" + std::string(250, 'x') + "\r\n";
    }
    body += "0\r\n\r\n";
    BodyFramer framer;
    for (auto _ : state) {
        std::size_t payload_bytes = 0;
        framer.Start(BodyKind::kChunked, 0);
        framer.Read(body, [&](std::string_view payload) { payload_bytes += payload.size(); });
        benchmark::DoNotOptimize(payload_bytes);
    }
    state.SetItemsProcessed(state.iterations() * 50);
}

BENCHMARK(OwnRequest);
BENCHMARK(BeastRequest);
BENCHMARK(OwnResponse);
BENCHMARK(BeastResponse);
BENCHMARK(OwnChunks);

}  // namespace
}  // namespace sightglass::net
