// Parsing bodies and events with one JSON parser a thread.
#pragma once

#include <string_view>

#include "codec/json.h"
#include "dialect/dialect.h"

namespace sightglass::dialect {

/// The document, or an absent value where it is none. Valid until the thread parses the next one.
/// Thread-safety: safe for concurrent use; each thread has its own parser.
codec::JsonValue ParseJson(std::string_view text);

/// A body of which only the first and the last part are there: an object of the members that are
/// whole. Thread-safety: as ParseJson.
codec::JsonValue ParseCutJson(std::string_view first, std::string_view last);

/// A request's or an answer's body, whole or cut. Thread-safety: as ParseJson.
codec::JsonValue ParseBody(const RequestView& request);
codec::JsonValue ParseBody(const BodyView& body);

}  // namespace sightglass::dialect
