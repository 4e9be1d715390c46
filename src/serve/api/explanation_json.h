// Explanations as JSON, for the API and the command line alike.
//
// Thread-safety: pure functions, over a writer of one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/explain.h"
#include "codec/json_writer.h"

namespace sightglass::serve {

void WriteExplanation(codec::JsonWriter& json, const analytics::Explanation& explanation);

/// [{"dimension":"model","value":"gpt-4o"}]
void WriteGroupKey(codec::JsonWriter& json, const std::vector<analytics::GroupValue>& key);

void WriteTexts(codec::JsonWriter& json, const std::vector<std::string>& texts);

}  // namespace sightglass::serve
