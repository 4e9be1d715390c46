#include "journal/file_io.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace sightglass::journal {
namespace {

/// For file systems without fallocate.
Status WriteZeros(int fd, const Path& path, std::size_t bytes) {
    const std::string zeros(64U << 10, '\0');
    for (std::size_t at = 0; at < bytes; at += zeros.size()) {
        SG_TRY(WriteAt(fd, path, at, std::string_view(zeros).substr(0, bytes - at)));
    }
    return {};
}

}  // namespace

Status AllocateFile(int fd, const Path& path, std::size_t bytes) {
    int result = 0;
    do {
        result = ::fallocate(fd, 0, 0, static_cast<off_t>(bytes));
    } while (result != 0 && errno == EINTR);
    if (result == 0) {
        return {};
    }
    if (errno == EOPNOTSUPP) {
        return WriteZeros(fd, path, bytes);
    }
    return ErrnoError("cannot allocate", path, errno);
}

Status WriteAt(int fd, const Path& path, std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t size = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (size < 0) {
            if (errno == EINTR) {
                continue;
            }
            return ErrnoError("cannot write", path, errno);
        }
        offset += static_cast<std::uint64_t>(size);
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return {};
}

Result<std::size_t>
ReadAt(int fd, const Path& path, std::uint64_t offset, char* out, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t read =
            ::pread(fd, out + done, size - done, static_cast<off_t>(offset + done));
        if (read == 0) {
            break;
        }
        if (read < 0) {
            if (errno == EINTR) {
                continue;
            }
            return ErrnoError("cannot read", path, errno);
        }
        done += static_cast<std::size_t>(read);
    }
    return done;
}

Status SyncDirectory(const Path& directory) {
    const FileDescriptor file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file.Valid() || ::fsync(file.get()) != 0) {
        return ErrnoError("cannot sync directory", directory, errno);
    }
    return {};
}

}  // namespace sightglass::journal
