#include "call/fields.h"

#include <array>
#include <unordered_map>

namespace sightglass {
namespace {

constexpr FieldRole kDimension = FieldRole::kDimension;
constexpr FieldRole kMeasure = FieldRole::kMeasure;
constexpr FieldRole kDetail = FieldRole::kDetail;
constexpr FieldRole kJson = FieldRole::kJson;

constexpr auto kFields = std::to_array<Field>({
    {1, "call_id", &Call::call_id},
    {2, "source", &Call::source, kDimension},
    {3, "provider_response_id", &Call::provider_response_id},
    {4, "provider_request_id", &Call::provider_request_id},
    {5, "trace_id", &Call::trace_id},
    {6, "span_id", &Call::span_id},
    {7, "parent_span_id", &Call::parent_span_id},

    {8, "started_at", &Call::started_at},
    {9, "first_token_at", &Call::first_token_at},
    {10, "ended_at", &Call::ended_at},
    {11, "latency_us", &Call::latency_us, kMeasure, "us"},
    {12, "ttft_us", &Call::ttft_us, kMeasure, "us"},
    {13, "tpot_us", &Call::tpot_us, kMeasure, "us"},
    {14, "provider_us", &Call::provider_us, kMeasure, "us"},
    {15, "gateway_us", &Call::gateway_us, kMeasure, "us"},

    {16, "provider", &Call::provider, kDimension},
    {17, "upstream", &Call::upstream, kDimension},
    {18, "organization", &Call::organization, kDimension},
    {19, "project", &Call::project, kDimension},
    {20, "team", &Call::team, kDimension},
    {21, "service", &Call::service, kDimension},
    {22, "environment", &Call::environment, kDimension},
    {23, "api_key", &Call::api_key, kDimension},
    {24, "api_key_label", &Call::api_key_label, kDimension},
    {25, "user", &Call::user, kDimension},
    {26, "session_id", &Call::session_id, kDimension},
    {27, "turn", &Call::turn, kMeasure},
    {28, "client_ip", &Call::client_ip, kDimension},
    {29, "user_agent", &Call::user_agent, kDimension},
    {30, "sdk", &Call::sdk, kDimension},

    {31, "operation", &Call::operation, kDimension},
    {32, "method", &Call::method, kDimension},
    {33, "endpoint", &Call::endpoint, kDimension},
    {34, "model_requested", &Call::model_requested, kDimension},
    {35, "model", &Call::model, kDimension},
    {36, "stream", &Call::stream, kDimension},
    {37, "service_tier", &Call::service_tier, kDimension},
    {38, "params", &Call::params, kJson},
    {39, "tags", &Call::tags, kDetail},

    {40, "status", &Call::status, kDimension},
    {41, "http_status", &Call::http_status, kDimension},
    {42, "error_type", &Call::error_type, kDimension},
    {43, "error_code", &Call::error_code, kDimension},
    {44, "error_message", &Call::error_message},
    {45, "finish_reason", &Call::finish_reason, kDimension},
    {46, "attempts", &Call::attempts, kDetail},
    {47, "retry_of", &Call::retry_of},
    {48, "cache_hit", &Call::cache_hit, kDimension},

    {49, "fresh_input_tokens", &Call::fresh_input_tokens, kMeasure, "tokens"},
    {50, "cached_input_tokens", &Call::cached_input_tokens, kMeasure, "tokens"},
    {51, "cache_write_5m_tokens", &Call::cache_write_5m_tokens, kMeasure, "tokens"},
    {52, "cache_write_30m_tokens", &Call::cache_write_30m_tokens, kMeasure, "tokens"},
    {53, "cache_write_1h_tokens", &Call::cache_write_1h_tokens, kMeasure, "tokens"},
    {54, "cache_write_12h_tokens", &Call::cache_write_12h_tokens, kMeasure, "tokens"},
    {55, "output_tokens", &Call::output_tokens, kMeasure, "tokens"},
    {56, "reasoning_tokens", &Call::reasoning_tokens, kMeasure, "tokens"},
    {57, "audio_input_tokens", &Call::audio_input_tokens, kMeasure, "tokens"},
    {58, "audio_output_tokens", &Call::audio_output_tokens, kMeasure, "tokens"},
    {59, "image_input_tokens", &Call::image_input_tokens, kMeasure, "tokens"},
    {60, "image_output_tokens", &Call::image_output_tokens, kMeasure, "tokens"},
    {61, "token_source", &Call::token_source, kDimension},
    {62, "usage", &Call::usage, kJson},

    {63, "cost_nano_usd", &Call::cost, kMeasure, "nano_usd"},
    {64, "input_cost_nano_usd", &Call::input_cost, kMeasure, "nano_usd"},
    {65, "cached_cost_nano_usd", &Call::cached_cost, kMeasure, "nano_usd"},
    {66, "cache_write_cost_nano_usd", &Call::cache_write_cost, kMeasure, "nano_usd"},
    {67, "output_cost_nano_usd", &Call::output_cost, kMeasure, "nano_usd"},
    {68, "other_cost_nano_usd", &Call::other_cost, kMeasure, "nano_usd"},
    {69, "price_id", &Call::price_id},
    {70, "cost_source", &Call::cost_source, kDimension},

    {71, "limit_requests", &Call::limit_requests, kMeasure, "requests"},
    {72, "remaining_requests", &Call::remaining_requests, kMeasure, "requests"},
    {73, "reset_requests_us", &Call::reset_requests_us, kMeasure, "us"},
    {74, "limit_tokens", &Call::limit_tokens, kMeasure, "tokens"},
    {75, "remaining_tokens", &Call::remaining_tokens, kMeasure, "tokens"},
    {76, "reset_tokens_us", &Call::reset_tokens_us, kMeasure, "us"},

    {77, "request_bytes", &Call::request_bytes, kMeasure, "bytes"},
    {78, "response_bytes", &Call::response_bytes, kMeasure, "bytes"},
    {79, "request_headers", &Call::request_headers},
    {80, "response_headers", &Call::response_headers},

    {81, "scenario", &Call::scenario, kDimension},
    {82, "scenario_confidence", &Call::scenario_confidence, kMeasure},
    {83, "language", &Call::language, kDimension},

    {84, "repairs", &Call::repairs},
});

}  // namespace

std::span<const Field> Fields() noexcept {
    return kFields;
}

const Field* FindField(std::string_view name) noexcept {
    static const auto* const by_name = [] {
        auto* map = new std::unordered_map<std::string_view, const Field*>;  // Lives as long as the
                                                                             // program.
        for (const Field& field : kFields) {
            map->emplace(field.name, &field);
        }
        return map;
    }();
    const auto found = by_name->find(name);
    return found == by_name->end() ? nullptr : found->second;
}

namespace {

std::string Text(const Uuid& value) {
    return ToString(value);
}

std::string Text(const std::string& value) {
    return value;
}

std::string Text(const OptionalInt& value) {
    return value ? std::to_string(*value) : std::string();
}

std::string Text(const OptionalTime& value) {
    return value ? FormatTime(*value) : std::string();
}

std::string Text(const OptionalMoney& value) {
    return value ? std::to_string(value->nano_usd()) : std::string();
}

std::string Text(const std::optional<bool>& value) {
    return value ? std::string(*value ? "true" : "false") : std::string();
}

std::string Text(const std::optional<double>& value) {
    return value ? std::to_string(*value) : std::string();
}

std::string Text(const Tags& tags) {
    std::string text;
    for (const auto& [name, value] : tags) {
        text += text.empty() ? "" : ", ";
        text += name;
        text += '=';
        text += value;
    }
    return text;
}

std::string Text(const std::vector<Attempt>& attempts) {
    return std::to_string(attempts.size());
}

template <typename Enum>
std::string Text(const std::optional<Enum>& value) {
    return value ? std::string(ToString(*value)) : std::string();
}

}  // namespace

std::string DisplayText(const Field& field, const Call& call) {
    return std::visit([&](auto member) { return Text(call.*member); }, field.member);
}

}  // namespace sightglass
