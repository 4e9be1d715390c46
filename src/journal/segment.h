// A segment: one file of the log, and the table of all of them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/mutex.h"
#include "base/result.h"
#include "journal/format.h"
#include "journal/journal.h"

namespace sightglass::journal {

/// One segment file.
/// Thread-safety: Append and Finish from the thread that copies, Sync from the one that syncs, the
/// rest from any.
class Segment {
public:
    /// A new file of `segment_bytes`, all allocated. kFull when the disk is.
    static Result<std::shared_ptr<Segment>>
    Create(const Path& directory, FileHeader header, std::size_t segment_bytes);

    /// A file that an earlier process left: finished, and to be read up to its first invalid
    /// record.
    Segment(Path path, FileHeader header, std::uint64_t file_bytes);

    const Path& path() const noexcept { return path_; }

    const FileHeader& header() const noexcept { return header_; }

    /// Bytes that a reader may look at, header included.
    std::uint64_t Size() const noexcept { return size_.load(std::memory_order_acquire); }

    /// No Writer appends to it any more.
    bool Finished() const noexcept { return finished_.load(std::memory_order_acquire); }

    std::uint64_t DiskBytes() const noexcept { return disk_bytes_.load(std::memory_order_relaxed); }

    std::size_t Room() const noexcept { return DiskBytes() - Size(); }

    /// Writes whole records behind the last one.
    Status Append(std::string_view records);

    /// Gives back the room that is not used.
    void Finish() noexcept;

    bool NeedsSync() const noexcept { return file_.Valid() && (synced_ < Size() || Finished()); }

    /// Starts writing to the device, without waiting for it.
    void StartSync() noexcept;
    /// fdatasync of what was appended before the call.
    Status Sync();

    /// How far the Reader has come: for statistics.
    std::atomic<std::uint64_t> read_to{kFileHeaderBytes};

private:
    Path path_;
    FileHeader header_;
    FileDescriptor file_;  // Open while it is written to; closed by Sync, once finished.
    std::atomic<std::uint64_t> size_;
    std::atomic<std::uint64_t> disk_bytes_;
    std::atomic<bool> finished_ = false;
    std::uint64_t synced_ = 0;
};

/// Every segment of a journal, their numbers, and the bound on their bytes.
/// Thread-safety: safe for concurrent use.
class SegmentTable {
public:
    SegmentTable(Path directory, const Options& options, std::uint64_t first_number);

    /// kFull where the share of the bound, or the disk, is used up.
    Result<std::shared_ptr<Segment>> NewSegment(FileHeader header, Share share);

    void Add(std::shared_ptr<Segment> segment);

    /// Deletes the files. Durable on return.
    Status Remove(const std::vector<std::shared_ptr<Segment>>& segments);

    std::shared_ptr<Segment> Find(std::uint64_t number) const;
    /// In the order of their numbers.
    std::vector<std::shared_ptr<Segment>> All() const;
    std::uint64_t DiskBytes() const;

    /// A file was made since the last call.
    bool TakeDirectoryChanged() noexcept { return directory_changed_.exchange(false); }

    const Path& directory() const noexcept { return directory_; }

private:
    using ByNumber = std::map<std::uint64_t, std::shared_ptr<Segment>>;

    bool HasRoom(Share share) const;

    const Path directory_;
    const std::size_t segment_bytes_;
    const std::size_t total_bytes_max_;
    std::atomic<std::uint64_t> next_number_;
    std::atomic<bool> directory_changed_ = false;
    Guarded<ByNumber> segments_;
};

/// "<number>-<name>.seg"
std::string SegmentFileName(const FileHeader& header);

}  // namespace sightglass::journal
