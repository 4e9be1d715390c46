#include "call/span.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sightglass {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(SpanKind::kCount_)> kNames =
    {"agent", "chain", "tool", "retriever", "guardrail", "evaluator", "other"};

}  // namespace

std::string_view ToString(SpanKind kind) noexcept {
    return kNames[static_cast<std::size_t>(kind)];
}

std::optional<SpanKind> ParseSpanKind(std::string_view name) noexcept {
    const auto* const found = std::find(kNames.begin(), kNames.end(), name);
    return found != kNames.end()
               ? std::optional(static_cast<SpanKind>(std::distance(kNames.begin(), found)))
               : std::nullopt;
}

}  // namespace sightglass
