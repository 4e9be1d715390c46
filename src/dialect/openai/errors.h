// Error objects, and what kind of failure they are.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "call/call.h"
#include "codec/json.h"

namespace sightglass::dialect::openai {

/// Decides by the code first, by the type second, by the HTTP status last.
ErrorType ClassifyError(
    int http_status,
    std::string_view code,
    std::string_view type,
    std::string_view message
) noexcept;

/// Marks the Call as failed from an error object or text: `root.error` where that is one, else
/// `root` itself.
void ReadError(codec::JsonValue root, int http_status, Call& call);

/// The same from a body that is no JSON, such as an edge's HTML page.
void ReadErrorText(std::string_view body, int http_status, Call& call);

/// Whether a body or chunk of an answer with status 200 carries an error.
bool CarriesError(codec::JsonValue root) noexcept;

}  // namespace sightglass::dialect::openai
