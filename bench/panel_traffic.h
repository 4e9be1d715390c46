// Made-up calls for bench_panels: the same ones every time.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "call/call.h"

namespace sightglass::bench {

inline constexpr Time kEnd = TimeFromMicros(1'790'000'000'000'000);
inline constexpr std::int64_t kBatchCalls = 20'480;

/// Calls in the shapes of real traffic: a service has its keys, its team and a few models; a user
/// comes again, as often as Zipf says; sessions have some turns; days are busier than nights.
class Traffic {
public:
    Traffic(std::int64_t calls, int days) : calls_(calls), days_(days) {}

    std::vector<Call> Next(std::int64_t first) {
        std::vector<Call> calls;
        for (std::int64_t i = first; i < std::min(first + kBatchCalls, calls_); ++i) {
            calls.push_back(CallAt(TimeOf(i)));
        }
        return calls;
    }

private:
    std::int64_t Below(std::int64_t bound) {
        return std::uniform_int_distribution<std::int64_t>(0, bound - 1)(random_);
    }

    /// Small numbers far more often than large ones.
    std::int64_t Zipf(std::int64_t bound) {
        const double draw = std::uniform_real_distribution<double>(0, 1)(random_);
        return std::min(
            static_cast<std::int64_t>(std::pow(static_cast<double>(bound + 1), draw)) - 1,
            bound - 1
        );
    }

    Time TimeOf(std::int64_t number) const {
        const double share = static_cast<double>(number) / static_cast<double>(calls_);
        const double days = share * days_;
        const double hour = (days - std::floor(days)) * 24;
        const double into = hour - 3.0 * std::sin(hour / 24 * 2 * 3.14159265) * 0.9;
        return kEnd - std::chrono::hours(24) * days_ +
               Duration(static_cast<std::int64_t>((std::floor(days) * 24 + into) * 3.6e9));
    }

    void Fill(Call& call) {
        const std::int64_t service = Zipf(50);
        const std::int64_t model = (service * 7 + Zipf(4)) % 20;
        call.provider = model % 3 == 0 ? "anthropic" : model % 3 == 1 ? "openai" : "gemini";
        call.upstream = call.provider;
        call.model = "model-" + std::to_string(model) + "-2026-01-01";
        call.model_requested = "model-" + std::to_string(model);
        call.organization = service % 5 == 0 ? "org-research" : "org-product";
        call.project = "proj_" + std::to_string(service % 12);
        call.team = "team-" + std::to_string(service % 9);
        call.service = "service-" + std::to_string(service);
        call.environment = Below(8) == 0 ? "staging" : "production";
        const std::int64_t key = service * 4 + Zipf(4);
        call.api_key = std::string(28, 'a') + std::to_string(1'000 + key);
        call.api_key_label = "sk-proj-...k" + std::to_string(1'000 + key);
        call.user = "user-" + std::to_string(Zipf(50'000)) + "@example.com";
        call.session_id = "session-" + std::to_string(session_ += Below(4) == 0 ? 1 : 0);
        call.operation = model == 19 ? Operation::kEmbedding : Operation::kChat;
        call.scenario = "scenario-" + std::to_string(service % 10);
        call.language = Below(4) == 0 ? "nl" : "en";
    }

    void FillUsage(Call& call) {
        call.fresh_input_tokens = 50 + Zipf(8'000);
        call.cached_input_tokens = Below(3) == 0 ? Below(4'000) : 0;
        call.output_tokens = 1 + Zipf(2'000);
        call.reasoning_tokens = 0;
        call.token_source = TokenSource::kProvider;
        call.usage = R"({"prompt_tokens":)" + std::to_string(*call.fresh_input_tokens) +
                     R"(,"completion_tokens":)" + std::to_string(*call.output_tokens) + "}";
        const std::int64_t input = *call.fresh_input_tokens * 2'500;
        const std::int64_t output = *call.output_tokens * 10'000;
        call.input_cost = Money::FromNanoUsd(input);
        call.output_cost = Money::FromNanoUsd(output);
        call.cost = Money::FromNanoUsd(input + output);
        call.price_id = call.provider + "/" + call.model_requested + "@2026-01-01";
        call.cost_source = CostSource::kPriced;
    }

    void FillTimes(Call& call, Time at) {
        call.started_at = at;
        const auto latency_us =
            static_cast<std::int64_t>(std::lognormal_distribution<double>(14.2, 0.8)(random_));
        call.latency_us = latency_us;
        call.ttft_us = latency_us / 5 + Below(1 + latency_us / 10);
        call.first_token_at = at + Duration(*call.ttft_us);
        call.ended_at = at + Duration(latency_us);
        call.tpot_us = (latency_us - *call.ttft_us) / *call.output_tokens;
        call.gateway_us = 40 + Zipf(400);
        call.stream = Below(2) == 0;
    }

    Call CallAt(Time at) {
        Call call;
        call.call_id = ids_.Next(at);
        call.source = Source::kGateway;
        call.provider_response_id = "chatcmpl-" + std::to_string(random_());
        call.provider_request_id = "req_" + std::to_string(random_());
        Fill(call);
        FillUsage(call);
        FillTimes(call, at);
        call.method = "POST";
        call.endpoint = "/v1/chat/completions";
        call.client_ip = "10.0.0." + std::to_string(Below(250));
        call.user_agent = "OpenAI/JS 4.77.0";
        call.status = Below(50) == 0 ? CallStatus::kError : CallStatus::kOk;
        call.http_status = call.status == CallStatus::kOk ? 200 : 429;
        if (call.status == CallStatus::kError) {
            call.error_type =
                Below(2) == 0 ? ErrorType::kProviderRateLimited : ErrorType::kProviderServerError;
        }
        call.finish_reason = "stop";
        call.request_bytes = 500 + Zipf(20'000);
        call.response_bytes = 300 + Zipf(8'000);
        return call;
    }

    std::int64_t calls_;
    int days_;
    std::int64_t session_ = 0;
    std::mt19937_64 random_{7};
    UuidSource ids_{7};
};

}  // namespace sightglass::bench
