#include "journal/ring.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fmt/format.h>

#include "journal/file_io.h"

namespace sightglass::journal {
namespace {

constexpr std::size_t kPrepareBytes = 1U << 20;

}  // namespace

std::string RingFileName(const FileHeader& header) {
    return fmt::format("{:016x}-{}.ring", header.stream, header.name);
}

Result<std::unique_ptr<Ring>> Ring::Create(const Path& directory, const FileHeader& header) {
    const Path path = directory / RingFileName(header);
    std::unique_ptr<Ring> ring(new Ring(path, header));
    ring->file_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!ring->file_.Valid()) {
        return ErrnoError("cannot make", path, errno);
    }
    Status status = ring->Allocate();
    if (status.Ok()) {
        status = ring->Map();
    }
    if (!status.Ok()) {
        ring->Remove();
        return std::move(status).error();
    }
    ring->Prepare(0);
    return ring;
}

Ring::~Ring() {
    if (data_ != nullptr) {
        ::munmap(data_, 2 * bytes_);
    }
}

Status Ring::Allocate() const {
    SG_TRY(AllocateFile(file_.get(), path_, kRingDataOffset + bytes_));
    SG_TRY(WriteAt(file_.get(), path_, 0, EncodeRingHeader(header_)));
    const std::string zeros(kRingDataOffset, '\0');
    for (std::size_t at = kRingDataOffset; at < kRingDataOffset + bytes_; at += zeros.size()) {
        SG_TRY(WriteAt(file_.get(), path_, at, zeros));
    }
    return {};
}

Status Ring::Map() {
    void* const space = ::mmap(nullptr, 2 * bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (space == MAP_FAILED) {
        return ErrnoError("cannot reserve memory for", path_, errno);
    }
    data_ = static_cast<char*>(space);
    for (char* const half : {data_, data_ + bytes_}) {
        const void* const mapped = ::mmap(
            half,
            bytes_,
            PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_FIXED,
            file_.get(),
            static_cast<off_t>(kRingDataOffset)
        );
        if (mapped == MAP_FAILED) {
            return ErrnoError("cannot map", path_, errno);
        }
    }
    return {};
}

void Ring::Prepare(std::uint64_t position) noexcept {
    if (position + kPrepareBytes / 2 < prepared_to_) {
        return;
    }
    // Kernels before 5.14 do not know this call; there the Writer takes the faults of its first
    // lap.
    constexpr std::uint64_t kPage = 64U << 10;
    const std::uint64_t from = position / kPage * kPage;
    const std::size_t size = std::min(kPrepareBytes, bytes_);
    ::madvise(At(from), size, MADV_POPULATE_WRITE);
    prepared_to_ = from + size;
}

Status Ring::NoteCopied(std::uint64_t position) {
    header_.first_position = position;
    return WriteAt(file_.get(), path_, 0, EncodeRingHeader(header_));
}

void Ring::Remove() noexcept {
    ::unlink(path_.c_str());
}

}  // namespace sightglass::journal
