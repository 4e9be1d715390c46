// What reports on orders to the pipeline have in common as JSON.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "base/time.h"
#include "codec/json_writer.h"
#include "pipeline/repricing.h"

namespace sightglass::serve {

std::string_view NameOf(pipeline::RepriceReport::State state);
std::string_view NameOf(pipeline::RepriceOrder::Kind kind);

/// Null for a time that nobody gave.
void WriteOrderTime(codec::JsonWriter& json, std::string_view name, Time time);

}  // namespace sightglass::serve
