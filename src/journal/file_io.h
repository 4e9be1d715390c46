// Reading and writing at an offset, whole or not at all, with errors that name the path.
//
// Thread-safety: pure functions over the file system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/files.h"
#include "base/result.h"

namespace sightglass::journal {

/// Gives the file `bytes` bytes of room, zero where they are new. kFull when the disk is.
Status AllocateFile(int fd, const Path& path, std::size_t bytes);

Status WriteAt(int fd, const Path& path, std::uint64_t offset, std::string_view bytes);

/// Reads until `size` bytes are there or the file ends; returns how many.
Result<std::size_t>
ReadAt(int fd, const Path& path, std::uint64_t offset, char* out, std::size_t size);

/// Makes the making, renaming and deleting of files in a directory durable.
Status SyncDirectory(const Path& directory);

}  // namespace sightglass::journal
