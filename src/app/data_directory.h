// The directory that holds everything a server keeps: one server at a time has it.
#pragma once

#include "base/files.h"
#include "base/result.h"

namespace sightglass::app {

/// Makes the directory, readable by its owner alone, and locks it for as long as what is returned lives. Waits up to two seconds
/// for a server that is just ending. kConflict where another one runs on it.
/// Thread-safety: safe for concurrent use.
Result<FileDescriptor> OpenDataDirectory(const Path& directory);

}  // namespace sightglass::app
