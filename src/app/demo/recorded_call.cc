#include "app/demo/recorded_call.h"

#include <array>
#include <span>

namespace sightglass::demo {
namespace {

struct ScenarioShare {
    std::string_view scenario;
    double share;
};

constexpr std::array kCare = {
    ScenarioShare{"customer_service", 0.86},
    ScenarioShare{"data_analysis", 0.09},
    ScenarioShare{"other", 0.05}};
constexpr std::array kShop = {
    ScenarioShare{"customer_service", 0.41},
    ScenarioShare{"information", 0.38},
    ScenarioShare{"brainstorming", 0.15},
    ScenarioShare{"roleplay", 0.06}};
constexpr std::array kCode = {
    ScenarioShare{"coding", 0.84},
    ScenarioShare{"information", 0.09},
    ScenarioShare{"learning", 0.07}};
constexpr std::array kData = {
    ScenarioShare{"data_analysis", 0.62},
    ScenarioShare{"summarising", 0.26},
    ScenarioShare{"business", 0.12}};
constexpr std::array kWriting = {
    ScenarioShare{"writing", 0.55},
    ScenarioShare{"business", 0.24},
    ScenarioShare{"translation", 0.13},
    ScenarioShare{"brainstorming", 0.08}};

std::span<const ScenarioShare> ScenariosOf(Topic topic) noexcept {
    switch (topic) {
        case Topic::kCare:
            return kCare;
        case Topic::kShop:
            return kShop;
        case Topic::kCode:
            return kCode;
        case Topic::kData:
            return kData;
        case Topic::kWriting:
        case Topic::kCount:
            break;
    }
    return kWriting;
}

}  // namespace

std::string RandomName(std::string_view prefix, int length, Random& random) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string name(prefix);
    for (int i = 0; i < length; ++i) {
        name += kDigits[static_cast<std::size_t>(random.Next() % kDigits.size())];
    }
    return name;
}

std::string_view ResponseIdPrefix(Operation operation) noexcept {
    switch (operation) {
        case Operation::kResponse:
            return "resp_";
        case Operation::kCompletion:
            return "cmpl-";
        default:
            return "chatcmpl-";
    }
}

// As the dialect reads them from the requests that conversation.cc writes.
std::string ParamsOf(const ServiceProfile& service, std::int64_t turn, bool tools) {
    if (service.operation == Operation::kEmbedding) {
        return R"({"encoding_format":"base64"})";
    }
    std::string text = "{";
    if (service.topic == Topic::kWriting) {
        text += "\"temperature\":0.8,";
    }
    const auto tokens_max = static_cast<std::int64_t>(service.output_tokens) * 8;
    text += "\"max_tokens\":" + std::to_string(tokens_max);
    if (service.operation != Operation::kCompletion) {
        const std::int64_t instructions = service.operation == Operation::kChat ? 1 : 0;
        text += ",\"messages\":" + std::to_string(instructions + 2 * turn - 1);
    }
    if (service.feature == "triage" || service.feature == "extraction") {
        text += ",\"response_format\":\"json_schema\"";
    } else if (tools) {
        text += ",\"tools\":2";
    }
    if (service.stream && service.operation == Operation::kChat) {
        text += ",\"include_usage\":true";
    }
    return text + "}";
}

std::string_view FinishReason(const ServiceProfile& service, Random& random) noexcept {
    if (random.Chance(0.012)) {
        return service.operation == Operation::kResponse ? "max_output_tokens" : "length";
    }
    return random.Chance(service.tools_share * 0.4) ? "tool_calls" : "stop";
}

// As the gateway reads them from the answer's usage.
void RecordTokens(Call& call, const Tokens& tokens) {
    const Operation operation = *call.operation;
    call.fresh_input_tokens = tokens.input - tokens.cached - tokens.written;
    if (operation != Operation::kEmbedding) {
        call.output_tokens = tokens.output;
    }
    if (operation == Operation::kChat || operation == Operation::kResponse) {
        call.cached_input_tokens = tokens.cached;
        call.reasoning_tokens = tokens.reasoning;
        if (tokens.written > 0 || operation == Operation::kResponse) {
            call.cache_write_30m_tokens = tokens.written;
        }
    }
    if (operation == Operation::kChat) {
        call.audio_input_tokens = 0;
        call.audio_output_tokens = 0;
    }
    call.token_source = TokenSource::kProvider;
    call.usage = UsageJson(operation, tokens);
}

void RecordScenario(const ServiceProfile& service, std::string_view session, Call& call) {
    if (call.operation == Operation::kEmbedding) {
        return;
    }
    // Of its own chance: what else happens in the week does not depend on it.
    const std::uint64_t own =
        session.empty() ? HashText(ToString(call.call_id)) : HashText(session);
    Random random(Mix(own, HashText(service.name)));
    std::array<double, 4> shares{};
    const auto scenarios = ScenariosOf(service.topic);
    for (std::size_t i = 0; i < scenarios.size(); ++i) {
        shares[i] = scenarios[i].share;
    }
    call.scenario = scenarios[random.Weighted(std::span(shares).first(scenarios.size()))].scenario;
    constexpr double kThousandths = 1'000.0;
    call.scenario_confidence = static_cast<double>(random.Between(450, 980)) / kThousandths;
}

// The lines that the gateway keeps of what conversation.cc sends.
std::string RequestHeaders(const SdkProfile& sdk) {
    std::string lines =
        "content-type: application/json\naccept: application/json\naccept-encoding: gzip";
    const auto add = [&lines](std::string_view name, std::string_view value) {
        lines.append("\n").append(name).append(": ").append(value);
    };
    add("user-agent", sdk.user_agent);
    add("x-stainless-lang", sdk.language);
    add("x-stainless-package-version", sdk.package_version);
    add("x-stainless-runtime", sdk.runtime);
    add("x-stainless-runtime-version", sdk.runtime_version);
    return lines;
}

}  // namespace sightglass::demo
