#include "call/enums.h"

#include <array>
#include <cstddef>

namespace sightglass {
namespace {

template <typename Enum>
constexpr std::size_t kCountOf = static_cast<std::size_t>(Enum::kCount_);

template <typename Enum>
using Names = std::array<std::string_view, kCountOf<Enum>>;

constexpr Names<Source> kSourceNames = {"gateway", "otlp", "import", "provider_usage"};

constexpr Names<CallStatus> kStatusNames = {"ok", "error", "cancelled", "interrupted", "blocked"};

constexpr Names<Operation> kOperationNames = {
    "chat",
    "response",
    "completion",
    "embedding",
    "image",
    "speech",
    "transcription",
    "moderation",
    "rerank",
    "realtime",
    "batch",
    "other",
};

constexpr Names<ErrorType> kErrorTypeNames = {
    "caller_invalid_request",
    "caller_model_unknown",
    "caller_too_large",
    "caller_cancelled",
    "policy_denied",
    "policy_limited",
    "policy_budget",
    "policy_blocked",
    "provider_auth",
    "provider_billing",
    "provider_rate_limited",
    "provider_overloaded",
    "provider_server_error",
    "provider_timeout",
    "provider_unreachable",
    "provider_bad_answer",
    "self_internal",
    "self_dropped",
    "other",
};

constexpr Names<TokenSource> kTokenSourceNames = {"provider", "counted", "estimated", "none"};

constexpr Names<CostSource> kCostSourceNames = {"provider", "priced", "unpriced"};

constexpr const auto& NamesOf(Source) {
    return kSourceNames;
}

constexpr const auto& NamesOf(CallStatus) {
    return kStatusNames;
}

constexpr const auto& NamesOf(Operation) {
    return kOperationNames;
}

constexpr const auto& NamesOf(ErrorType) {
    return kErrorTypeNames;
}

constexpr const auto& NamesOf(TokenSource) {
    return kTokenSourceNames;
}

constexpr const auto& NamesOf(CostSource) {
    return kCostSourceNames;
}

template <typename Enum>
std::string_view NameOf(Enum value) noexcept {
    const auto index = static_cast<std::size_t>(value);
    return index < kCountOf<Enum> ? NamesOf(value)[index] : std::string_view();
}

}  // namespace

std::string_view ToString(Source value) noexcept {
    return NameOf(value);
}

std::string_view ToString(CallStatus value) noexcept {
    return NameOf(value);
}

std::string_view ToString(Operation value) noexcept {
    return NameOf(value);
}

std::string_view ToString(ErrorType value) noexcept {
    return NameOf(value);
}

std::string_view ToString(TokenSource value) noexcept {
    return NameOf(value);
}

std::string_view ToString(CostSource value) noexcept {
    return NameOf(value);
}

template <typename Enum>
std::optional<Enum> ParseEnum(std::string_view name) noexcept {
    const auto& names = NamesOf(Enum{});
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

template std::optional<Source> ParseEnum<Source>(std::string_view) noexcept;
template std::optional<CallStatus> ParseEnum<CallStatus>(std::string_view) noexcept;
template std::optional<Operation> ParseEnum<Operation>(std::string_view) noexcept;
template std::optional<ErrorType> ParseEnum<ErrorType>(std::string_view) noexcept;
template std::optional<TokenSource> ParseEnum<TokenSource>(std::string_view) noexcept;
template std::optional<CostSource> ParseEnum<CostSource>(std::string_view) noexcept;

}  // namespace sightglass
