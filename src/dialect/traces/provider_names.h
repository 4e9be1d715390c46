// What traces call providers, as the Call has them.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

namespace sightglass::dialect::traces {

/// "az.ai.openai" is azure, "openai.chat" is openai. What is not known stays as it is. The view
/// lives as long as `name`.
std::string_view ProviderOf(std::string_view name) noexcept;

}  // namespace sightglass::dialect::traces
