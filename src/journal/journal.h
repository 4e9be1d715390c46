// The journal: an append-only log of opaque records. The only place where durability is promised.
//
// A Journal is a directory of segments. Each writing thread has a Writer of its own, so that appending takes no lock and
// makes no system call: a record is copied into a memory-mapped segment that was allocated before use. A record that
// Append returned true for survives `kill -9` (it is in the page cache); it survives a power cut once Sync has run after
// it. One Reader tails all segments, oldest first, and says when one is no longer needed.
//
// Format: docs/formats/journal.md. Torn or damaged tails are found by checksum and end a segment; what was read before stays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace sightglass::journal {

struct Options {
    std::size_t segment_bytes = 16U << 20;           ///< Size of one segment; a record is at most half of it.
    std::size_t total_bytes_max = std::size_t{4} << 30;  ///< All segments together; beyond it Append refuses.
    std::size_t segments_ahead = 2;                  ///< Allocated and touched before they are needed, a Writer.
};

/// What a record is. 0 is reserved for the zeros of a segment that was allocated and not written yet.
enum class RecordType : std::uint8_t { kCallBegin = 1, kCallEnd = 2, kContent = 3 };

/// Where a record stands. Order is by segment, then offset; segments are numbered in the order of their making.
struct Position {
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;

    friend auto operator<=>(const Position&, const Position&) noexcept = default;
};

struct Record {
    RecordType type;
    std::string_view payload;  ///< Valid until the Reader's next call.
    Position position;         ///< Of its first byte.
    Position next;             ///< Where its successor starts: what a consumer stores as "read so far".
};

/// Appends records from one thread.
/// Thread-safety: one thread at a time; different Writers are independent.
class Writer {
public:
    virtual ~Writer() = default;

    /// Makes room for a payload of `size` bytes, lets `fill` write it in place, and publishes the record.
    /// False when there is no room (the disk or the journal's bound is full) or it is too large: nothing was written,
    /// and Journal::Stats counts it. Never waits for the disk.
    template <typename Fill>
    bool Append(RecordType type, std::size_t size, Fill&& fill) noexcept {
        char* payload = Reserve(size);
        if (payload == nullptr) {
            return false;
        }
        fill(payload);
        Publish(type, size);
        return true;
    }

protected:
    virtual char* Reserve(std::size_t size) noexcept = 0;
    virtual void Publish(RecordType type, std::size_t size) noexcept = 0;
};

/// Reads every segment's records, in order within a segment.
/// Thread-safety: one thread at a time, beside any number of Writers.
class Reader {
public:
    virtual ~Reader() = default;

    /// Hands each record published since the last call to `consume`, at most `limit`. Returns how many.
    virtual Result<std::size_t> Poll(std::size_t limit, const std::function<void(const Record&)>& consume) = 0;

    /// The segments in which every record before `Position` was consumed for good: deletes files whose writing has ended
    /// and that `needed` (lowest position still needed of a segment) does not hold back.
    virtual void Release(std::uint64_t segment) = 0;

    /// True once every record of this segment was read and no Writer appends to it any more.
    virtual bool Finished(std::uint64_t segment) const = 0;
};

struct Stats {
    std::uint64_t appended_records = 0;
    std::uint64_t appended_bytes = 0;
    std::uint64_t refused_records = 0;  ///< No room.
    std::uint64_t segments = 0;
    std::uint64_t bytes_on_disk = 0;
    std::uint64_t unread_bytes = 0;   ///< Published and not yet read: the lag in bytes.
    std::uint64_t damaged_records = 0;  ///< Tails that failed their checksum, seen at recovery.
};

/// The directory. Opens what an earlier process left, allocates ahead and syncs on the thread named `sync`.
/// Thread-safety: safe for concurrent use.
class Journal {
public:
    /// kConflict when another process has it open, kIo and kFull from the file system.
    static Result<std::unique_ptr<Journal>> Open(const Path& directory, const Options& options);

    virtual ~Journal() = default;

    /// A Writer whose segments are named after `name` ("worker-0", "derive-0"). It must go before the Journal does.
    virtual Result<std::unique_ptr<Writer>> NewWriter(std::string name) = 0;

    /// The one Reader, starting at the oldest record there is.
    virtual std::unique_ptr<Reader> NewReader() = 0;

    /// Returns once everything appended before the call is on stable storage (fdatasync).
    virtual Status Sync() = 0;

    virtual Stats GetStats() const = 0;
};

}  // namespace sightglass::journal
