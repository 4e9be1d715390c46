// The table behind Fields(), for code on the path of every call: walked at compile time, it becomes
// straight-line code without a dispatch a field.
//
// Thread-safety: constants and pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "call/fields.h"

namespace sightglass {

inline constexpr auto kFieldTable = std::to_array<Field>({
    {1, "call_id", &Call::call_id},
    {2, "source", &Call::source, FieldRole::kDimension},
    {3, "provider_response_id", &Call::provider_response_id},
    {4, "provider_request_id", &Call::provider_request_id},
    {5, "trace_id", &Call::trace_id, FieldRole::kDimension},
    {6, "span_id", &Call::span_id},
    {7, "parent_span_id", &Call::parent_span_id},

    {8, "started_at", &Call::started_at},
    {9, "first_token_at", &Call::first_token_at},
    {10, "ended_at", &Call::ended_at},
    {11, "latency_us", &Call::latency_us, FieldRole::kMeasure, "us"},
    {12, "ttft_us", &Call::ttft_us, FieldRole::kMeasure, "us"},
    {13, "tpot_us", &Call::tpot_us, FieldRole::kMeasure, "us"},
    {14, "provider_us", &Call::provider_us, FieldRole::kMeasure, "us"},
    {15, "gateway_us", &Call::gateway_us, FieldRole::kMeasure, "us"},

    {16, "provider", &Call::provider, FieldRole::kDimension},
    {17, "upstream", &Call::upstream, FieldRole::kDimension},
    {18, "organization", &Call::organization, FieldRole::kDimension},
    {19, "project", &Call::project, FieldRole::kDimension},
    {20, "team", &Call::team, FieldRole::kDimension},
    {21, "service", &Call::service, FieldRole::kDimension},
    {22, "environment", &Call::environment, FieldRole::kDimension},
    {23, "api_key", &Call::api_key, FieldRole::kDimension},
    {24, "api_key_label", &Call::api_key_label, FieldRole::kDimension},
    {89, "upstream_key", &Call::upstream_key, FieldRole::kDimension},
    {25, "user", &Call::user, FieldRole::kDimension},
    {26, "session_id", &Call::session_id, FieldRole::kDimension},
    {27, "turn", &Call::turn, FieldRole::kMeasure},
    {28, "client_ip", &Call::client_ip, FieldRole::kDimension},
    {29, "user_agent", &Call::user_agent, FieldRole::kDimension},
    {30, "sdk", &Call::sdk, FieldRole::kDimension},

    {31, "operation", &Call::operation, FieldRole::kDimension},
    {32, "method", &Call::method, FieldRole::kDimension},
    {33, "endpoint", &Call::endpoint, FieldRole::kDimension},
    {34, "model_requested", &Call::model_requested, FieldRole::kDimension},
    {35, "model", &Call::model, FieldRole::kDimension},
    {87, "model_family", &Call::model_family, FieldRole::kDimension},
    {36, "stream", &Call::stream, FieldRole::kDimension},
    {37, "service_tier", &Call::service_tier, FieldRole::kDimension},
    {38, "params", &Call::params, FieldRole::kJson},
    {39, "tags", &Call::tags, FieldRole::kDetail},

    {40, "status", &Call::status, FieldRole::kDimension},
    {41, "http_status", &Call::http_status, FieldRole::kDimension},
    {42, "error_type", &Call::error_type, FieldRole::kDimension},
    {43, "error_code", &Call::error_code, FieldRole::kDimension},
    {44, "error_message", &Call::error_message},
    {45, "finish_reason", &Call::finish_reason, FieldRole::kDimension},
    {46, "attempts", &Call::attempts, FieldRole::kDetail},
    {47, "retry_of", &Call::retry_of},
    {48, "cache_hit", &Call::cache_hit, FieldRole::kDimension},
    {85, "shadow_limits", &Call::shadow_limits, FieldRole::kDimension},

    {49, "fresh_input_tokens", &Call::fresh_input_tokens, FieldRole::kMeasure, "tokens"},
    {50, "cached_input_tokens", &Call::cached_input_tokens, FieldRole::kMeasure, "tokens"},
    {51, "cache_write_5m_tokens", &Call::cache_write_5m_tokens, FieldRole::kMeasure, "tokens"},
    {52, "cache_write_30m_tokens", &Call::cache_write_30m_tokens, FieldRole::kMeasure, "tokens"},
    {53, "cache_write_1h_tokens", &Call::cache_write_1h_tokens, FieldRole::kMeasure, "tokens"},
    {54, "cache_write_12h_tokens", &Call::cache_write_12h_tokens, FieldRole::kMeasure, "tokens"},
    {55, "output_tokens", &Call::output_tokens, FieldRole::kMeasure, "tokens"},
    {56, "reasoning_tokens", &Call::reasoning_tokens, FieldRole::kMeasure, "tokens"},
    {57, "audio_input_tokens", &Call::audio_input_tokens, FieldRole::kMeasure, "tokens"},
    {58, "audio_output_tokens", &Call::audio_output_tokens, FieldRole::kMeasure, "tokens"},
    {59, "image_input_tokens", &Call::image_input_tokens, FieldRole::kMeasure, "tokens"},
    {60, "image_output_tokens", &Call::image_output_tokens, FieldRole::kMeasure, "tokens"},
    {61, "token_source", &Call::token_source, FieldRole::kDimension},
    {62, "usage", &Call::usage, FieldRole::kJson},

    {63, "cost_nano_usd", &Call::cost, FieldRole::kMeasure, "nano_usd"},
    {64, "input_cost_nano_usd", &Call::input_cost, FieldRole::kMeasure, "nano_usd"},
    {65, "cached_cost_nano_usd", &Call::cached_cost, FieldRole::kMeasure, "nano_usd"},
    {66, "cache_write_cost_nano_usd", &Call::cache_write_cost, FieldRole::kMeasure, "nano_usd"},
    {67, "output_cost_nano_usd", &Call::output_cost, FieldRole::kMeasure, "nano_usd"},
    {68, "other_cost_nano_usd", &Call::other_cost, FieldRole::kMeasure, "nano_usd"},
    {69, "price_id", &Call::price_id},
    {70, "cost_source", &Call::cost_source, FieldRole::kDimension},

    {71, "limit_requests", &Call::limit_requests, FieldRole::kMeasure, "requests"},
    {72, "remaining_requests", &Call::remaining_requests, FieldRole::kMeasure, "requests"},
    {73, "reset_requests_us", &Call::reset_requests_us, FieldRole::kMeasure, "us"},
    {74, "limit_tokens", &Call::limit_tokens, FieldRole::kMeasure, "tokens"},
    {75, "remaining_tokens", &Call::remaining_tokens, FieldRole::kMeasure, "tokens"},
    {76, "reset_tokens_us", &Call::reset_tokens_us, FieldRole::kMeasure, "us"},

    {77, "request_bytes", &Call::request_bytes, FieldRole::kMeasure, "bytes"},
    {78, "response_bytes", &Call::response_bytes, FieldRole::kMeasure, "bytes"},
    {79, "request_headers", &Call::request_headers},
    {80, "response_headers", &Call::response_headers},

    {81, "scenario", &Call::scenario, FieldRole::kDimension},
    {82, "scenario_confidence", &Call::scenario_confidence, FieldRole::kMeasure},
    {83, "language", &Call::language, FieldRole::kDimension},

    {84, "repairs", &Call::repairs, FieldRole::kDimension},
    {86, "joined", &Call::joined, FieldRole::kJson},
    {88, "records", &Call::records, FieldRole::kMeasure},
});

/// Calls visit(std::integral_constant<std::size_t, I>, member) for each field: its place in
/// kFieldTable, and a pointer to the Call's member.
template <typename Visit>
constexpr void ForEachField(Visit&& visit) {
    const auto one = [&visit]<std::size_t kPlace>(std::integral_constant<std::size_t, kPlace> at) {
        constexpr const FieldMember& kMember = kFieldTable[kPlace].member;
        visit(at, std::get<kMember.index()>(kMember));
    };
    [&one]<std::size_t... kPlaces>(std::index_sequence<kPlaces...>) {
        (one(std::integral_constant<std::size_t, kPlaces>{}), ...);
    }
    (std::make_index_sequence<kFieldTable.size()>{});
}

}  // namespace sightglass
