// Names of the runs of text of an answer (AnswerText).
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "codec/json.h"

namespace sightglass::dialect {

/// "block 3": a kind, and the index that `object` has under `name`; 0 where it has none.
std::string IndexedKey(std::string_view kind, codec::JsonValue object, std::string_view name);

/// "tool call get_weather"
std::string ToolLabel(codec::JsonValue name);

}  // namespace sightglass::dialect
