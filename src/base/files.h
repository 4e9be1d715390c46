// The few file operations that several rooms need, with errors that name the path.
//
// Thread-safety: pure functions over the file system; FileDescriptor belongs to one owner.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace sightglass {

using Path = std::filesystem::path;

/// Owns a file descriptor.
class FileDescriptor {
public:
    FileDescriptor() = default;

    explicit FileDescriptor(int fd) noexcept : fd_(fd) {}

    FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

    FileDescriptor& operator=(FileDescriptor&& other) noexcept;
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    ~FileDescriptor() { Close(); }

    int get() const noexcept { return fd_; }

    bool Valid() const noexcept { return fd_ >= 0; }

    int Release() noexcept { return std::exchange(fd_, -1); }

    void Close() noexcept;

private:
    int fd_ = -1;
};

/// An Io error with errno's text: "<action> <path>: No space left on device". kFull for ENOSPC and
/// EDQUOT.
Error ErrnoError(std::string_view action, const Path& path, int error_number);

Result<std::string> ReadFile(const Path& path);

/// Replaces the file at once (write beside, fdatasync, rename), with exactly the permission bits
/// `mode`.
Status WriteFileAtomically(const Path& path, std::string_view content, unsigned mode);

/// Makes the directory and its parents with permission bits 0700 where they do not exist.
Status EnsurePrivateDirectory(const Path& path);

/// Takes the exclusive lock of a file (made where absent) for the life of the descriptor; kConflict
/// when another process holds it.
Result<FileDescriptor> LockFile(const Path& path);

}  // namespace sightglass
