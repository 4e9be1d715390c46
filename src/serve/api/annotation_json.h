// Annotations as JSON.
#pragma once

#include "codec/json_writer.h"
#include "insight/annotations.h"

namespace sightglass::serve {

/// Thread-safety: pure function, over a writer of one thread.
void WriteAnnotation(codec::JsonWriter& json, const insight::Annotation& annotation);

}  // namespace sightglass::serve
