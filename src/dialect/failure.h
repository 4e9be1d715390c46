// Failures that providers report, in the closed list of the Call.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "call/call.h"

namespace sightglass::dialect {

/// A provider's word for a failure, and what it means.
using ErrorWord = std::pair<std::string_view, ErrorType>;

/// What a word means; case does not matter.
std::optional<ErrorType>
FindErrorWord(std::span<const ErrorWord> words, std::string_view text) noexcept;

/// What an HTTP status alone tells; nothing below 400.
std::optional<ErrorType> ErrorOfStatus(int http_status) noexcept;

/// Marks the Call as failed. An HTTP status that is known already stays.
void MarkFailed(ErrorType type, int http_status, Call& call);

/// The message of an error body that is no JSON: the start of a text, the title of an HTML page.
void ReadErrorMessage(std::string_view body, Call& call);

}  // namespace sightglass::dialect
