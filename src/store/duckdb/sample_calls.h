// Made-up Calls for this folder's tests and benchmark: the same ones every time.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "call/call.h"
#include "call/fields.h"

namespace sightglass::store {

/// Makes Calls from a seed.
/// Thread-safety: belongs to one thread.
class Samples {
public:
    explicit Samples(std::uint64_t seed) : random_(seed), ids_(seed) {}

    std::int64_t Below(std::int64_t bound) {
        return std::uniform_int_distribution<std::int64_t>(0, bound - 1)(random_);
    }

    bool OneIn(std::int64_t n) { return Below(n) == 0; }

    template <typename T>
    const T& OneOf(const std::vector<T>& all) {
        return all[static_cast<std::size_t>(Below(static_cast<std::int64_t>(all.size())))];
    }

    /// Like real traffic: what a gateway fills is filled.
    Call TrafficCall(Time started_at);

    /// Every field known or unknown by chance, from small vocabularies, so that groups collide.
    Call WildCall(Time from, Duration span);

private:
    void FillCaller(Call& call);
    void FillUsage(Call& call);

    std::mt19937_64 random_;
    UuidSource ids_;
};

inline void Samples::FillCaller(Call& call) {
    call.provider = "openai";
    call.upstream = "openai";
    call.organization = "acme";
    call.project = "proj_" + std::to_string(Below(8));
    call.team = "team-" + std::to_string(Below(6));
    call.service = "service-" + std::to_string(Below(20));
    call.environment = OneIn(5) ? "staging" : "production";
    call.api_key = std::string(30, 'a') + std::to_string(10 + Below(30));
    call.api_key_label = "sk-proj-...ab" + std::to_string(Below(30));
    call.user = "user-" + std::to_string(Below(2'000));
    call.session_id = "session-" + std::to_string(Below(50'000));
    call.client_ip = "10.0.0." + std::to_string(Below(250));
    call.user_agent = "OpenAI/JS 4.77.0";
    call.sdk = "openai-js 4.77.0";
}

inline void Samples::FillUsage(Call& call) {
    call.fresh_input_tokens = Below(4'000);
    call.cached_input_tokens = Below(2'000);
    call.output_tokens = 1 + Below(900);
    call.reasoning_tokens = 0;
    call.tpot_us = *call.latency_us / 2 / *call.output_tokens;
    call.token_source = TokenSource::kProvider;
    call.usage = R"({"prompt_tokens":1234,"completion_tokens":321,"total_tokens":1555,)"
                 R"("prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0}})";
    call.cost = Money::FromNanoUsd(Below(50'000'000));
    call.input_cost = Money::FromNanoUsd(Below(30'000'000));
    call.output_cost = Money::FromNanoUsd(Below(20'000'000));
    call.price_id = "openai/gpt-4o@2024-10-01";
    call.cost_source = CostSource::kPriced;
}

inline Call Samples::TrafficCall(Time started_at) {
    static const std::vector<std::string> kModels = {
        "gpt-4o-2024-08-06",
        "gpt-4o-mini",
        "gpt-4.1",
        "o3-mini",
        "text-embedding-3-small",
        "claude-sonnet-4-20250514"};
    Call call;
    call.call_id = ids_.Next(started_at);
    call.source = Source::kGateway;
    call.provider_response_id = "chatcmpl-" + std::to_string(random_());
    call.provider_request_id = "req_" + std::to_string(random_()) + std::to_string(random_());
    call.started_at = started_at;
    const std::int64_t latency_us = 150'000 + Below(4'000'000);
    call.first_token_at = started_at + Duration(latency_us / 4);
    call.ended_at = started_at + Duration(latency_us);
    call.latency_us = latency_us;
    call.ttft_us = latency_us / 4;
    call.provider_us = latency_us - 5'000;
    call.gateway_us = 40 + Below(200);
    FillCaller(call);
    call.operation = Operation::kChat;
    call.method = "POST";
    call.endpoint = "/v1/chat/completions";
    call.model_requested = "gpt-4o";
    call.model = OneOf(kModels);
    call.stream = OneIn(2);
    call.params = R"({"temperature":0.7,"max_tokens":512,"tools":3})";
    call.tags = {{"feature", "feature-" + std::to_string(Below(9))}};
    call.status = OneIn(50) ? CallStatus::kError : CallStatus::kOk;
    call.http_status = call.status == CallStatus::kOk ? 200 : 429;
    call.finish_reason = "stop";
    call.attempts = {{"https://api.openai.com", *call.http_status, "", latency_us}};
    FillUsage(call);
    call.limit_requests = 10'000;
    call.remaining_requests = 9'000 + Below(999);
    call.limit_tokens = 2'000'000;
    call.remaining_tokens = 1'000'000 + Below(999'999);
    call.request_bytes = 500 + Below(20'000);
    call.response_bytes = 300 + Below(8'000);
    call.request_headers = "content-type: application/json\nuser-agent: OpenAI/JS 4.77.0";
    call.response_headers =
        "content-type: application/json\nopenai-processing-ms: 812\nx-ratelimit-limit-requests: "
        "10000";
    call.language = OneIn(4) ? "nl" : "en";
    return call;
}

/// Sets any field of any type.
struct WildValueMaker {
    Samples& samples;
    Call& call;

    void operator()(Uuid Call::*) const {}

    void operator()(std::string Call::*member) const {
        call.*member = "w" + std::to_string(samples.Below(4));
    }

    void operator()(OptionalInt Call::*member) const {
        call.*member = samples.OneIn(3) ? samples.Below(4) : samples.Below(5'000'000);
    }

    void operator()(OptionalTime Call::*) const {}

    void operator()(OptionalMoney Call::*member) const {
        call.*member = Money::FromNanoUsd(samples.Below(2'000'000'000));
    }

    void operator()(std::optional<bool> Call::*member) const { call.*member = samples.OneIn(2); }

    void operator()(std::optional<double> Call::*member) const {
        call.*member = static_cast<double>(samples.Below(1000)) / 8;
    }

    void operator()(Tags Call::*member) const {
        for (std::int64_t i = samples.Below(3); i >= 0; --i) {
            (call.*member)
                .emplace_back("t" + std::to_string(i), "w" + std::to_string(samples.Below(3)));
        }
    }

    void operator()(std::vector<Attempt> Call::*member) const {
        for (std::int64_t i = samples.Below(3); i >= 0; --i) {
            (call.*member)
                .push_back({"http://target", 200 + i, i == 0 ? "" : "timeout", samples.Below(1000)}
                );
        }
    }

    template <typename Enum>
    void operator()(std::optional<Enum> Call::*member) const {
        call.*member = static_cast<Enum>(samples.Below(static_cast<std::int64_t>(Enum::kCount_)));
    }
};

inline Call Samples::WildCall(Time from, Duration span) {
    Call call;
    for (const Field& field : Fields()) {
        if (!OneIn(3)) {
            std::visit(WildValueMaker{*this, call}, field.member);
        }
    }
    call.started_at = from + Duration(Below(span.count()));
    if (!OneIn(4)) {
        call.ended_at = *call.started_at + Duration(Below(9'000'000));
    }
    if (!OneIn(4)) {
        call.first_token_at = *call.started_at + Duration(Below(5'000'000));
    }
    call.call_id = ids_.Next(*call.started_at);
    return call;
}

}  // namespace sightglass::store
