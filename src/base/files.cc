#include "base/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sightglass {
namespace {

Status WriteAll(int fd, std::string_view content, const Path& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            return ErrnoError("cannot write", path, errno);
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
        Close();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

void FileDescriptor::Close() noexcept {
    if (fd_ >= 0) {
        ::close(std::exchange(fd_, -1));
    }
}

Error ErrnoError(std::string_view action, const Path& path, int error_number) {
    const bool full = error_number == ENOSPC || error_number == EDQUOT;
    std::string message(action);
    message += ' ';
    message += path.string();
    message += ": ";
    // NOLINTNEXTLINE(concurrency-mt-unsafe): glibc's is safe for known numbers.
    message += std::strerror(error_number);
    return Error{full ? ErrorCode::kFull : ErrorCode::kIo, std::move(message)};
}

Result<std::string> ReadFile(const Path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.Valid()) {
        Error error = ErrnoError("cannot open", path, errno);
        if (errno == ENOENT) {
            error.code = ErrorCode::kNotFound;
        }
        return error;
    }
    std::string content;
    char buffer[64 << 10];
    for (;;) {
        const ssize_t size = ::read(file.get(), buffer, sizeof buffer);
        if (size == 0) {
            return content;
        }
        if (size < 0) {
            if (errno == EINTR) {
                continue;
            }
            return ErrnoError("cannot read", path, errno);
        }
        content.append(buffer, static_cast<std::size_t>(size));
    }
}

Status WriteFileAtomically(const Path& path, std::string_view content, unsigned mode) {
    Path beside = path;
    beside += ".new";
    ::unlink(beside.c_str());
    FileDescriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.Valid()) {
        return ErrnoError("cannot make", beside, errno);
    }
    SG_TRY(WriteAll(file.get(), content, beside));
    if (::fchmod(file.get(), mode) != 0 || ::fdatasync(file.get()) != 0) {
        return ErrnoError("cannot write", beside, errno);
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) {
        return ErrnoError("cannot replace", path, errno);
    }
    return {};
}

Status EnsurePrivateDirectory(const Path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return {};
    }
    if (path.has_parent_path() && path.parent_path() != path) {
        SG_TRY(EnsurePrivateDirectory(path.parent_path()));
    }
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        return ErrnoError("cannot make directory", path, errno);
    }
    return {};
}

Result<FileDescriptor> LockFile(const Path& path) {
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file.Valid()) {
        return ErrnoError("cannot open", path, errno);
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return Error{ErrorCode::kConflict, path.string() + " is locked by another process"};
        }
        return ErrnoError("cannot lock", path, errno);
    }
    return file;
}

}  // namespace sightglass
