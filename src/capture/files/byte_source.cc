#include "capture/files/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <limits>
#include <utility>

#include "codec/compression.h"

namespace sightglass::capture::files {
namespace {

constexpr std::size_t kBlockBytes = 256U << 10;

class FileBytes final : public ByteSource {
public:
    FileBytes(FileDescriptor file, Path path, std::uint64_t bytes_total)
        : file_(std::move(file)), path_(std::move(path)), bytes_total_(bytes_total) {}

    Result<bool> Read(std::string& out) override {
        const std::size_t before = out.size();
        out.resize(before + kBlockBytes);
        ssize_t got = 0;
        do {
            got = ::read(file_.get(), out.data() + before, kBlockBytes);
        } while (got < 0 && errno == EINTR);
        out.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0) {
            return ErrnoError("cannot read", path_, errno);
        }
        bytes_read_.fetch_add(static_cast<std::uint64_t>(got), std::memory_order_relaxed);
        return got > 0;
    }

    std::uint64_t BytesRead() const noexcept override {
        return bytes_read_.load(std::memory_order_relaxed);
    }

    std::uint64_t BytesTotal() const noexcept override { return bytes_total_; }

private:
    const FileDescriptor file_;
    const Path path_;
    const std::uint64_t bytes_total_;
    std::atomic<std::uint64_t> bytes_read_ = 0;
};

/// What another source's bytes decode to. Fed in small pieces: what they decode to may be thousands
/// of times as long.
class DecodedBytes final : public ByteSource {
public:
    DecodedBytes(std::unique_ptr<ByteSource> encoded, std::string start, std::string_view encoding)
        : encoded_(std::move(encoded)),
          pending_(std::move(start)),
          decoder_(codec::NewDecoder(encoding, std::numeric_limits<std::size_t>::max())) {}

    Result<bool> Read(std::string& out) override {
        const std::size_t before = out.size();
        while (out.size() == before) {
            if (fed_ == pending_.size()) {
                pending_.clear();
                fed_ = 0;
                SG_ASSIGN_OR_RETURN(const bool more, encoded_->Read(pending_));
                if (!more) {
                    return decoder_->Complete()
                               ? Result<bool>(false)
                               : Error{ErrorCode::kCorrupt, "the compressed file is cut off"};
                }
            }
            const std::string_view piece = std::string_view(pending_).substr(fed_, kPieceBytes);
            fed_ += piece.size();
            SG_TRY(decoder_->Feed(piece, out));
        }
        return true;
    }

    std::uint64_t BytesRead() const noexcept override { return encoded_->BytesRead(); }

    std::uint64_t BytesTotal() const noexcept override { return encoded_->BytesTotal(); }

private:
    static constexpr std::size_t kPieceBytes = 1U << 10;

    const std::unique_ptr<ByteSource> encoded_;
    std::string pending_;
    std::size_t fed_ = 0;  // Of pending_.
    const std::unique_ptr<codec::Decoder> decoder_;
};

/// Bytes that were read to look at them, then the rest of their source.
class Started final : public ByteSource {
public:
    Started(std::unique_ptr<ByteSource> rest, std::string start)
        : rest_(std::move(rest)), start_(std::move(start)) {}

    Result<bool> Read(std::string& out) override {
        if (!start_.empty()) {
            out += start_;
            start_ = {};
            return true;
        }
        return rest_->Read(out);
    }

    std::uint64_t BytesRead() const noexcept override { return rest_->BytesRead(); }

    std::uint64_t BytesTotal() const noexcept override { return rest_->BytesTotal(); }

private:
    const std::unique_ptr<ByteSource> rest_;
    std::string start_;
};

class MemoryBytes final : public ByteSource {
public:
    explicit MemoryBytes(std::string_view bytes) : bytes_(bytes) {}

    Result<bool> Read(std::string& out) override {
        const std::string_view block = bytes_.substr(read_, kBlockBytes);
        out += block;
        read_ += block.size();
        return !block.empty();
    }

    std::uint64_t BytesRead() const noexcept override { return read_; }

    std::uint64_t BytesTotal() const noexcept override { return bytes_.size(); }

private:
    const std::string_view bytes_;  // The caller's.
    std::size_t read_ = 0;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> OpenBytes(const std::string& path) {
    FileDescriptor file(path == "-" ? ::dup(0) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.Valid()) {
        Error error = ErrnoError("cannot open", path, errno);
        error.code = errno == ENOENT ? ErrorCode::kNotFound : error.code;
        return error;
    }

    struct stat status {};

    const bool regular = ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode);
    if (S_ISDIR(status.st_mode)) {
        return Error{ErrorCode::kInvalidArgument, path + " is a folder; name the files in it"};
    }
    const auto total = regular ? static_cast<std::uint64_t>(status.st_size) : 0;
    std::unique_ptr<ByteSource> bytes = std::make_unique<FileBytes>(std::move(file), path, total);
    std::string start;
    constexpr std::size_t kMagicBytes = 4;
    bool more = true;
    while (more && start.size() < kMagicBytes) {
        SG_ASSIGN_OR_RETURN(more, bytes->Read(start));
    }
    for (const auto& [magic, encoding] :
         {std::pair{std::string_view("\x1f\x8b"), "gzip"},
          std::pair{std::string_view("\x28\xb5\x2f\xfd"), "zstd"}}) {
        if (start.starts_with(magic)) {
            return std::unique_ptr<ByteSource>(
                std::make_unique<DecodedBytes>(std::move(bytes), std::move(start), encoding)
            );
        }
    }
    return StartedBytes(std::move(start), std::move(bytes));
}

std::unique_ptr<ByteSource> BytesInMemory(std::string_view bytes) {
    return std::make_unique<MemoryBytes>(bytes);
}

std::unique_ptr<ByteSource> StartedBytes(std::string start, std::unique_ptr<ByteSource> rest) {
    return std::make_unique<Started>(std::move(rest), std::move(start));
}

Result<bool> ByteWindow::More() {
    if (at_end_) {
        return false;
    }
    if (begin_ > 0) {
        buffer_.erase(0, begin_);
        begin_ = 0;
    }
    SG_ASSIGN_OR_RETURN(const bool more, source_.Read(buffer_));
    at_end_ = !more;
    return more;
}

}  // namespace sightglass::capture::files
