// Bytes of a file or of standard input, block by block; gzip and zstd are undone on the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/result.h"

namespace sightglass::capture::files {

/// Thread-safety: one thread at a time; BytesRead from any.
class ByteSource {
public:
    virtual ~ByteSource() = default;

    /// Appends the next bytes to `out`; false at the end. kIo where the file cannot be read,
    /// kCorrupt where it is compressed and broken.
    virtual Result<bool> Read(std::string& out) = 0;

    /// Bytes taken from the file so far, as they lie there.
    virtual std::uint64_t BytesRead() const noexcept = 0;

    /// The size of the file; 0 where it is not known, as of a pipe.
    virtual std::uint64_t BytesTotal() const noexcept = 0;
};

/// "-" is standard input. kNotFound, kIo.
Result<std::unique_ptr<ByteSource>> OpenBytes(const std::string& path);

/// Bytes that are in memory already. They must outlive the source.
std::unique_ptr<ByteSource> BytesInMemory(std::string_view bytes);

/// Bytes that were read from `rest` to look at them, then the rest of it.
std::unique_ptr<ByteSource> StartedBytes(std::string start, std::unique_ptr<ByteSource> rest);

/// What of a source is being looked at: bytes are appended at its end and consumed from its front.
/// Thread-safety: one thread at a time.
class ByteWindow {
public:
    /// The source must outlive the window.
    explicit ByteWindow(ByteSource& source) noexcept : source_(source) {}

    /// Valid until the next call of More or Consume.
    std::string_view View() const noexcept { return std::string_view(buffer_).substr(begin_); }

    /// Reads more; false at the end.
    Result<bool> More();

    void Consume(std::size_t bytes) noexcept { begin_ += bytes; }

    bool AtEnd() const noexcept { return at_end_; }

private:
    ByteSource& source_;
    std::string buffer_;
    std::size_t begin_ = 0;
    bool at_end_ = false;
};

/// What one line, record or element may hold; beyond it, it is rejected and passed over.
inline constexpr std::size_t kRowBytesMax = 16U << 20;

}  // namespace sightglass::capture::files
