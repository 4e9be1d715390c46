// /metrics against docs/metrics.md, which is its list, and against the exposition format's own rules.
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"
#include "codec/compression.h"
#include "live/series.h"
#include "serve/test_server.h"

namespace sightglass::serve {
namespace {

struct Exposition {
    std::map<std::string, std::string> types;  ///< By family.
    std::map<std::string, double> samples;     ///< By name with labels.
    std::vector<std::string> repeated;         ///< Samples that came twice.
};

Exposition Parse(const std::string& text) {
    Exposition exposition;
    for (const std::string_view line : Split(text, '\n')) {
        if (line.substr(0, 7) == "# TYPE ") {
            const auto words = Split(line, ' ');
            exposition.types.emplace(words.at(2), words.at(3));
        } else if (!line.empty() && line.front() != '#') {
            const std::size_t space = line.rfind(' ');
            const auto inserted = exposition.samples.emplace(
                line.substr(0, space),
                ParseDouble(line.substr(space + 1)).value_or(std::nan(""))
            );
            if (!inserted.second) {
                exposition.repeated.emplace_back(line);
            }
        }
    }
    return exposition;
}

/// The rows "| `name` | type | … |" of docs/metrics.md.
std::map<std::string, std::string> DocumentedTypes() {
    std::map<std::string, std::string> types;
    const auto text = ReadFile(SIGHTGLASS_SOURCE_DIR "/docs/metrics.md");
    EXPECT_TRUE(text.Ok());
    for (const std::string_view line : Split(*text, '\n')) {
        if (line.substr(0, 3) == "| `") {
            const auto cells = Split(line, '|');
            const std::string_view name = Trim(cells.at(1));
            types.emplace(name.substr(1, name.size() - 2), Trim(cells.at(2)));
        }
    }
    return types;
}

class MetricsTest : public ::testing::Test {
protected:
    Call NewCall(CallStatus status) {
        Call call;
        call.call_id = ids_.Next(server_.clock.Now());
        call.started_at = server_.clock.Now();
        call.ended_at = server_.clock.Now();
        call.provider = "openai";
        call.upstream = "openai";
        call.operation = Operation::kChat;
        call.model = "gpt-4o";
        call.status = status;
        call.latency_us = 900'000;
        call.ttft_us = 200'000;
        call.tpot_us = 20'000;
        call.gateway_us = 60;
        call.fresh_input_tokens = 100;
        call.output_tokens = 20;
        call.remaining_tokens = 5'000;
        call.limit_tokens = 10'000;
        call.cost = Money::FromNanoUsd(2'000'000'000);
        return call;
    }

    Exposition Scrape() { return Parse(server_.Get("/metrics").body); }

    UuidSource ids_{5};
    TestServer server_;
};

TEST_F(MetricsTest, AreTheOnesThatTheManualLists) {
    server_.Commit({NewCall(CallStatus::kOk)});
    EXPECT_EQ(Scrape().types, DocumentedTypes());
}

TEST_F(MetricsTest, CountCallsTokensAndCost) {
    Call failed = NewCall(CallStatus::kError);
    failed.error_type = ErrorType::kProviderOverloaded;
    failed.cost = std::nullopt;
    server_.Commit({NewCall(CallStatus::kOk), NewCall(CallStatus::kOk), failed});
    const Exposition exposition = Scrape();
    EXPECT_TRUE(exposition.repeated.empty()) << exposition.repeated.front();
    double calls = 0;
    double cost = 0;
    double input = 0;
    for (const auto& [name, value] : exposition.samples) {
        calls += name.find("sightglass_calls_total{") == 0 ? value : 0;
        cost += name.find("sightglass_cost_usd_total{") == 0 ? value : 0;
        const bool is_input = name.find("type=\"input\"") != std::string::npos;
        input += is_input && name.find("sightglass_tokens_total{") == 0 ? value : 0;
    }
    EXPECT_EQ(calls, 3);
    EXPECT_DOUBLE_EQ(cost, 4);
    EXPECT_EQ(input, 300);
}

TEST_F(MetricsTest, HistogramsAreCumulativeAndOnePerLabelSet) {
    Call through_another = NewCall(CallStatus::kOk);
    through_another.upstream = "backup";
    server_.Commit({NewCall(CallStatus::kOk), through_another});
    const Exposition exposition = Scrape();
    EXPECT_TRUE(exposition.repeated.empty()) << exposition.repeated.front();
    double within_1280_ms = 0;
    double within_640_ms = 0;
    double usage_sum = 0;
    for (const auto& [name, value] : exposition.samples) {
        if (name.find("gen_ai_client_operation_duration_seconds_bucket{") == 0) {
            within_1280_ms += name.find("le=\"1.28\"") != std::string::npos ? value : 0;
            within_640_ms += name.find("le=\"0.64\"") != std::string::npos ? value : 0;
        }
        usage_sum += name.find("gen_ai_client_token_usage_sum{") == 0 ? value : 0;
    }
    EXPECT_EQ(within_1280_ms, 2);
    EXPECT_EQ(within_640_ms, 0);
    EXPECT_EQ(usage_sum, 240);
}

TEST_F(MetricsTest, LimitsOfDifferentProvidersAndKeysAreDifferentSeries) {
    Call through_own_key = NewCall(CallStatus::kOk);
    through_own_key.upstream_key = "key-1";
    Call through_other_key = NewCall(CallStatus::kOk);
    through_other_key.upstream_key = "key-2";
    Call of_another_provider = NewCall(CallStatus::kOk);
    of_another_provider.provider = "azure";
    server_.Commit(
        {NewCall(CallStatus::kOk), through_own_key, through_other_key, of_another_provider}
    );
    const Exposition exposition = Scrape();
    EXPECT_TRUE(exposition.repeated.empty()) << exposition.repeated.front();
    std::size_t lines = 0;
    for (const auto& [name, value] : exposition.samples) {
        lines += name.find("sightglass_limit{") == 0 ? 1 : 0;
    }
    EXPECT_EQ(lines, 4);
}

TEST_F(MetricsTest, StayBoundedUnderAMillionUsersAndModels) {
    constexpr std::size_t kBatches = 1'000;
    constexpr std::size_t kBatchCalls = 1'000;
    Call call = NewCall(CallStatus::kOk);
    std::vector<Call> batch(kBatchCalls, call);
    for (std::size_t i = 0; i < kBatches; ++i) {
        for (std::size_t j = 0; j < kBatchCalls; ++j) {
            const std::string number = std::to_string(i * kBatchCalls + j);
            batch[j].model = "model-" + number;
            batch[j].user = "user-" + number;
            batch[j].api_key = "key-" + number;
        }
        server_.live.Add(batch);
    }
    const std::string text = server_.Get("/metrics").body;
    EXPECT_LT(text.size(), 8u << 20);
    const Exposition exposition = Parse(text);
    EXPECT_TRUE(exposition.repeated.empty()) << exposition.repeated.front();
    double calls = 0;
    std::map<std::string, std::size_t> series;
    for (const auto& [name, value] : exposition.samples) {
        ++series[name.substr(0, name.find('{'))];
        calls += name.find("sightglass_calls_total{") == 0 ? value : 0;
    }
    EXPECT_EQ(calls, kBatches * kBatchCalls);
    EXPECT_EQ(series["sightglass_calls_total"], live::RunningTotals::kSeriesMax);
    EXPECT_EQ(
        series["gen_ai_client_operation_duration_seconds_count"],
        live::Distributions::kDistributionsMax
    );
    EXPECT_EQ(series["sightglass_limit"], live::RunningTotals::kHeadroomMax);
    EXPECT_EQ(text.find("user-"), std::string::npos);
}

TEST_F(MetricsTest, OpenMetricsNamesACallBehindABucket) {
    Call call = NewCall(CallStatus::kOk);
    call.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
    server_.Commit({call});
    const auto answer = server_.Ask(
        {.target = "/metrics",
         .headers = {{"Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"}}}
    );
    EXPECT_EQ(
        answer.Header("content-type"),
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    const std::string& text = answer.body;
    EXPECT_TRUE(text.ends_with("\n# EOF\n"));
    EXPECT_NE(text.find("# TYPE sightglass_calls counter\n"), std::string::npos);
    EXPECT_NE(text.find("\nsightglass_calls_total{"), std::string::npos);
    const std::string exemplar = "le=\"1.28\"} 1 # {call_id=\"" + ToString(call.call_id) +
                                 "\",trace_id=\"4bf92f3577b34da6a3ce929d0e0e4736\"} 0.9 ";
    EXPECT_NE(text.find(exemplar), std::string::npos);
    EXPECT_NE(text.find("le=\"1.0\"}"), std::string::npos);
    EXPECT_EQ(server_.Get("/metrics").body.find(" # {"), std::string::npos);
}

TEST_F(MetricsTest, AreCompressedForWhoTakesThat) {
    server_.Commit({NewCall(CallStatus::kOk)});
    const auto answer =
        server_.Ask({.target = "/metrics", .headers = {{"Accept-Encoding", "gzip"}}});
    EXPECT_EQ(answer.Header("content-encoding"), "gzip");
    const auto text = codec::Decode("gzip", answer.body, 1U << 20);
    ASSERT_TRUE(text.Ok());
    EXPECT_EQ(Parse(*text).types, DocumentedTypes());
}

TEST_F(MetricsTest, LabelsFromOutsideCannotForgeSamples) {
    Call call = NewCall(CallStatus::kOk);
    call.model = "x\"} 1\nsightglass_calls_total 999\n\\";
    server_.Commit({call});
    const Exposition exposition = Scrape();
    EXPECT_FALSE(exposition.samples.contains("sightglass_calls_total"));
}

TEST_F(MetricsTest, TellWhatWasLost) {
    server_.figures.gateway.unrecorded_calls = 4;
    const Exposition exposition = Scrape();
    EXPECT_EQ(exposition.samples.at("sightglass_dropped_total{reason=\"unrecorded_call\"}"), 4);
    EXPECT_EQ(exposition.samples.at("sightglass_build_info{version=\"1.2.3\"}"), 1);
    EXPECT_GT(exposition.samples.at("process_resident_memory_bytes"), 0);
}

}  // namespace
}  // namespace sightglass::serve
