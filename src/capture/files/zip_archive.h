// The files in a zip archive, read as they are unpacked: nothing is written to disk, and an entry's
// name is for people alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/files/byte_source.h"

namespace sightglass::capture::files {

/// Thread-safety: one thread at a time.
class ZipArchive {
public:
    /// Whether a file begins as an archive does. False where it cannot be read.
    static bool IsOne(const std::string& path);

    /// kNotFound, kIo; kCorrupt where it is no archive; kInvalidArgument where nothing in it can be
    /// imported, or too much.
    static Result<std::shared_ptr<ZipArchive>> Open(const std::string& path);

    virtual ~ZipArchive() = default;

    /// Those that can be imported, by name, in the order of their names: of a person's ChatGPT
    /// export the conversations alone.
    virtual const std::vector<std::string>& Names() const noexcept = 0;

    /// kCorrupt for one that is encrypted or packed in an unknown way. The source keeps the archive
    /// open. Several may be read in turns.
    virtual Result<std::unique_ptr<ByteSource>> OpenEntry(const std::string& name) = 0;
};

}  // namespace sightglass::capture::files
