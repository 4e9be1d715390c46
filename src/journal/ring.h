// The memory that one Writer appends to: a file, mapped twice back to back, so that any run of up
// to its size is contiguous.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/files.h"
#include "base/result.h"
#include "journal/format.h"

namespace sightglass::journal {

/// Owns the mapping and the file. The file stays when the Ring goes, unless Remove was called: it
/// is what survives the process.
/// Thread-safety: At is pure; the rest from one thread at a time. What lies in the memory is the
/// caller's affair.
class Ring {
public:
    /// Makes the file with all its blocks written, so that no later page needs room on the disk.
    static Result<std::unique_ptr<Ring>> Create(const Path& directory, const FileHeader& header);

    ~Ring();
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;

    /// The place of a stream's position; `bytes()` bytes from there on are valid memory.
    char* At(std::uint64_t position) const noexcept { return data_ + position % bytes_; }

    std::size_t bytes() const noexcept { return bytes_; }

    /// Makes the pages from `position` on present and writable, so that the Writer does not fault.
    void Prepare(std::uint64_t position) noexcept;

    /// Notes in the file that what stands before `position` is in segments, which may be deleted
    /// from now on.
    Status NoteCopied(std::uint64_t position);

    /// Deletes the file; the memory stays.
    void Remove() noexcept;

private:
    Ring(Path path, FileHeader header)
        : path_(std::move(path)), header_(std::move(header)), bytes_(header_.number) {}

    Status Allocate() const;
    Status Map();

    const Path path_;
    FileHeader header_;
    const std::size_t bytes_;
    FileDescriptor file_;
    char* data_ = nullptr;
    std::uint64_t prepared_to_ = 0;
};

/// "<stream>-<name>.ring"
std::string RingFileName(const FileHeader& header);

}  // namespace sightglass::journal
