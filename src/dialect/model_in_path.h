// The model that a request's path names, where its provider takes it from there.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

namespace sightglass::dialect {

/// "gpt" of "/openai/deployments/gpt/chat/completions"
std::string_view DeploymentInPath(std::string_view path) noexcept;

/// "gemini-pro" of "/v1beta/models/gemini-pro:generateContent", and of Vertex AI's paths.
std::string_view GoogleModelInPath(std::string_view path) noexcept;

/// "anthropic.claude" of "/model/anthropic.claude/converse"; it may have slashes of its own.
std::string_view BedrockModelInPath(std::string_view path) noexcept;

/// Which of them the dialect of that name has, as it stands there, percent-encoded: a part of `path`.
/// Empty where that is none, and the body says it.
std::string_view ModelInPath(std::string_view path, std::string_view dialect) noexcept;

}  // namespace sightglass::dialect
